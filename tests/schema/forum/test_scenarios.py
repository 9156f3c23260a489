"""The source document's list of scenarios, line by line, over the HTTP API."""

from dataclasses import dataclass

import pytest

from engine.operation.node import global_id
from models.account.user import User
from models.forum.section import Section
from tests.wire.client import Client
from tests.worlds import world

TREE = "{ categories { slug sections { name } } }"
SECTION = "query Q($slug: String!) { section(slug: $slug) { name } }"
OPEN_TOPIC = "mutation M($input: TopicInput!) { createTopic(input: $input) { title } }"

# The six sections of the document.
SECTIONS = {
    "Annonces": ("general", None, None),
    "Discussions HRP": ("hrp", None, None),
    "Taverne des Survivants": ("rp", None, None),
    "L'Oasis des Transformés": ("rp", "eveilles", None),
    "La Citadelle Inaltérée": ("rp", "inalteres", None),
    "Sanctuaire des Symbiotes": ("rp", None, "symbiotes"),
}
OASIS, CITADEL, SANCTUARY = "L'Oasis des Transformés", "La Citadelle Inaltérée", "Sanctuaire des Symbiotes"
EVERYTHING = frozenset(SECTIONS)
OPEN = frozenset({"Annonces", "Discussions HRP"})


@dataclass(frozen=True)
class Scenario:
    """A viewer of the document, and the sections that it grants them."""

    role: str | None
    characters: tuple[tuple[str | None, str | None, bool], ...] = ()
    sees: frozenset[str] = EVERYTHING


SCENARIOS = {
    "anonymous": Scenario(None, sees=frozenset({"Annonces"})),
    "no character": Scenario("player", sees=OPEN),
    "dead character": Scenario("player", (("eveilles", "symbiotes", False),), OPEN),
    "Éveillés": Scenario("player", (("eveilles", None, True),), OPEN | {"Taverne des Survivants", OASIS}),
    "Éveillés of the Symbiotes": Scenario(
        "player", (("eveilles", "symbiotes", True),), OPEN | {"Taverne des Survivants", OASIS, SANCTUARY}
    ),
    "Inaltérés of another clan": Scenario(
        "player", (("inalteres", "gardiens", True),), OPEN | {"Taverne des Survivants", CITADEL}
    ),
    "a character in each faction": Scenario(
        "player", (("eveilles", None, True), ("inalteres", None, True)), EVERYTHING - {SANCTUARY}
    ),
    "admin": Scenario("admin"),
    "moderator": Scenario("moderator"),
    "game master": Scenario("game_master"),
}


async def _sections() -> dict[str, Section]:
    return {
        name: await world.section(category, name, faction=faction, clan=clan)
        for name, (category, faction, clan) in SECTIONS.items()
    }


async def _viewer(client: Client, scenario: Scenario) -> tuple[Client, User | None]:
    if scenario.role is None:
        return client, None
    user = await world.user(scenario.role)
    for faction, clan, alive in scenario.characters:
        await world.character(user, faction, clan, alive=alive)
    return await client.as_user(user), user


@pytest.mark.parametrize("name", SCENARIOS)
async def test_each_viewer_of_the_document_reads_what_it_grants(client: Client, name: str) -> None:
    scenario, sections = SCENARIOS[name], await _sections()
    viewer, _ = await _viewer(client, scenario)
    tree = (await viewer.data(TREE))["categories"]
    assert {section["name"] for category in tree for section in category["sections"]} == scenario.sees
    for title, section in sections.items():
        codes = await viewer.codes(SECTION, slug=section.slug)
        assert codes == ([] if title in scenario.sees else ["FORBIDDEN"]), title
    slugs = [category["slug"] for category in tree]
    assert ("hrp" in slugs, "rp" in slugs) == (
        "Discussions HRP" in scenario.sees,
        "Taverne des Survivants" in scenario.sees,
    )


@pytest.mark.parametrize("name", SCENARIOS)
async def test_each_viewer_of_the_document_writes_where_they_read(client: Client, name: str) -> None:
    scenario, sections = SCENARIOS[name], await _sections()
    viewer, user = await _viewer(client, scenario)
    for title, section in sections.items():
        entry = {"sectionId": global_id("Section", section.id), "title": "Un sujet", "body": "Un message"}
        expected = [] if title in scenario.sees else ["FORBIDDEN"]
        assert await viewer.codes(OPEN_TOPIC, input=entry) == (expected if user else ["UNAUTHENTICATED"]), title


MANAGE = {
    "createSection": 'mutation { createSection(input: { categorySlug: "general", name: "Nouvelle" }) { name } }',
    "updateSection": 'mutation { updateSection(id: "%s", name: "Autre") { name } }',
    "moveSection": 'mutation { moveSection(id: "%s", categorySlug: "hrp") { name } }',
    "deleteSection": 'mutation { deleteSection(id: "%s") }',
}


@pytest.mark.parametrize("name", ["anonymous", "no character", "admin", "moderator", "game master"])
async def test_sections_are_managed_by_administrators_and_moderators(client: Client, name: str) -> None:
    viewer, _ = await _viewer(client, SCENARIOS[name])
    allowed = name in ("admin", "moderator")
    refusal = "UNAUTHENTICATED" if name == "anonymous" else "FORBIDDEN"
    for name_of_field, mutation in MANAGE.items():
        section = await world.section("general", f"Pour {name_of_field}")
        text = mutation.replace("%s", global_id("Section", section.id))
        assert await viewer.codes(text) == ([] if allowed else [refusal]), mutation
