"""Bytes sealed under one key as one line of text: `<version>.<kid>.<payload>`. Owns the cryptography and the canonical
form; knows nothing of posts, takes salt and nonce from its caller, and never puts a plaintext into an error."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from enum import Enum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
SALT_BYTES = 32
NONCE_BYTES = 12
_COMMITMENT_BYTES = 32
_HEAD_BYTES = SALT_BYTES + NONCE_BYTES + _COMMITMENT_BYTES
_TAG_BYTES = 16
_KID_DOMAIN = b"pheromone key id 1:"

# The length of a ciphertext is the length of its plaintext, and what alliances write is short and regular: a convoy's
# length counts the digits of its quantities. Padded to whole buckets, titles, orders and convoys all look alike,
# and of a long text only the bucket count shows. It costs 340 characters at most, which a forum does not notice.
BUCKET_BYTES = 256
MAX_PLAINTEXT_BYTES = 262_144
_MAX_BLOB_BYTES = _HEAD_BYTES + MAX_PLAINTEXT_BYTES + BUCKET_BYTES + _TAG_BYTES
_MARK = b"\x80"


class SealFault(Enum):
    """Why a sealed text was not opened. Values are stable and may be stored."""

    OVERSIZE = "oversize"
    #: Not the one spelling of a sealed text, or authentic but not as `seal` writes it.
    NON_CANONICAL = "non-canonical"
    #: A part is missing, or the payload has a length that no seal has.
    TRUNCATED = "truncated"
    #: Sealed under a key that the reader does not hold.
    UNKNOWN_KID = "unknown kid"
    #: The key of that name is not the key it was sealed with.
    WRONG_KEY = "wrong key"
    #: The right key, but not what was sealed for this place: moved, cut or altered (GCM cannot tell).
    SWAPPED = "swapped"
    #: Authentic, and older than what the reader has seen already.
    REPLAYED = "replayed"


def key_id(key: bytes) -> str:
    """The public name of a key: the first 16 hexadecimal digits of SHA-256(domain ‖ key)."""
    return hashlib.sha256(_KID_DOMAIN + key).hexdigest()[:16]


def keyring(*keys: bytes) -> dict[str, bytes]:
    """The keys by their names, as `unseal` takes them: during a rotation a reader holds two."""
    return {key_id(key): key for key in keys}


def prefix(version: str, key: bytes) -> str:
    """How every text sealed under this version and key begins: tells what a rotation has left to do."""
    return f"{version}.{key_id(key)}."


def seal(version: str, key: bytes, fields: Sequence[str], plaintext: bytes, *, salt: bytes, nonce: bytes) -> str:
    """The sealed text of `plaintext`, bound to `fields`. Salt and nonce must be fresh random bytes for each call.

    Raises ValueError (naming no content) where a length is wrong.
    """
    if len(key) != KEY_BYTES or len(salt) != SALT_BYTES or len(nonce) != NONCE_BYTES:
        raise ValueError("key, salt or nonce has the wrong length")
    if len(plaintext) > MAX_PLAINTEXT_BYTES:
        raise ValueError("too long to be sealed")
    message_key, commitment = _derive(version, key, salt)
    ciphertext = AESGCM(message_key).encrypt(nonce, _pad(plaintext), _associated(version, key_id(key), fields))
    return prefix(version, key) + _encode(salt + nonce + commitment + ciphertext)


def unseal(version: str, sealed: str, keys: Mapping[str, bytes], fields: Sequence[str]) -> bytes | SealFault:
    """The plaintext of `sealed`, if one of `keys` sealed it for exactly these `fields`. Never raises for any text."""
    parts = _split(version, sealed)
    if isinstance(parts, SealFault):
        return parts
    kid, blob = parts
    key = keys.get(kid)
    if key is None:
        return SealFault.UNKNOWN_KID
    salt, nonce = blob[:SALT_BYTES], blob[SALT_BYTES : SALT_BYTES + NONCE_BYTES]
    message_key, commitment = _derive(version, key, salt)
    # Before decrypting: GCM alone opens a crafted ciphertext under two keys, and each holder would read another text.
    if not bytes_eq(commitment, blob[SALT_BYTES + NONCE_BYTES : _HEAD_BYTES]):
        return SealFault.WRONG_KEY
    try:
        padded = AESGCM(message_key).decrypt(nonce, blob[_HEAD_BYTES:], _associated(version, kid, fields))
    except InvalidTag:
        return SealFault.SWAPPED
    return _unpad(padded)


def _split(version: str, sealed: str) -> tuple[str, bytes] | SealFault:
    head = f"{version}."
    if len(sealed) > len(head) + 17 + -(-_MAX_BLOB_BYTES * 4 // 3):
        return SealFault.OVERSIZE
    form = re.fullmatch(re.escape(head) + r"([0-9a-f]{16})\.([A-Za-z0-9_-]*)", sealed)
    if form is None:
        cut_short = head.startswith(sealed) or (sealed.startswith(head) and sealed.count(".") < 2)
        return SealFault.TRUNCATED if cut_short else SealFault.NON_CANONICAL
    kid, payload = form.groups()
    size = len(payload) * 3 // 4
    buckets, rest = divmod(size - _HEAD_BYTES - _TAG_BYTES, BUCKET_BYTES)
    if len(payload) % 4 == 1 or rest or buckets < 1:
        return SealFault.TRUNCATED
    blob = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    # The last character carries bits that decoding drops: one byte string must have one spelling.
    return (kid, blob) if _encode(blob) == payload else SealFault.NON_CANONICAL


def _derive(version: str, key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    info = f"pheromone {version} message key and commitment".encode()
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES + _COMMITMENT_BYTES, salt=salt, info=info).derive(key)
    return derived[:KEY_BYTES], derived[KEY_BYTES:]


def _associated(version: str, kid: str, fields: Sequence[str]) -> bytes:
    # Each field behind its length, so that no two lists give the same bytes; surrogatepass, so that no text fails.
    encoded = [field.encode(errors="surrogatepass") for field in (version, kid, *fields)]
    return b"".join(len(field).to_bytes(4) + field for field in encoded)


def _pad(plaintext: bytes) -> bytes:
    marked = plaintext + _MARK
    return marked + bytes(-len(marked) % BUCKET_BYTES)


def _unpad(padded: bytes) -> bytes | SealFault:
    plaintext, _, _ = padded.rpartition(_MARK)
    return plaintext if _pad(plaintext) == padded else SealFault.NON_CANONICAL


def _encode(blob: bytes) -> str:
    return base64.urlsafe_b64encode(blob).rstrip(b"=").decode()
