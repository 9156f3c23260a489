"""The sealed text once more, slowly and from the primitives: HMAC, one AES block, GHASH bit by bit. Shares no code with
domain/, so that the known answers, and the forgeries made with it, do not come from what they are to prove."""

import base64
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

REDUCTION = 0xE1 << 120


def hkdf(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869, with SHA-256."""
    extracted = hmac.new(salt, key, hashlib.sha256).digest()
    block, output = b"", b""
    while len(output) < length:
        block = hmac.new(extracted, block + info + bytes([len(output) // 32 + 1]), hashlib.sha256).digest()
        output += block
    return output[:length]


def aes_block(key: bytes, block: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(block) + encryptor.finalize()


def multiply(x: int, y: int) -> int:
    """The product in GCM's field GF(2^128), NIST SP 800-38D, 6.3: the leftmost bit is the coefficient of 1."""
    product = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            product ^= y
        y = y >> 1 ^ (REDUCTION if y & 1 else 0)
    return product


def invert(x: int) -> int:
    """x^(2^128 − 2)."""
    result = 1 << 127
    for _ in range(127):
        x = multiply(x, x)
        result = multiply(result, x)
    return result


def blocks(aad: bytes, ciphertext: bytes) -> list[int]:
    """What GHASH runs over: both texts padded with zeros to blocks, then their lengths in bits."""
    padded = aad + bytes(-len(aad) % 16) + ciphertext + bytes(-len(ciphertext) % 16)
    padded += (len(aad) * 8).to_bytes(8, "big") + (len(ciphertext) * 8).to_bytes(8, "big")
    return [int.from_bytes(padded[at : at + 16], "big") for at in range(0, len(padded), 16)]


def ghash(key: bytes, aad: bytes, ciphertext: bytes) -> int:
    hash_key, total = int.from_bytes(aes_block(key, bytes(16)), "big"), 0
    for block in blocks(aad, ciphertext):
        total = multiply(total ^ block, hash_key)
    return total


def key_stream(key: bytes, nonce: bytes, length: int) -> bytes:
    counters = (nonce + (2 + at).to_bytes(4, "big") for at in range(-(-length // 16)))
    return b"".join(aes_block(key, counter) for counter in counters)[:length]


def xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def tag_mask(key: bytes, nonce: bytes) -> int:
    return int.from_bytes(aes_block(key, nonce + b"\0\0\0\1"), "big")


def gcm_tag(key: bytes, nonce: bytes, aad: bytes, ciphertext: bytes) -> bytes:
    return (ghash(key, aad, ciphertext) ^ tag_mask(key, nonce)).to_bytes(16, "big")


def key_id(key: bytes) -> str:
    return hashlib.sha256(b"pheromone key id 1:" + key).hexdigest()[:16]


def derive(version: str, key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    derived = hkdf(key, salt, b"pheromone " + version.encode() + b" message key and commitment", 64)
    return derived[:32], derived[32:]


def associated(*fields: str) -> bytes:
    data = b""
    for field in fields:
        data += len(field.encode()).to_bytes(4, "big") + field.encode()
    return data


def pad(text: bytes) -> bytes:
    text += b"\x80"
    while len(text) % 256:
        text += b"\0"
    return text


def spell(version: str, kid: str, blob: bytes) -> str:
    return version + "." + kid + "." + base64.urlsafe_b64encode(blob).decode().replace("=", "")


def seal(version: str, key: bytes, fields: list[str], text: bytes, *, salt: bytes, nonce: bytes) -> str:
    message_key, commitment = derive(version, key, salt)
    padded = pad(text)
    ciphertext = xor(padded, key_stream(message_key, nonce, len(padded)))
    tag = gcm_tag(message_key, nonce, associated(version, key_id(key), *fields), ciphertext)
    return spell(version, key_id(key), salt + nonce + commitment + ciphertext + tag)
