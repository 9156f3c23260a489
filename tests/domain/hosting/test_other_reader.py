"""docs/tokens.md says enough: a reader that was written from it alone opens what we seal, and our vectors."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.hosting.cipher import AssociatedData, Kind, seal_token
from domain.hosting.mirror_title import MirrorTitle, write_mirror_title
from domain.hosting.sealed_text import Edit, SealedText, write_sealed_text
from tests.domain.hosting.other_reader import RefusedError, kid_of, open_row, read_line, read_title

DOCUMENT = (Path(__file__).parents[3] / "docs" / "tokens.md").read_text()
VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "phm1.json").read_text())
KEY = bytes(range(32))
NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)


def _said(before: str) -> str:
    """What the document puts between backquotes after these words."""
    found = re.search(re.escape(before) + r"`([^`]+)`", DOCUMENT)
    assert found is not None, before
    return found[1]


DOMAIN, INFO = _said("SHA-256("), _said("info = ")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_vectors_open(vector: dict[str, Any]) -> None:
    key = bytes.fromhex(vector["key"])
    assert open_row(vector["token"], key, vector["place"], DOMAIN, INFO) == vector["text"]
    for other in (vector["place"] | {"revision": vector["place"]["revision"] + 1}, vector["place"] | {"host_tag": "X"}):
        with pytest.raises(RefusedError, match="swapped"):
            open_row(vector["token"], key, other, DOMAIN, INFO)


def test_a_title_and_a_post_as_the_service_writes_them() -> None:
    row = {"hosting": str(UUID(int=1)), "mother_tag": "É] x", "host_tag": "NP", "topic": str(UUID(int=2))}
    later = NOW + timedelta(microseconds=5)
    text = SealedText('"Livrer"\n\x01\\\x7f 12 à Zoé 🐜', "Zoé", 7, None, NOW, Edit("ana", None, later))
    for kind, post in ((Kind.TITLE, None), (Kind.BODY, UUID(int=3))):
        place = AssociatedData(kind, UUID(int=1), "É] x", "NP", UUID(int=2), post, 31)
        token = seal_token(KEY, place, write_sealed_text(text), salt=b"s" * 32, nonce=b"n" * 12)
        if kind is Kind.TITLE:
            tag, token = read_title(write_mirror_title(MirrorTitle("É] x", token)))
            assert tag == "É] x"
        where = row | {"kind": kind.value, "post": post and str(post), "revision": 31, "deleted": False}
        assert read_line(open_row(token, KEY, where, DOMAIN, INFO)) == {
            "a": "Zoé",
            "c": None,
            "e": ["ana", None, "2026-03-14T10:17:00.000005+00:00"],
            "u": 7,
            "w": "2026-03-14T10:17:00+00:00",
            "x": text.text,
        }


def test_the_document_spells_a_line_as_it_is_written() -> None:
    text = SealedText('été\t\x1f"\\', "a", None, None, NOW)
    written = '{"a":"a","c":null,"e":null,"u":null,"w":"2026-03-14T10:17:00+00:00","x":"été\\t\\u001f\\"\\\\"}'
    assert write_sealed_text(text) == written
    assert kid_of(bytes(32), DOMAIN) == "f3f167613a701d94"
