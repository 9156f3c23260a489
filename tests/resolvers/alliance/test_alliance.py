"""Founding: who may, what is prepared, and what of an alliance each viewer is shown."""

import asyncio
from datetime import UTC, datetime

import pytest

from models.alliance.alliance import Alliance
from models.alliance.member import Member
from models.forum.section import Section
from tests.documents import alliance as docs
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world
from tests.worlds.alliance import create_alliance

SEEN = """{ alliances { tag name nextHarvestAt members { pseudo } orders { id } convoysUnderWay { food }
    sections { kind } viewerMember { pseudo } } }"""


async def test_two_alliances_have_sections_of_the_same_names(client: Client) -> None:
    for tag in ("FDR", "ABC"):
        await create_alliance(client, tag=tag)
    for name in ("Outiiil_Membre", "Outiiil_Commande"):
        assert await Section.filter(name=name).count() == 2
    assert len(set(await Section.all().values_list("slug", flat=True))) == await Section.all().count()


@pytest.mark.parametrize("tag", ["fdr", "FDR ", "ＦＤＲ"])
async def test_a_tag_is_taken_whatever_its_case(client: Client, tag: str) -> None:
    await create_alliance(client)
    other = await client.as_user(await world.user())
    assert await other.codes(docs.CREATE, tag=tag, name="Une autre") == ["CONFLICT"]
    assert await Alliance.all().count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"tag": ""}, "tag"),
        ({"tag": "x" * 17}, "tag"),
        ({"tag": "a\u200bb"}, "tag"),
        ({"tag": "a\nb"}, "tag"),
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"pseudo": "a / b"}, "pseudo"),
        ({"pseudo": ""}, "pseudo"),
        ({"pseudo": "x" * 101}, "pseudo"),
    ],
)
async def test_bounds(client: Client, values: dict[str, str], field: str) -> None:
    player = await client.as_user(await world.user())
    answer = await player.ask(docs.CREATE, **{"tag": "FDR", "name": "Fourmis", **values})
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "BAD_INPUT", "field": field}]
    assert (await Alliance.all().count(), await Member.all().count()) == (0, 0)


async def test_founding_and_leaving_again_and_again_has_an_end(client: Client) -> None:
    player = await client.as_user(await world.user())
    for number in range(5):
        await player.data(docs.CREATE, tag=f"T{number}", name="Fourmis", pseudo="Reine")
        await player.data(docs.LEAVE, tag=f"T{number}")
    assert await player.codes(docs.CREATE, tag="T5", name="Fourmis", pseudo="Reine") == ["RATE_LIMITED"]


async def test_a_player_founds_one_alliance_and_staff_any(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    for player in alliance.players.values():
        assert await player.codes(docs.CREATE, tag="ABC", name="Une autre") == ["CONFLICT"]
    assert await client.codes(docs.CREATE, tag="ABC", name="Une autre") == ["UNAUTHENTICATED"]
    staff = await client.as_user(await world.user("admin"))
    for tag in ("ABC", "DEF"):
        assert await staff.codes(docs.CREATE, tag=tag, name="Une autre") == []


async def test_the_same_tag_at_once_is_one_alliance(client: Client) -> None:
    players = [await client.as_user(await world.user()) for _ in range(4)]
    codes = await asyncio.gather(*(player.codes(docs.CREATE, tag="FDR", name="Fourmis") for player in players))
    assert sorted(map(tuple, codes)) == [(), *[("CONFLICT",)] * 3]
    assert (await Alliance.all().count(), await Section.filter(kind="VAULT").count()) == (1, 1)


async def test_what_each_viewer_is_shown(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    await alliance.players["Zoé"].data(docs.PLACE, input=docs.order("FDR"))
    await Alliance.all().update(next_harvest_at=datetime(2026, 3, 14, 10, 17, tzinfo=UTC))
    await Member.filter(pseudo="Paco").update(topic_id=None)
    shown = {}
    for name, viewer in {
        "member": alliance.players["Zoé"],
        "administrator": alliance.founder,
        "topicless": alliance.players["Paco"],
        "stranger": await client.as_user(await world.user()),
        "staff": await client.as_user(await world.user("game_master")),
    }.items():
        (seen,) = (await viewer.data(SEEN))["alliances"]
        assert (seen["tag"], seen["name"]) == ("FDR", "Alliance FDR")
        kinds = [section["kind"] for section in seen["sections"]]
        own = seen["viewerMember"] and seen["viewerMember"]["pseudo"]
        shown[name] = (len(seen["members"]), len(seen["orders"]), seen["nextHarvestAt"] is not None, len(kinds), own)
        assert ("VAULT" in kinds) is (name == "administrator")
    assert shown == {
        "member": (3, 1, True, 3, "Zoé"),
        "administrator": (3, 1, True, 4, "Reine"),
        "topicless": (0, 0, False, 1, "Paco"),
        "stranger": (0, 0, False, 0, None),
        "staff": (3, 1, True, 3, None),
    }
    assert await client.codes(SEEN) == ["UNAUTHENTICATED"]


async def test_who_was_left_out_of_the_table_loses_access_at_the_next_request(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    zoe = alliance.players["Zoé"]
    assert (await zoe.data(docs.POSTS, id=alliance.topics["Zoé"]))["topic"]
    await alliance.founder.data(docs.SYNC, tag="FDR", members=[docs.row("Reine")])
    assert (await zoe.data(docs.POSTS, id=alliance.topics["Zoé"]))["topic"] is None
    assert (await zoe.data(docs.MEMBERS, tag="FDR"))["alliance"]["members"] == []


async def test_a_page_of_members_costs_the_same_for_many(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    page = """{ alliances { tag sections { name alliance { tag } } members { pseudo rank user { username role { name } }
        alliance { tag } topic { title section { name } } census { tdc levels { evolution level } } } } }"""
    counts = []
    for size in (2, 60):
        rows = [docs.row("Reine"), *(docs.row(f"Membre {number}") for number in range(size))]
        await alliance.founder.data(docs.SYNC, tag="FDR", members=rows)
        async with statements() as seen:
            await alliance.founder.data(page)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


async def test_sections_name_their_alliance(client: Client) -> None:
    alliance = await create_alliance(client)
    tree = "{ categories { sections { name alliance { tag } subsections { kind alliance { tag } } } } }"
    found = [
        section for category in (await alliance.founder.data(tree))["categories"] for section in category["sections"]
    ]
    (root,) = [section for section in found if section["alliance"]]
    assert root["name"] == "[FDR] Alliance FDR"
    assert {section["alliance"]["tag"] for section in root["subsections"]} == {"FDR"}
