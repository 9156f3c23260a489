"""The alliance's key on paper and at rest: typing mistakes, foreign masters, and no secret in a repr."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.hosting import envelope
from domain.hosting.alliance_key import (
    AllianceKey,
    KeyFault,
    VaultAssociatedData,
    open_key,
    read_key,
    seal_key,
    write_key,
)
from domain.hosting.envelope import SealFault
from tests.domain.hosting import slow_envelope as slow

KEY = AllianceKey(bytes(range(32)))
MASTER, OTHER_MASTER = b"m" * 32, b"o" * 32
MASTERS = envelope.keyring(MASTER)
SALT, NONCE = b"s" * 32, b"n" * 12
PLACE = VaultAssociatedData("FCC", UUID(int=7), revision=2)
VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "alliance_key.json").read_text())

secrets = st.binary(min_size=32, max_size=32)


def slow_write(secret: bytes) -> str:
    """Base32 by long division: 320 bits, five at a time."""
    number, digits = int.from_bytes(secret + bytes.fromhex(slow.key_id(secret)), "big"), ""
    while len(digits) < 64:
        number, digit = divmod(number, 32)
        digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[digit] + digits
    return "-".join(["PHMKEY"] + [digits[at : at + 8] for at in range(0, 64, 8)])


def at_rest(place: VaultAssociatedData = PLACE, master: bytes = MASTER) -> str:
    return seal_key(KEY, master, place, salt=SALT, nonce=NONCE)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["kid"])
def test_known_answers(vector: dict[str, Any]) -> None:
    secret, master, salt, nonce = (bytes.fromhex(vector[name]) for name in ("secret", "master", "salt", "nonce"))
    place = VaultAssociatedData(vector["alliance_tag"], UUID(vector["post"]), vector["revision"])
    fields = [vector["alliance_tag"], vector["post"], f"{vector['revision']:x}"]
    assert slow.seal("PHV1", master, fields, secret, salt=salt, nonce=nonce) == vector["sealed"]
    assert (slow_write(secret), slow.key_id(secret)) == (vector["text"], vector["kid"])
    key = AllianceKey(secret)
    assert (write_key(key), key.kid) == (vector["text"], vector["kid"])
    assert seal_key(key, master, place, salt=salt, nonce=nonce) == vector["sealed"]
    assert open_key(vector["sealed"], envelope.keyring(master), place) == read_key(vector["text"]) == key


@given(secrets)
def test_a_written_key_reads_back_as_it_may_be_typed(secret: bytes) -> None:
    key = AllianceKey(secret)
    text = write_key(key)
    assert text == slow_write(secret)
    typed = text.lower().replace("o", "0").replace("i", "1")
    for variant in (text, typed, text.replace("-", " "), text.replace("-", ""), f"\n {text}\t"):
        assert read_key(variant) == key


def test_every_single_mistake_in_typing_is_noticed() -> None:
    text = write_key(KEY)
    for at in range(len("PHMKEY-"), len(text)):
        for other in set("AZ27") - {text[at]}:
            read = read_key(text[:at] + other + text[at + 1 :])
            assert read is (KeyFault.MALFORMED if text[at] == "-" else KeyFault.MISTYPED)
        if text[at - 1] != text[at] and "-" not in text[at - 1 : at + 1]:
            assert read_key(text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]) is KeyFault.MISTYPED


@given(st.text() | st.from_regex(r"PHMKEY-[A-Z0-9ſı-]{60,70}", fullmatch=True))
def test_no_text_raises(text: str) -> None:
    assert isinstance(read_key(text), KeyFault)
    assert isinstance(open_key(text, MASTERS, PLACE), SealFault)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_has_32_bytes(length: int) -> None:
    with pytest.raises(ValueError, match=r"^an alliance key is 32 bytes"):
        AllianceKey(bytes(length))


def test_the_secret_shows_in_no_repr() -> None:
    assert repr(KEY) == "AllianceKey()"


def test_at_rest_it_opens_in_its_own_place_under_its_own_master() -> None:
    assert open_key(at_rest(), envelope.keyring(OTHER_MASTER, MASTER), PLACE, minimum_revision=2) == KEY
    assert open_key(at_rest(), envelope.keyring(OTHER_MASTER), PLACE) is SealFault.UNKNOWN_KID
    assert open_key(at_rest(), {envelope.key_id(MASTER): OTHER_MASTER}, PLACE) is SealFault.WRONG_KEY
    assert open_key(at_rest(), MASTERS, PLACE, minimum_revision=3) is SealFault.REPLAYED
    moved = (replace(PLACE, alliance_tag="NP"), replace(PLACE, post=UUID(int=8)), replace(PLACE, revision=3))
    assert {open_key(at_rest(), MASTERS, place) for place in moved} == {SealFault.SWAPPED}
    assert KEY.secret.hex() not in at_rest()


def test_what_was_sealed_and_is_no_key_is_refused() -> None:
    short = envelope.seal("PHV1", MASTER, PLACE.fields(), b"short", salt=SALT, nonce=NONCE)
    assert open_key(short, MASTERS, PLACE) is SealFault.NON_CANONICAL
