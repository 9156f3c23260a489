"""The token opens in its own row alone: vectors, and every way of damaging, moving or replaying one."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.hosting import envelope
from domain.hosting.cipher import AssociatedData, Kind, open_token, seal_token, token_prefix
from domain.hosting.envelope import SealFault
from tests.domain.hosting import slow_envelope as slow

KEY, OTHER_KEY = bytes(range(32)), bytes(range(32, 64))
KEYS = envelope.keyring(KEY)
SALT, NONCE = b"s" * 32, b"n" * 12
HOSTING, TOPIC, POST = UUID(int=1), UUID(int=2), UUID(int=3)
PLACE = AssociatedData(Kind.BODY, HOSTING, "FCC", "NP", TOPIC, POST, revision=4)
ELSEWHERE = {
    "kind": replace(PLACE, kind=Kind.TITLE),
    "hosting": replace(PLACE, hosting=UUID(int=9)),
    "mother": replace(PLACE, mother_tag="FCA"),
    "host": replace(PLACE, host_tag="NQ"),
    "tags exchanged": replace(PLACE, mother_tag="NP", host_tag="FCC"),
    "a letter from one tag to the other": replace(PLACE, mother_tag="FC", host_tag="CNP"),
    "topic": replace(PLACE, topic=UUID(int=9)),
    "post": replace(PLACE, post=UUID(int=9)),
    "no post": replace(PLACE, post=None),
    "topic and post exchanged": replace(PLACE, topic=POST, post=TOPIC),
    "older revision": replace(PLACE, revision=3),
    "newer revision": replace(PLACE, revision=5),
    "deleted": replace(PLACE, deleted=True),
}
VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "phm1.json").read_text())


def token(text: str = "Livrer 1 234 à Zoé", place: AssociatedData = PLACE, key: bytes = KEY) -> str:
    return seal_token(key, place, text, salt=SALT, nonce=NONCE)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_known_answers(vector: dict[str, Any]) -> None:
    key, salt, nonce = (bytes.fromhex(vector[name]) for name in ("key", "salt", "nonce"))
    row = vector["place"]
    post = None if row["post"] is None else UUID(row["post"])
    tags, ids = (row["mother_tag"], row["host_tag"]), (UUID(row["hosting"]), UUID(row["topic"]))
    place = AssociatedData(Kind(row["kind"]), ids[0], *tags, ids[1], post, row["revision"], row["deleted"])
    post_field, deleted = row["post"] or "", "deleted" if row["deleted"] else "live"
    fields = [row["kind"], row["hosting"], *tags, row["topic"], post_field, f"{row['revision']:x}", deleted]
    assert slow.seal("PHM1", key, fields, vector["text"].encode(), salt=salt, nonce=nonce) == vector["token"]
    assert seal_token(key, place, vector["text"], salt=salt, nonce=nonce) == vector["token"]
    assert open_token(vector["token"], envelope.keyring(key), place) == vector["text"]


@given(st.text(st.characters(codec="utf-8")), st.integers(min_value=0), st.booleans())
def test_a_token_opens_to_its_text(text: str, revision: int, deleted: bool) -> None:
    place = replace(PLACE, revision=revision, deleted=deleted)
    assert open_token(token(text, place), KEYS, place, minimum_revision=revision) == text
    assert token(text, place).startswith(token_prefix(KEY))


def test_every_changed_character_is_refused() -> None:
    good = token()
    for at, present in enumerate(good):
        for other in {"A", "b", "0", "-", "_", ".", "=", "é", "\0"} - {present}:
            assert isinstance(open_token(good[:at] + other + good[at + 1 :], KEYS, PLACE), SealFault), (at, other)


def test_every_truncation_is_refused() -> None:
    good = token("x" * 600)
    faults = {open_token(good[:length], KEYS, PLACE) for length in range(len(good))}
    assert faults == {SealFault.TRUNCATED, SealFault.NON_CANONICAL, SealFault.SWAPPED}
    assert isinstance(open_token(good[1:], KEYS, PLACE), SealFault)


@pytest.mark.parametrize("place", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_token_opens_in_no_other_row(place: AssociatedData) -> None:
    assert open_token(token(), KEYS, place) is SealFault.SWAPPED
    assert open_token(token(place=place), KEYS, PLACE) is SealFault.SWAPPED
    assert open_token(token(place=place), KEYS, place) == "Livrer 1 234 à Zoé"


def test_ciphertexts_exchanged_under_their_heads_are_refused() -> None:
    other = replace(PLACE, post=UUID(int=9))
    mine, theirs = token("mine"), token("theirs", other)
    cut = mine.index(".", 5) + 1 + 102  # the head of 76 bytes takes 101 characters and a third
    for left, right in ((mine, theirs), (theirs, mine)):
        for place in (PLACE, other):
            assert open_token(left[:cut] + right[cut:], KEYS, place) is SealFault.SWAPPED


def test_wrong_key_and_unknown_kid() -> None:
    assert open_token(token(key=OTHER_KEY), KEYS, PLACE) is SealFault.UNKNOWN_KID
    renamed = token(key=OTHER_KEY).replace(token_prefix(OTHER_KEY), token_prefix(KEY))
    assert open_token(renamed, KEYS, PLACE) is SealFault.WRONG_KEY
    assert open_token(token(key=OTHER_KEY), envelope.keyring(KEY, OTHER_KEY), PLACE) == "Livrer 1 234 à Zoé"


def test_an_older_revision_is_refused_even_with_its_own_row() -> None:
    assert open_token(token(), KEYS, PLACE, minimum_revision=4) == "Livrer 1 234 à Zoé"
    assert open_token(token(), KEYS, PLACE, minimum_revision=5) is SealFault.REPLAYED


def test_authentic_bytes_that_are_no_text_are_refused() -> None:
    sealed = envelope.seal("PHM1", KEY, PLACE.fields(), b"\xff", salt=SALT, nonce=NONCE)
    assert open_token(sealed, KEYS, PLACE) is SealFault.NON_CANONICAL


@pytest.mark.parametrize(
    ("text", "reason"),
    [("canary \ud800", r"^a lone surrogate cannot be sealed"), ("canary" * 50_000, r"^too long to be sealed")],
)
def test_a_text_that_cannot_be_sealed_is_not_told(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        token(text)
    assert caught.value.__context__ is None
    assert "canary" not in repr(caught.value)
