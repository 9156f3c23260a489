"""Proves that a dump's shape is kept both ways, and that what is no dump is refused with its place."""

import json
from collections.abc import Callable
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


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (lambda raw: raw.pop("alliance"), "alliance: an object"),
        (lambda raw: raw["alliance"].update(tag=5), "alliance.tag: a text"),
        (lambda raw: raw.update(exported_at="yesterday"), "exported_at: an instant"),
        (lambda raw: raw.update(sections={}), "sections: a list"),
        (lambda raw: raw["sections"].append(None), r"sections\[2\]: an object"),
        (lambda raw: raw["sections"][0]["topics"][1].pop("title"), r"sections\[0\].topics\[1\].title: a text"),
        (
            lambda raw: raw["sections"][0]["topics"][0]["posts"][1].update(at=3),
            r"topics\[0\].posts\[1\].at: an instant",
        ),
    ],
)
def test_what_is_no_dump_is_refused_with_its_place(spoil: Callable[[dict[str, Any]], object], place: str) -> None:
    raw = small_dump()
    spoil(raw)
    with pytest.raises(BadDump, match=place):
        read_dump(raw)


def test_what_is_no_object_at_all() -> None:
    with pytest.raises(BadDump, match="dump: an object"):
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
