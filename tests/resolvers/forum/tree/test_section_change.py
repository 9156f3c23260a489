"""Placing, editing, moving, deleting and restoring sections, over HTTP: who may, where, and what stays right."""

import asyncio
from typing import Any

import pytest

from engine.operation.node import global_id
from models.account.faction import Clan, Faction
from models.forum.section import Section
from models.forum.topic import Topic
from tests.wire.client import Client
from tests.worlds import world

CREATE = """mutation ($input: SectionInput!) { createSection(input: $input) {
    id slug name description position kind category { slug } parent { name } topicCount } }"""
UPDATE = """mutation ($id: ID!, $name: String, $description: String, $position: Int, $faction: ID, $clan: ID) {
    updateSection(id: $id, name: $name, description: $description, position: $position,
        visibleByFactionId: $faction, visibleByClanId: $clan) { slug name description position
        visibleByFaction { slug } visibleByClan { slug } } }"""
MOVE = """mutation ($id: ID!, $category: String!, $parent: ID) {
    moveSection(id: $id, categorySlug: $category, parentId: $parent) {
        slug category { slug } parent { name } subsections { name category { slug } topicCount } } }"""
DELETE = "mutation ($id: ID!) { deleteSection(id: $id) }"
RESTORE = "mutation ($id: ID!) { restoreSection(id: $id) { slug name subsections { slug name topicCount } } }"
TREE = "{ categories { slug sections { name slug subsections { name slug } } } }"
LOOK = "query ($slug: String!) { section(slug: $slug) { name } }"


@pytest.fixture
async def moderator(client: Client) -> Client:
    return await client.as_user(await world.user("moderator"))


def gid(section: Section) -> str:
    return global_id("Section", section.id)


async def refused(client: Client, query: str, **variables: Any) -> tuple[str, str | None]:
    """The code and field of the one refusal."""
    (error,) = (await client.ask(query, **variables))["errors"]
    return error["extensions"]["code"], error["extensions"].get("field")


async def faction_id(slug: str) -> str:
    return global_id("Faction", (await Faction.get(slug=slug)).id)


async def clan_id(slug: str) -> str:
    return global_id("Clan", (await Clan.get(slug=slug)).id)


async def vault() -> Section:
    """A vault that only the administrator of its alliance sees."""
    alliance = await world.alliance(await world.user())
    return await world.section("alliances", "Coffre", kind="VAULT", alliance=alliance)


# ---- who may ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "codes"), [("admin", []), ("moderator", []), ("game_master", ["FORBIDDEN"]), ("player", ["FORBIDDEN"])]
)
async def test_administrators_and_moderators_alone_manage_sections(client: Client, role: str, codes: list[str]) -> None:
    section = await world.section("general", "Annonces")
    someone = await client.as_user(await world.user(role))
    given = {"categorySlug": "general", "name": "Nouvelle"}
    assert await someone.codes(CREATE, input=given) == codes
    assert await someone.codes(UPDATE, id=gid(section), name="Autre") == codes
    assert await someone.codes(MOVE, id=gid(section), category="hrp") == codes
    assert await someone.codes(DELETE, id=gid(section)) == codes
    assert await someone.codes(RESTORE, id=gid(section)) == codes
    assert await client.codes(CREATE, input=given) == ["UNAUTHENTICATED"]


async def test_a_vault_does_not_exist_for_a_moderator(client: Client, moderator: Client) -> None:
    closed = await vault()
    inside = {"categorySlug": "alliances", "name": "Dedans", "parentId": gid(closed)}
    other = await world.section("alliances", "Autre")
    assert await refused(moderator, CREATE, input=inside) == ("NOT_FOUND", "parentId")
    assert await refused(moderator, UPDATE, id=gid(closed), description="?") == ("NOT_FOUND", "id")
    assert await refused(moderator, MOVE, id=gid(closed), category="general") == ("NOT_FOUND", "id")
    assert await refused(moderator, MOVE, id=gid(other), category="alliances", parent=gid(closed)) == (
        "NOT_FOUND",
        "parentId",
    )
    assert await refused(moderator, DELETE, id=gid(closed)) == ("NOT_FOUND", "id")
    assert await refused(moderator, DELETE, id=global_id("Section", 999_999)) == ("NOT_FOUND", "id")
    assert await Section.filter(id=closed.id, deleted_at=None).exists()


@pytest.mark.parametrize("kind", ["MEMBERS", "ORDERS", "MIRROR"])
async def test_managed_sections_change_by_their_features_alone(client: Client, moderator: Client, kind: str) -> None:
    above = await world.section("alliances", "Quartiers")
    managed = await world.section("alliances", "Membres", above, kind=kind)
    for section in (managed, above):
        assert await refused(moderator, DELETE, id=gid(section)) == ("FORBIDDEN", None)
        assert await refused(moderator, MOVE, id=gid(section), category="general") == ("FORBIDDEN", None)
    assert await refused(moderator, UPDATE, id=gid(managed), name="Autre") == ("FORBIDDEN", None)
    assert await refused(moderator, UPDATE, id=gid(managed), faction=None) == ("FORBIDDEN", None)
    inside = {"categorySlug": "alliances", "name": "Dedans", "parentId": gid(managed)}
    assert await refused(moderator, CREATE, input=inside) == ("FORBIDDEN", None)
    await moderator.data(UPDATE, id=gid(managed), description="Les nôtres", position=3)
    await moderator.data(UPDATE, id=gid(above), name="Nos quartiers")


# ---- placing and editing ------------------------------------------------------------


async def test_a_section_is_placed(moderator: Client) -> None:
    first = await moderator.data(CREATE, input={"categorySlug": "rp", "name": "  L'Été  ", "description": " Chaud. "})
    assert {key: value for key, value in first["createSection"].items() if key != "id"} == {
        "slug": "l-ete",
        "name": "L'Été",
        "description": "Chaud.",
        "position": 0,
        "kind": "DISCUSSION",
        "category": {"slug": "rp"},
        "parent": None,
        "topicCount": 0,
    }
    inside = {"categorySlug": "rp", "name": "L'été", "parentId": first["createSection"]["id"], "position": 7}
    second = (await moderator.data(CREATE, input=inside))["createSection"]
    assert (second["slug"], second["parent"], second["position"]) == ("l-ete-2", {"name": "L'Été"}, 7)


async def test_a_subsection_is_of_its_parents_alliance(moderator: Client) -> None:
    alliance = await world.alliance()
    above = await world.section("alliances", "Quartiers", alliance=alliance)
    made = await moderator.data(CREATE, input={"categorySlug": "alliances", "name": "Salon", "parentId": gid(above)})
    assert (await Section.get(slug=made["createSection"]["slug"])).alliance_id == alliance.id


@pytest.mark.parametrize("again", ["Taverne", " taverne ", "TAVERNE", "Ｔａｖｅｒｎｅ", "tav\u200berne"])
async def test_siblings_have_names_of_their_own(moderator: Client, again: str) -> None:
    tavern = await world.section("rp", "Taverne")
    other = await world.section("rp", "Autre")
    given = {"categorySlug": "rp", "name": again}
    assert await refused(moderator, CREATE, input=given) == ("CONFLICT", "name")
    assert await refused(moderator, UPDATE, id=gid(other), name=again) == ("CONFLICT", "name")
    await moderator.data(UPDATE, id=gid(tavern), name=again)
    await moderator.data(CREATE, input={**given, "categorySlug": "hrp"})
    below = await moderator.data(CREATE, input={**given, "parentId": gid(other)})
    moved = {"id": below["createSection"]["id"], "category": "rp"}
    assert await refused(moderator, MOVE, **moved) == ("CONFLICT", "name")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \u200b "}, "name"),
        ({"name": "\u2028"}, "name"),
        ({"name": "a" * 121}, "name"),
        ({"name": "\ufdfa" * 60}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a", "description": "b" * 2001}, "description"),
        ({"name": "a", "position": -1}, "position"),
        ({"name": "a", "position": 1_000_001}, "position"),
        ({"name": "a", "parentId": "?"}, "parentId"),
        ({"name": "a", "parentId": global_id("Topic", 1)}, "parentId"),
        ({"name": "a", "visibleByFactionId": global_id("Faction", 999)}, "visibleByFactionId"),
        ({"name": "a", "visibleByFactionId": global_id("Clan", 1)}, "visibleByFactionId"),
        ({"name": "a", "visibleByClanId": global_id("Clan", 999)}, "visibleByClanId"),
    ],
)
async def test_bad_input_names_its_field(moderator: Client, given: dict[str, Any], field: str) -> None:
    assert await refused(moderator, CREATE, input={"categorySlug": "general", **given}) == ("BAD_INPUT", field)
    assert (await moderator.data(TREE))["categories"][0]["sections"] == []


async def test_places_that_do_not_fit_are_refused(moderator: Client) -> None:
    tavern = await world.section("rp", "Taverne")
    wrong = {"categorySlug": "hrp", "name": "Salle", "parentId": gid(tavern)}
    assert await refused(moderator, CREATE, input=wrong) == ("BAD_INPUT", "parentId")
    assert await refused(moderator, CREATE, input={"categorySlug": "?", "name": "a"}) == ("NOT_FOUND", "categorySlug")
    assert await refused(moderator, MOVE, id=gid(tavern), category="?") == ("NOT_FOUND", "categorySlug")


async def test_null_clears_a_restriction_and_absence_keeps_it(moderator: Client) -> None:
    section = await world.section("rp", "Oasis", faction="eveilles", clan="symbiotes")

    async def restriction(**given: Any) -> tuple[str | None, str | None]:
        updated = (await moderator.data(UPDATE, id=gid(section), **given))["updateSection"]
        await section.refresh_from_db()
        await section.fetch_related("visible_by_faction", "visible_by_clan")
        slugs = [one.slug if one else None for one in (section.visible_by_faction, section.visible_by_clan)]
        shown = updated["visibleByFaction"], updated["visibleByClan"]
        assert [one and one["slug"] for one in shown] == slugs
        return slugs[0], slugs[1]

    assert await restriction(name="Oase") == ("eveilles", "symbiotes")
    assert await restriction(clan=None) == ("eveilles", None)
    assert await restriction(faction=None) == (None, None)
    assert await restriction(clan=await clan_id("gardiens")) == (None, "gardiens")
    assert await restriction(clan=await clan_id("errants"), faction=await faction_id("eveilles")) == (
        "eveilles",
        "errants",
    )
    clash = {"id": gid(section), "clan": await clan_id("gardiens")}
    assert await refused(moderator, UPDATE, **clash) == ("BAD_INPUT", "visibleByClanId")


async def test_a_renamed_section_keeps_its_address(moderator: Client) -> None:
    section = await world.section("general", "Annonces")
    updated = (await moderator.data(UPDATE, id=gid(section), name="Nouvelles", position=4))["updateSection"]
    assert (updated["slug"], updated["name"], updated["position"]) == (section.slug, "Nouvelles", 4)
    assert await moderator.data(LOOK, slug=section.slug) == {"section": {"name": "Nouvelles"}}


# ---- moving -------------------------------------------------------------------------


async def test_subsections_follow_into_another_category(client: Client, moderator: Client) -> None:
    tavern = await world.section("rp", "Taverne")
    room = await world.section("rp", "Salle", tavern)
    cellar = await world.section("rp", "Cave", room)
    await world.topic(room, "Chaises", None, "une", "deux")
    below = await world.section("general", "Bas")
    moved = (await moderator.data(MOVE, id=gid(tavern), category="general", parent=gid(below)))["moveSection"]
    assert moved == {
        "slug": tavern.slug,
        "category": {"slug": "general"},
        "parent": {"name": "Bas"},
        "subsections": [{"name": "Salle", "category": {"slug": "general"}, "topicCount": 1}],
    }
    await cellar.refresh_from_db()
    assert cellar.category_id == below.category_id
    assert await client.data(LOOK, slug=cellar.slug) == {"section": {"name": "Cave"}}
    await moderator.data(MOVE, id=gid(room), category="general")
    assert (await client.data(TREE))["categories"][0]["sections"] == [
        {"name": "Salle", "slug": room.slug, "subsections": [{"name": "Cave", "slug": cellar.slug}]},
        {"name": "Bas", "slug": below.slug, "subsections": [{"name": "Taverne", "slug": tavern.slug}]},
    ]


async def test_no_section_comes_under_itself(moderator: Client) -> None:
    top = await world.section("rp", "Haut")
    middle = await world.section("rp", "Milieu", top)
    bottom = await world.section("rp", "Bas", middle)
    for target in (top, middle, bottom):
        assert await refused(moderator, MOVE, id=gid(top), category="rp", parent=gid(target)) == (
            "BAD_INPUT",
            "parentId",
        )


async def test_moves_that_cross_each_other_close_no_circle(moderator: Client) -> None:
    names = [f"S{number}" for number in range(6)]
    for _ in range(3):
        sections = [await world.section("rp", f"{name} {_}") for name in names]
        crossing = [
            moderator.codes(MOVE, id=gid(one), category="rp", parent=gid(other))
            for one, other in zip(sections, [*sections[1:], sections[0]], strict=True)
        ]
        answers = await asyncio.gather(*crossing)
        assert sorted(answers) == [[]] * 5 + [["BAD_INPUT"]]
        parents = dict(await Section.all().values_list("id", "parent_id"))
        for start in parents:
            seen: set[int] = set()
            current: int | None = start
            while current is not None:
                assert current not in seen
                seen.add(current)
                current = parents[current]


async def test_a_section_is_of_the_alliance_that_it_hangs_under(moderator: Client) -> None:
    one, other = await world.alliance(), await world.alliance()
    mine = await world.section("alliances", "Salon", alliance=one)
    below = await world.section("alliances", "Recoin", mine, alliance=one)
    theirs = await world.section("alliances", "Leur", alliance=other)
    places: list[tuple[str, str | None, int | None]] = [
        ("alliances", gid(theirs), other.id),
        ("alliances", None, other.id),
        ("general", None, None),
    ]
    for category, parent, expected in places:
        await moderator.data(MOVE, id=gid(mine), category=category, parent=parent)
        moved = await Section.filter(id__in=[mine.id, below.id])
        assert [section.alliance_id for section in moved] == [expected, expected]


# ---- deleting and restoring ---------------------------------------------------------


async def test_a_deleted_section_takes_all_with_it_and_brings_it_back(client: Client, moderator: Client) -> None:
    tavern = await world.section("general", "Taverne")
    room = await world.section("general", "Salle", tavern)
    gone_before = await world.section("general", "Ruine", tavern)
    await world.topic(room, "Chaises", None, "une", "deux")
    await moderator.data(DELETE, id=gid(gone_before))
    await moderator.data(DELETE, id=gid(tavern))
    for section in (tavern, room):
        assert await client.data(LOOK, slug=section.slug) == {"section": None}
        assert await refused(moderator, UPDATE, id=gid(section), name="x") == ("NOT_FOUND", "id")
    assert (await moderator.data(TREE))["categories"][0]["sections"] == []
    assert await Topic.filter(section=room, deleted_at=None).count() == 1
    assert await refused(moderator, RESTORE, id=gid(room)) == ("CONFLICT", "id")
    restored = (await moderator.data(RESTORE, id=gid(tavern)))["restoreSection"]
    assert restored == {
        "slug": "taverne",
        "name": "Taverne",
        "subsections": [{"slug": "salle", "name": "Salle", "topicCount": 1}],
    }
    await moderator.data(RESTORE, id=gid(gone_before))
    assert await client.data(LOOK, slug="ruine") == {"section": {"name": "Ruine"}}


async def test_a_freed_name_and_slug_are_given_again(moderator: Client) -> None:
    given = {"categorySlug": "general", "name": "Taverne"}
    first = (await moderator.data(CREATE, input=given))["createSection"]
    await moderator.data(DELETE, id=first["id"])
    second = (await moderator.data(CREATE, input=given))["createSection"]
    assert (second["slug"], second["id"] != first["id"]) == ("taverne", True)
    assert await refused(moderator, RESTORE, id=first["id"]) == ("CONFLICT", "id")
    await moderator.data(UPDATE, id=second["id"], name="Auberge")
    restored = (await moderator.data(RESTORE, id=first["id"]))["restoreSection"]
    assert restored["slug"] == "taverne-2"


async def test_what_was_deleted_follows_a_move_too(moderator: Client) -> None:
    tavern = await world.section("rp", "Taverne")
    room = await world.section("rp", "Salle", tavern)
    await moderator.data(DELETE, id=gid(room))
    await moderator.data(MOVE, id=gid(tavern), category="general")
    await moderator.data(RESTORE, id=gid(room))
    await room.refresh_from_db()
    assert room.category_id == (await Section.get(id=tavern.id)).category_id


async def test_restoring_what_lives_changes_nothing(moderator: Client) -> None:
    section = await world.section("general", "Taverne")
    assert (await moderator.data(RESTORE, id=gid(section)))["restoreSection"]["slug"] == section.slug


async def test_the_same_name_at_once_is_given_once(moderator: Client) -> None:
    given = {"categorySlug": "general", "name": "Taverne"}
    answers = await asyncio.gather(*[moderator.codes(CREATE, input=given) for _ in range(5)])
    assert sorted(answers) == [[]] + [["CONFLICT"]] * 4


async def test_equal_names_come_back_with_slugs_of_their_own(moderator: Client) -> None:
    tavern = await world.section("general", "Taverne")
    below = [await world.section("general", "Salle", await world.section("general", name, tavern)) for name in "AB"]
    await moderator.data(DELETE, id=gid(tavern))
    await moderator.data(RESTORE, id=gid(tavern))
    assert [(await Section.get(id=room.id)).slug for room in below] == ["salle", "salle-2"]


async def test_topics_opened_while_sections_go_and_come_are_refused_or_kept(moderator: Client) -> None:
    tavern = await world.section("general", "Taverne")
    room = await world.section("general", "Salle", tavern)
    opening = "mutation ($input: TopicInput!) { createTopic(input: $input) { id } }"

    async def come_and_go() -> list[str]:
        return [*await moderator.codes(DELETE, id=gid(tavern)), *await moderator.codes(RESTORE, id=gid(tavern))]

    async def write_to(section: Section) -> list[str]:
        return await moderator.codes(opening, input={"sectionId": gid(section), "title": "Sujet", "body": "Texte"})

    writers = [write_to(section) for _ in range(8) for section in (tavern, room)]
    answers = await asyncio.gather(come_and_go(), *writers, come_and_go())
    assert {code for codes in answers for code in codes} <= {"NOT_FOUND"}
    for section in (tavern, room):
        await section.refresh_from_db()
        assert (section.topic_count, section.deleted_at) == (await Topic.filter(section=section).count(), None)
