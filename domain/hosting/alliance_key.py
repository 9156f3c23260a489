"""An alliance's key: made from given bytes, written for export and restore, sealed at rest under the service's
master key. Never shows its secret in a repr or an error."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from domain.hosting import envelope
from domain.hosting.envelope import SealFault

_AT_REST_VERSION = "PHV1"
_TEXT_HEAD = "PHMKEY-"
_TEXT_CHARACTERS = 64
_GROUP = 8


class KeyFault(Enum):
    """Why a text is not an alliance key."""

    MALFORMED = "malformed"
    #: It has the form of a key, with a mistake in it.
    MISTYPED = "mistyped"


@dataclass(frozen=True, slots=True)
class AllianceKey:
    """32 secret bytes, which must come from the system's randomness. Raises ValueError at another length."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != envelope.KEY_BYTES:
            raise ValueError("an alliance key is 32 bytes")

    @property
    def kid(self) -> str:
        """The public name of the key: 16 hexadecimal digits."""
        return envelope.key_id(self.secret)


@dataclass(frozen=True, slots=True)
class VaultAssociatedData:
    """The post of the VAULT that holds the sealed key; built from the row, like a token's place."""

    alliance_tag: str
    post: UUID
    revision: int

    def fields(self) -> tuple[str, ...]:
        """The place as a fixed number of texts."""
        return (self.alliance_tag, str(self.post), f"{self.revision:x}")


def write_key(key: AllianceKey) -> str:
    """The key for a player to keep: `PHMKEY-` and eight groups of base32. Its end carries the kid, as a checksum."""
    digits = base64.b32encode(key.secret + bytes.fromhex(key.kid)).decode()
    return _TEXT_HEAD + "-".join(digits[at : at + _GROUP] for at in range(0, _TEXT_CHARACTERS, _GROUP))


def read_key(text: str) -> AllianceKey | KeyFault:
    """The key that `write_key` wrote, in any case, spaces and hyphens anywhere, 0 for O, 1 for I. Never raises."""
    compact = re.sub(r"[\s-]", "", text).upper()
    form = re.fullmatch(
        _TEXT_HEAD.strip("-") + rf"([A-Z2-7]{{{_TEXT_CHARACTERS}}})", compact.replace("0", "O").replace("1", "I")
    )
    if form is None:
        return KeyFault.MALFORMED
    decoded = base64.b32decode(form[1])
    key = AllianceKey(decoded[: envelope.KEY_BYTES])
    return key if decoded[envelope.KEY_BYTES :].hex() == key.kid else KeyFault.MISTYPED


def seal_key(key: AllianceKey, master: bytes, place: VaultAssociatedData, *, salt: bytes, nonce: bytes) -> str:
    """The key as it lies in the database. Salt (32 bytes) and nonce (12 bytes) must be fresh and random."""
    return envelope.seal(_AT_REST_VERSION, master, place.fields(), key.secret, salt=salt, nonce=nonce)


def open_key(
    sealed: str, masters: Mapping[str, bytes], place: VaultAssociatedData, *, minimum_revision: int = 0
) -> AllianceKey | SealFault:
    """The key that was sealed for `place` under one of `masters`, or why it is refused. Never raises."""
    secret = envelope.unseal(_AT_REST_VERSION, sealed, masters, place.fields())
    if isinstance(secret, SealFault):
        return secret
    if place.revision < minimum_revision:
        return SealFault.REPLAYED
    return AllianceKey(secret) if len(secret) == envelope.KEY_BYTES else SealFault.NON_CANONICAL
