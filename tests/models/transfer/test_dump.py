"""A dump is imported as it stands, once however often it is run, and exported as it was; hostile lines lose nothing."""

import copy
import json
import os
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.alliance.evolution import Evolution
from domain.orders.dump import read_dump, write_dump
from domain.orders.order import OrderStatus
from domain.transfer.dump_reading import stands_for
from models.alliance.census.census import Census
from models.alliance.member import Member
from models.forum.post import Post
from models.forum.topic import Topic
from models.orders.convoy import Convoy, convoys_of
from models.orders.order import Order
from models.transfer.dump import ImportReport, import_dump
from models.transfer.dump_export import export_dump
from tests.worlds.dump import shared_sample, small_dump

NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)


async def bring_in(raw: dict[str, Any]) -> ImportReport:
    return await import_dump(read_dump(raw), NOW, lambda: None)


async def taken_out(tag: str = "FDR") -> dict[str, Any]:
    dump = await export_dump(tag, NOW)
    assert dump is not None
    return write_dump(dump)


async def rows_stand_for() -> dict[str, Any]:
    """The same as `domain.dump_reading.stands_for`, from the tables alone."""
    members = await Member.filter(topic_id__isnull=False).order_by("topic_id")
    orders = await Order.all().order_by("topic_id").prefetch_related("requester")
    return {
        "members": [await _member(member) for member in members],
        "orders": [await _order(order) for order in orders],
    }


def _at(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def _member(member: Member) -> dict[str, Any]:
    censuses = await Census.filter(member=member).order_by("recorded_at", "id")
    return {
        "pseudo": member.pseudo,
        "player_id": member.player_id,
        "x": -1 if member.x is None else member.x,
        "y": -1 if member.y is None else member.y,
        "rank": member.rank,
        "rank_order": member.rank_order,
        "censuses": [
            {
                "at": _at(census.recorded_at),
                "food": census.food,
                "materials": census.materials,
                "tdc": census.tdc,
                "workers": census.workers,
                "levels": {Evolution(name).french: level for name, level in json.loads(census.levels).items()},
                "units": json.loads(census.units),
            }
            for census in censuses
        ],
    }


async def _order(order: Order) -> dict[str, Any]:
    names = {member.id: member.pseudo for member in await Member.all()}
    (views,) = (await convoys_of([order.id])).values()
    return {
        "requester": order.requester.pseudo,
        "status": OrderStatus(order.status).french,
        "evolution": order.evolution and Evolution(order.evolution).french,
        "x": order.x,
        "y": order.y,
        "materials": order.materials_requested,
        "food": order.food_requested,
        "due": order.due_on and order.due_on.isoformat(),
        "after": order.deliver_after and order.deliver_after.isoformat(),
        "convoys": [
            {
                "sender": names[view.sender_id],
                "at": _at(view.sent_at),
                "food": view.food,
                "materials": view.materials,
                "cancelled": view.is_cancelled,
                "arrives_at": _at(view.arrives_at),
            }
            for view in views
            if not (view.is_cancelled and view.entry.is_counter_entry)
        ],
        "materials_delivered": order.materials_delivered,
        "food_delivered": order.food_delivered,
        "old_format": order.is_old_format,
    }


def _sorted_convoys(found: dict[str, Any]) -> dict[str, Any]:
    """The convoys of an order stand in no order."""
    for order in found["orders"]:
        order["convoys"].sort(key=lambda convoy: json.dumps(convoy, sort_keys=True))
    return found


async def test_the_small_dump_is_read_into_rows(database: str) -> None:
    report = await bring_in(small_dump())
    assert (report.topics_created, report.posts_created) == (5, 12)
    assert (report.topics_kept, report.posts_kept, report.unreadable) == (0, 0, [])
    assert _sorted_convoys(await rows_stand_for()) == _sorted_convoys(stands_for(read_dump(small_dump())))


async def test_the_shared_sample_is_read_into_rows_as_it_says(database: str) -> None:
    raw, expected = shared_sample("forum-dump.json"), shared_sample("forum-dump.expected.json")
    if not raw and not os.environ.get("CI"):
        pytest.skip("the shared sample is not beside this clone")
    report = await bring_in(raw)
    assert report.unreadable == []
    assert _sorted_convoys(await rows_stand_for()) == _sorted_convoys(expected)
    before = await taken_out()
    again = await bring_in(raw)
    assert (again.topics_created, again.posts_created, again.topics_kept) == (0, 0, 32)
    assert await taken_out() == before


async def test_an_import_again_keeps_everything(database: str) -> None:
    await bring_in(small_dump())
    before = await taken_out()
    for raw in (small_dump(), before):
        report = await bring_in(raw)
        assert (report.topics_created, report.posts_created) == (0, 0)
        assert (report.topics_kept, report.posts_kept) == (5, 12)
    assert await taken_out() == before


async def test_an_import_goes_on_where_one_stopped(database: str) -> None:
    stopped = 0

    def stop() -> None:
        nonlocal stopped
        stopped += 1
        if stopped == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await import_dump(read_dump(small_dump()), NOW, stop)
    report = await bring_in(small_dump())
    assert (report.topics_kept, report.topics_created) == (3, 2)
    assert _sorted_convoys(await rows_stand_for()) == _sorted_convoys(stands_for(read_dump(small_dump())))


async def test_what_was_exported_is_imported_as_it_was(database: str) -> None:
    raw = small_dump()
    raw["sections"].append({"name": "Taverne", "topics": copy.deepcopy(raw["sections"][1]["topics"][2:])})
    await bring_in(raw)
    first = await taken_out()
    assert [section["name"] for section in first["sections"]] == ["Outiiil_Membre", "Outiiil_Commande", "Taverne"]
    await bring_in({**first, "alliance": {"tag": "AUTRE", "name": "Une autre"}})
    assert (await taken_out("AUTRE"))["sections"] == first["sections"]
    # The texts themselves are those of the first dump; only titles gain what this project keeps in them.
    bodies = [[topic["posts"] for topic in section["topics"]] for section in raw["sections"]]
    assert [[topic["posts"] for topic in section["topics"]] for section in first["sections"]] == bodies


async def test_a_newer_dump_adds_its_posts_and_counts_them(database: str) -> None:
    raw = small_dump()
    late = raw["sections"][1]["topics"][0]["posts"].pop()
    await bring_in(raw)
    assert (await Order.all().order_by("id").first()).materials_delivered == 1200  # type: ignore[union-attr]
    raw["sections"][1]["topics"][0]["posts"].append(late)
    report = await bring_in(raw)
    assert (report.posts_created, report.posts_kept) == (1, 11)
    assert (await Order.all().order_by("id").first()).materials_delivered == 1900  # type: ignore[union-attr]


async def test_two_posts_alike_are_two_posts(database: str) -> None:
    raw = small_dump()
    posts = raw["sections"][1]["topics"][0]["posts"]
    await bring_in(raw)
    posts.append(copy.deepcopy(posts[1]))
    assert (await bring_in(raw)).posts_created == 1
    assert (await bring_in(raw)).posts_created == 0
    assert await Post.filter(body=posts[1]["body"]).count() == 2
    assert (await Order.all().order_by("id").first()).materials_delivered == 2400  # type: ignore[union-attr]


HOSTILE = [
    (0, 0, "Couveuse: 3", "Couveu"),
    (0, 0, "793 800 cm²", "793 800 km"),
    (0, 0, "Matériaux: 2", "Matériaux: " + "9" * 10_000),
    (1, 0, "16 mars", "16 marz"),
    (1, 0, " - Retour le 16 mars 2026 à 07h00", ""),
    (1, 0, "materiaux", "pucerons"),
    (1, 0, "1 200", "1 200 000 000 000 000 000 000"),
    (1, 0, "à Zoé", "à " + "Z" * 300),
]


@pytest.mark.parametrize(("section", "topic", "old", "new"), HOSTILE)
async def test_a_hostile_line_loses_nothing(database: str, section: int, topic: int, old: str, new: str) -> None:
    raw = small_dump()
    post = raw["sections"][section]["topics"][topic]["posts"][1]
    assert old in post["body"]
    post["body"] = post["body"].replace(old, new)
    for _ in range(2):
        report = await bring_in(raw)
        assert [(bad.topic, bad.post) for bad in report.unreadable] in (
            [(raw["sections"][section]["topics"][topic]["title"], 2)],
            [],  # A name that nobody can bear is found when it is read into rows, and not again.
        )
    assert await Post.filter(body=post["body"]).count() == 1
    assert (await Census.all().count(), await Convoy.all().count()) == ((0, 4) if section == 0 else (1, 3))


@pytest.mark.parametrize("section", [0, 1])
@pytest.mark.parametrize(
    "title",
    [
        "",
        "Zoé",
        "[En cours] 1 / 2",
        "Zoé / 99999999999999 / 1 / 1",
        "x" * 5000,
        "a\0b\ud800",
        "[Nouvelle] 1 / 2 / x / 1",
    ],
)
async def test_a_hostile_title_loses_nothing(database: str, section: int, title: str) -> None:
    raw = small_dump()
    topic = raw["sections"][section]["topics"][0]
    topic["title"] = title
    for _ in range(2):
        report = await bring_in(raw)
        assert [(bad.section, bad.post) for bad in report.unreadable] == [(raw["sections"][section]["name"], 0)]
    assert (await Topic.all().count(), await Post.all().count()) == (5, 12)
    assert await Member.filter(topic_id__isnull=False).count() == (1 if section == 0 else 2)


async def test_a_second_topic_of_a_member_stays_a_plain_topic(database: str) -> None:
    raw = small_dump()
    topics = raw["sections"][0]["topics"]
    topics.append({**copy.deepcopy(topics[0]), "title": "zoé / 7 / 1 / 2"})
    for _ in range(2):
        report = await bring_in(raw)
        assert [(bad.topic, bad.post) for bad in report.unreadable] == [("zoé / 7 / 1 / 2", 0)]
    assert (await Topic.all().count(), await Member.filter(topic_id__isnull=False).count()) == (6, 2)
    assert await Census.all().count() == 1
