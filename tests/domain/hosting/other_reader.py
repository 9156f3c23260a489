"""Another reader of tokens, written from the words of docs/tokens.md alone. Imports nothing of ours: what it opens, all
can open who have the document and the key."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class RefusedError(Exception):
    """The document's name of the fault."""


def kid_of(key: bytes, domain: str) -> str:
    return hashlib.sha256(domain.encode() + key).hexdigest()[:16]


def derive(key: bytes, salt: bytes, info: str) -> tuple[bytes, bytes]:
    """The message key and the commitment."""
    extracted = hmac.new(salt, key, "sha256").digest()
    first = hmac.new(extracted, info.encode() + b"\x01", "sha256").digest()
    return first, hmac.new(extracted, first + info.encode() + b"\x02", "sha256").digest()


def associated_data(fields: Sequence[str]) -> bytes:
    return b"".join(len(field.encode()).to_bytes(4, "big") + field.encode() for field in fields)


def fields_of(kid: str, row: Mapping[str, Any]) -> list[str]:
    """The ten of them, from the row that the token stands in."""
    names = ("hosting", "mother_tag", "host_tag", "topic")
    ending = [row["post"] or "", format(row["revision"], "x"), "deleted" if row["deleted"] else "live"]
    return ["PHM1", kid, row["kind"], *(row[name] for name in names), *ending]


def open_row(token: str, key: bytes, row: Mapping[str, Any], domain: str, info: str) -> str:
    """The plaintext of a row's token."""
    version, kid, payload = token.split(".")
    if version != "PHM1":
        raise RefusedError("non-canonical")
    if kid != kid_of(key, domain):
        raise RefusedError("unknown kid")
    blob = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    salt, nonce, commitment, sealed = blob[:32], blob[32:44], blob[44:76], blob[76:]
    message_key, expected = derive(key, salt, info)
    if not hmac.compare_digest(commitment, expected):
        raise RefusedError("wrong key")
    try:
        padded = AESGCM(message_key).decrypt(nonce, sealed, associated_data(fields_of(kid, row)))
    except InvalidTag:
        raise RefusedError("swapped") from None
    plain = padded.rstrip(b"\0")
    if len(padded) % 256 or plain[-1:] != b"\x80" or len(padded) - len(plain) >= 256:
        raise RefusedError("non-canonical")
    return plain[:-1].decode()


def read_line(line: str) -> dict[str, Any]:
    """What a living row says."""
    read = json.loads(line)
    if list(read) != ["a", "c", "e", "u", "w", "x"]:
        raise RefusedError("non-canonical")
    return dict(read)


def read_title(title: str) -> tuple[str, str]:
    """Tag and token."""
    tag, _, token = title.rpartition("] ")
    if not re.fullmatch(r"\[.+", tag) or not token:
        raise RefusedError("non-canonical")
    return tag[1:], token
