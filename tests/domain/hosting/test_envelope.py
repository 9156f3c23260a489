"""The sealed bytes: one spelling, one key, no plaintext in an error, and no ciphertext that two keys open."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from domain.hosting import envelope
from domain.hosting.envelope import SealFault
from tests.domain.hosting import slow_envelope as slow

KEY, OTHER_KEY = bytes(range(32)), bytes(range(32, 64))
SALT, NONCE = b"s" * 32, b"n" * 12
FIELDS = ("body", "42")


def sealed(plaintext: bytes = b"400 000 materiaux", key: bytes = KEY) -> str:
    return envelope.seal("PHM1", key, FIELDS, plaintext, salt=SALT, nonce=NONCE)


def unsealed(text: str, *keys: bytes) -> bytes | SealFault:
    return envelope.unseal("PHM1", text, envelope.keyring(*(keys or (KEY,))), FIELDS)


@given(st.binary(max_size=600), st.binary(min_size=32, max_size=32), st.lists(st.text()))
def test_what_is_sealed_is_what_the_slow_one_seals_and_opens_again(text: bytes, key: bytes, fields: list[str]) -> None:
    fast = envelope.seal("PHM1", key, fields, text, salt=SALT, nonce=NONCE)
    assert envelope.unseal("PHM1", fast, envelope.keyring(OTHER_KEY, key), fields) == text
    assert fast == slow.seal("PHM1", key, fields, text, salt=SALT, nonce=NONCE)


@given(st.text() | st.from_regex(r"PHM1\.[0-9a-f]{16}\.[\w-]*", fullmatch=True))
def test_no_text_raises(text: str) -> None:
    assert isinstance(unsealed(text), SealFault)


@given(st.lists(st.text()), st.lists(st.text()))
def test_two_lists_of_fields_never_bind_to_the_same_place(one: list[str], other: list[str]) -> None:
    text = envelope.seal("PHM1", KEY, one, b"", salt=SALT, nonce=NONCE)
    opened = envelope.unseal("PHM1", text, envelope.keyring(KEY), other)
    assert opened == (b"" if one == other else SealFault.SWAPPED)


@pytest.mark.parametrize(
    "moved", [("bo", "dy42"), ("body42", ""), ("body", "4", "2"), ("body", "42", ""), ("42", "body")]
)
def test_fields_cannot_flow_into_each_other(moved: tuple[str, ...]) -> None:
    assert envelope.unseal("PHM1", sealed(), envelope.keyring(KEY), moved) is SealFault.SWAPPED


def test_a_place_that_is_no_valid_text_is_one_more_place() -> None:
    assert envelope.unseal("PHM1", sealed(), envelope.keyring(KEY), ("body", "\ud800")) is SealFault.SWAPPED


@pytest.mark.parametrize(("digits", "also"), [(1, 7), (7, 11), (0, 255)])
def test_lengths_within_a_bucket_do_not_show(digits: int, also: int) -> None:
    assert len(sealed(b"9" * digits)) == len(sealed(b"9" * also)) < len(sealed(b"9" * 256))


def test_each_fault_has_its_value() -> None:
    text = sealed()
    head, payload = text[:22], text[22:]
    two_buckets = sealed(bytes(300))  # 604 bytes: the last character has four bits to spare
    spare_bits = two_buckets[:-1] + {"A": "B", "Q": "R", "g": "h", "w": "x"}[two_buckets[-1]]
    forged = slow.pad(b"x") + bytes(256)
    ciphertext = AESGCM(slow.derive("PHM1", KEY, SALT)[0]).encrypt(
        NONCE, forged, slow.associated("PHM1", slow.key_id(KEY), *FIELDS)
    )
    longer_padding = slow.spell("PHM1", slow.key_id(KEY), SALT + NONCE + slow.derive("PHM1", KEY, SALT)[1] + ciphertext)
    faults = {
        "a novel": SealFault.NON_CANONICAL,
        text.replace("PHM1", "PHM2"): SealFault.NON_CANONICAL,
        head.upper() + payload: SealFault.NON_CANONICAL,
        text + "=": SealFault.NON_CANONICAL,
        text + "\n": SealFault.NON_CANONICAL,
        " " + text: SealFault.NON_CANONICAL,
        text + "é": SealFault.NON_CANONICAL,
        text + "\ud800": SealFault.NON_CANONICAL,
        spare_bits: SealFault.NON_CANONICAL,
        longer_padding: SealFault.NON_CANONICAL,
        "PH": SealFault.TRUNCATED,
        head: SealFault.TRUNCATED,
        text[:-4]: SealFault.TRUNCATED,
        text + "A": SealFault.TRUNCATED,
        text + "AAAA": SealFault.TRUNCATED,
        head + payload[: 92 * 4 // 3 + 1]: SealFault.TRUNCATED,
        head + "A" * 400_000: SealFault.OVERSIZE,
        sealed(key=OTHER_KEY): SealFault.UNKNOWN_KID,
    }
    assert {written: unsealed(written) for written in faults} == faults
    assert envelope.unseal("PHM1", text, {envelope.key_id(KEY): OTHER_KEY}, FIELDS) is SealFault.WRONG_KEY
    assert envelope.unseal("PHM1", text, {}, FIELDS) is SealFault.UNKNOWN_KID


def test_the_longest_text_fits_and_one_byte_more_does_not() -> None:
    longest = bytes(envelope.MAX_PLAINTEXT_BYTES)
    assert unsealed(sealed(longest)) == longest
    with pytest.raises(ValueError, match=r"^too long to be sealed"):
        sealed(longest + b"x")


@pytest.mark.parametrize(("key", "salt", "nonce"), [(31, 32, 12), (32, 31, 12), (32, 32, 16)])
def test_wrong_lengths_are_refused_when_sealing(key: int, salt: int, nonce: int) -> None:
    with pytest.raises(ValueError, match=r"^key, salt or nonce has the wrong length"):
        envelope.seal("PHM1", bytes(key), FIELDS, b"", salt=bytes(salt), nonce=bytes(nonce))


def test_the_version_parts_the_keys_of_two_formats() -> None:
    assert slow.derive("PHM1", KEY, SALT) != slow.derive("PHV1", KEY, SALT)
    text = envelope.seal("PHV1", KEY, FIELDS, b"secret", salt=SALT, nonce=NONCE)
    assert unsealed(text.replace("PHV1", "PHM1")) is SealFault.WRONG_KEY


def forge(keys: tuple[bytes, bytes], associated: bytes) -> bytes:
    """What plain GCM opens under both keys: a tag is linear in each block, so one block is solved for.

    The free block is the last of the ciphertext, which GHASH multiplies by H² (the block of lengths follows it).
    """
    message = slow.xor(slow.pad(b"the mother reads this"), slow.key_stream(keys[0], NONCE, 256))[:-16]
    squares, tags = [], []
    for key in keys:
        hash_key = int.from_bytes(slow.aes_block(key, bytes(16)), "big")
        squares.append(slow.multiply(hash_key, hash_key))
        tags.append(int.from_bytes(slow.gcm_tag(key, NONCE, associated, message + bytes(16)), "big"))
    free = slow.multiply(tags[0] ^ tags[1], slow.invert(squares[0] ^ squares[1]))
    message += free.to_bytes(16, "big")
    return message + slow.gcm_tag(keys[0], NONCE, associated, message)


def test_a_ciphertext_made_to_open_under_two_keys_opens_under_no_second_one() -> None:
    # Two keys of one kid take some 2^32 tries, which an attacker has; here the keyrings just say so.
    kid = envelope.key_id(KEY)
    keys = (slow.derive("PHM1", KEY, SALT)[0], slow.derive("PHM1", OTHER_KEY, SALT)[0])
    associated = slow.associated("PHM1", kid, *FIELDS)
    ciphertext = forge(keys, associated)
    readings = [AESGCM(key).decrypt(NONCE, ciphertext, associated) for key in keys]
    assert readings[0].startswith(b"the mother reads this")
    assert readings[0] != readings[1]  # plain GCM opens it twice, to different texts

    for committed, reader in ((KEY, OTHER_KEY), (OTHER_KEY, KEY)):
        commitment = slow.derive("PHM1", committed, SALT)[1]
        text = slow.spell("PHM1", kid, SALT + NONCE + commitment + ciphertext)
        assert envelope.unseal("PHM1", text, {kid: reader}, FIELDS) is SealFault.WRONG_KEY


def test_one_byte_string_has_one_spelling() -> None:
    text = sealed(bytes(300))
    spellings = {text[:-1] + chr(code) for code in range(32, 127)}
    assert [spelling for spelling in spellings if unsealed(spelling) == bytes(300)] == [text]
