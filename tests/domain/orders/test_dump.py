"""Proves that a dump's shape is kept both ways, and that what is no dump is refused with its place."""

import json
from collections.abc import Callable
from datetime import UTC
from typing import Any

import pytest

from domain.orders.dump import BadDump, read_dump, section_kind, write_dump
from tests.worlds.dump import small_dump


def test_a_dump_is_written_as_it_was_read() -> None:
    raw = small_dump()
    assert json.dumps(write_dump(read_dump(raw)), ensure_ascii=False) == json.dumps(raw, ensure_ascii=False)


def test_instants_are_utc_and_keep_their_microseconds() -> None:
    raw = small_dump()
    raw["exported_at"] = "2026-03-14T11:17:00.000125+01:00"
    dump = read_dump(raw)
    assert write_dump(dump)["exported_at"] == "2026-03-14T10:17:00.000125Z"
    raw["exported_at"] = "2026-03-14T10:17:00.000125"
    assert read_dump(raw) == dump
    assert dump.exported_at.tzinfo is UTC
    for given, written in (("00.125", "00.125Z"), ("00.500500", "00.500500Z"), ("00.001001", "00.001001Z")):
        raw["exported_at"] = f"2026-03-14T10:17:{given}"
        assert write_dump(read_dump(raw))["exported_at"] == f"2026-03-14T10:17:{written}"


def first(raw: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = raw["sections"][0]["topics"][0]
    return found


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (lambda raw: raw.pop("alliance"), "alliance: an object was expected"),
        (lambda raw: raw["alliance"].update(tag=5), "alliance.tag: a text was expected"),
        (lambda raw: raw["alliance"].pop("name"), "alliance.name: a text was expected"),
        (lambda raw: raw.update(exported_at="yesterday"), "exported_at: an instant was expected"),
        (lambda raw: raw.update(sections={}), "sections: a list was expected"),
        (lambda raw: raw["sections"].append(None), "sections[2]: an object was expected"),
        (lambda raw: raw["sections"][1].pop("topics"), "sections[1].topics: a list was expected"),
        (lambda raw: first(raw).pop("posts"), "sections[0].topics[0].posts: a list was expected"),
        (lambda raw: first(raw).pop("title"), "sections[0].topics[0].title: a text was expected"),
        (lambda raw: first(raw).pop("author"), "sections[0].topics[0].author: a text was expected"),
        (lambda raw: first(raw).pop("created_at"), "sections[0].topics[0].created_at: an instant was expected"),
        (lambda raw: first(raw)["posts"].append(3), "sections[0].topics[0].posts[2]: an object was expected"),
        (lambda raw: first(raw)["posts"][1].update(at=3), "sections[0].topics[0].posts[1].at: an instant was expected"),
        (lambda raw: first(raw)["posts"][0].pop("body"), "sections[0].topics[0].posts[0].body: a text was expected"),
        (
            lambda raw: first(raw)["posts"][0].pop("author"),
            "sections[0].topics[0].posts[0].author: a text was expected",
        ),
        (lambda raw: raw["sections"][0].update(topics=["x"]), "sections[0].topics[0]: an object was expected"),
        (lambda raw: raw.update(sections=["x"]), "sections[0]: an object was expected"),
    ],
)
def test_what_is_no_dump_is_refused_with_its_place(spoil: Callable[[dict[str, Any]], object], place: str) -> None:
    raw = small_dump()
    spoil(raw)
    with pytest.raises(BadDump) as refused:
        read_dump(raw)
    assert str(refused.value) == place


def test_what_is_no_object_at_all() -> None:
    with pytest.raises(BadDump, match="dump: an object was expected"):
        read_dump([])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Outiiil_Membre", "MEMBERS"),
        ("OUTIIIL_commande", "ORDERS"),
        ("Toolzzz_Membre", "MEMBERS"),
        ("toolzzz_commande ", "ORDERS"),
        ("Taverne", None),
        ("Outiiil_Cle", None),
    ],
)
def test_sections_are_found_by_name(name: str, kind: str | None) -> None:
    assert section_kind(name) == kind
