"""The PHM1 token: a text of one alliance as it stands, sealed, in the forum of another. Format: DESIGN, Hosting.
Binds each token to the row that it stands in; the key's care is alliance_key's, the bytes are envelope's."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from domain.hosting import envelope
from domain.hosting.envelope import SealFault

VERSION = "PHM1"


class Kind(Enum):
    """Which text of a row the token is."""

    TITLE = "title"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class AssociatedData:
    """The row that a token stands in. Always built from that row, never from the token: a swap cannot forge it.

    `post` is None for a topic's title. `deleted` is true for a tombstone.
    """

    kind: Kind
    hosting: UUID
    mother_tag: str
    host_tag: str
    topic: UUID
    post: UUID | None
    revision: int
    deleted: bool = False

    def fields(self) -> tuple[str, ...]:
        """The place as a fixed number of texts; numbers in hexadecimal, which Python writes at any size."""
        post = "" if self.post is None else str(self.post)
        revision, deleted = f"{self.revision:x}", "deleted" if self.deleted else "live"
        tags = (self.mother_tag, self.host_tag)
        return (self.kind.value, str(self.hosting), *tags, str(self.topic), post, revision, deleted)


def seal_token(key: bytes, place: AssociatedData, text: str, *, salt: bytes, nonce: bytes) -> str:
    """The token of `text` for `place`. `salt` (32 bytes) and `nonce` (12 bytes) must be fresh and random each time.

    Raises ValueError, which names no content, at a wrong length, a text over 262,144 bytes or a lone surrogate.
    """
    plaintext = _utf8(text)
    if plaintext is None:
        raise ValueError("a lone surrogate cannot be sealed")
    return envelope.seal(VERSION, key, place.fields(), plaintext, salt=salt, nonce=nonce)


def open_token(
    token: str, keys: Mapping[str, bytes], place: AssociatedData, *, minimum_revision: int = 0
) -> str | SealFault:
    """The text that was sealed for `place`, or why it is refused. Never raises, whatever the token.

    `keys` is a keyring by kid; `minimum_revision` is the highest revision of this row that the reader has seen.
    """
    plaintext = envelope.unseal(VERSION, token, keys, place.fields())
    if isinstance(plaintext, SealFault):
        return plaintext
    if place.revision < minimum_revision:
        return SealFault.REPLAYED
    try:
        return plaintext.decode()
    except UnicodeDecodeError:
        return SealFault.NON_CANONICAL


def token_prefix(key: bytes) -> str:
    """How every token under `key` begins."""
    return envelope.prefix(VERSION, key)


def _utf8(text: str) -> bytes | None:
    # Answers None and lets the caller raise: an error raised in the handler would carry the text along as its context.
    try:
        return text.encode()
    except UnicodeEncodeError:
        return None
