"""The tree against a naive oracle written from the source document, through lives, deaths, moves and role changes."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.account.character import Character
from models.account.role import Role
from models.account.user import User
from models.alliance.alliance import Alliance
from models.alliance.member import Member
from models.forum.section import Section
from models.forum.topic import Topic
from models.forum.tree.category import Category
from tests.wire.client import Client
from tests.worlds import world

CATEGORIES = ("general", "hrp", "rp", "alliances")
ROLES = ("admin", "moderator", "game_master", "player")
KINDS = ("DISCUSSION", "DISCUSSION", "DISCUSSION", "MEMBERS", "ORDERS", "VAULT", "MIRROR")
TREE = "{ categories { slug sections { ...S subsections { ...S subsections { ...S subsections { ...S } } } } } }"
TREE += " fragment S on Section { name }"


@dataclass
class Person:
    """What the oracle knows of an account: its role, its characters, its places in alliances, where it has a topic."""

    role: str = "player"
    characters: list[dict[str, Any]] = field(default_factory=list)
    alliances: dict[str, bool] = field(default_factory=dict)
    topics: set[str] = field(default_factory=set)


@dataclass
class Place:
    """What the oracle knows of a section."""

    name: str
    category: str
    parent: "Place | None"
    kind: str
    faction: str | None
    clan: str | None
    alliance: str | None
    deleted: bool = False

    @property
    def depth(self) -> int:
        return 0 if self.parent is None else self.parent.depth + 1


def oracle_enters(person: Person | None, place: Place) -> bool:
    """The document's words on the three forums, and the design's on alliances."""
    if place.category == "general":
        return True
    if person is None:
        return False
    if place.category == "rp":
        return any(one["alive"] for one in person.characters)
    return place.category == "hrp" or place.alliance in person.alliances


def oracle_fits(person: Person | None, place: Place) -> bool:
    """Whether one living character satisfies every restriction of the section."""
    if not place.faction and not place.clan:
        return True
    for one in person.characters if person else []:
        wrong_faction = place.faction and one["faction"] != place.faction
        wrong_clan = place.clan and one["clan"] != place.clan
        if one["alive"] and not wrong_faction and not wrong_clan:
            return True
    return False


def oracle_sees(person: Person | None, place: Place) -> bool:
    """The document's rules, said as slowly as it says them."""
    if place.deleted or (place.parent is not None and not oracle_sees(person, place.parent)):
        return False
    if place.kind == "VAULT":
        return person is not None and person.alliances.get(place.alliance or "-") is True
    if person is not None and person.role in ("admin", "moderator", "game_master"):
        return True
    if place.kind in ("MEMBERS", "ORDERS") and (person is None or place.alliance not in person.topics):
        return False
    return oracle_enters(person, place) and oracle_fits(person, place)


def oracle_tree(person: Person | None, places: list[Place]) -> dict[str, Any]:
    def below(parent: Place | None, category: str) -> dict[str, Any]:
        return {
            place.name: below(place, category)
            for place in places
            if place.parent is parent and place.category == category and oracle_sees(person, place)
        }

    return {category: below(None, category) for category in CATEGORIES}


def served_tree(categories: list[Any]) -> dict[str, Any]:
    def below(sections: list[Any]) -> dict[str, Any]:
        return {section["name"]: below(section.get("subsections", [])) for section in sections}

    found = {category["slug"]: below(category["sections"]) for category in categories}
    return {category: found.get(category, {}) for category in CATEGORIES}


class Story:
    """One world in the database and the oracle's own notes of it, changed together for as long as choices last."""

    def __init__(self, client: Client, choices: list[int]) -> None:
        self.client, self.choices = client, choices
        self.people: list[tuple[Person, User, Client]] = []
        self.places: list[tuple[Place, Section]] = []
        self.number = 0

    async def begin(self) -> None:
        await Section.all().update(parent_id=None)
        for model in (Member, Topic, Section, Character):
            await model.all().delete()
        await User.all().delete()
        for tag in ("AAA", "BBB"):
            await Alliance.get_or_create(tag_key=tag.lower(), defaults={"tag": tag, "name": tag})
        for _ in range(3):
            account = await world.user()
            self.people.append((Person(), account, await self.client.as_user(account)))

    def pick(self, options: Any) -> Any:
        known = list(options)
        return known[self.choices.pop() % len(known) if self.choices else 0]

    async def step(self) -> None:
        acts = [self.add_section] * 4 + [self.add_character] * 2
        acts += [self.turn_fate, self.change_role, self.join, self.leave, self.move, self.delete]
        await self.pick(acts)()

    async def add_section(self) -> None:
        self.number += 1
        above = self.pick([None, *[pair for pair in self.places if pair[0].depth < 3]])
        category = above[0].category if above else self.pick(CATEGORIES)
        alliance = self.pick([None, "AAA", "BBB"])
        place = Place(
            f"S{self.number}", category, above[0] if above else None, self.pick(KINDS),
            self.pick([None, None, "eveilles", "inalteres"]), self.pick([None, None, "symbiotes", "errants"]), alliance,
        )  # fmt: skip
        owner = await Alliance.get(tag=alliance) if alliance else None
        row = await world.section(
            category, place.name, above[1] if above else None,
            kind=place.kind, faction=place.faction, clan=place.clan, alliance=owner,
        )  # fmt: skip
        self.places.append((place, row))

    async def add_character(self) -> None:
        person, account, _ = self.pick(self.people)
        faction, clan = self.pick([None, "eveilles", "inalteres"]), self.pick([None, "symbiotes", "errants"])
        row = await world.character(account, faction, clan)
        person.characters.append({"alive": True, "faction": faction, "clan": clan, "id": row.id})

    async def turn_fate(self) -> None:
        """A death, or a death taken back."""
        person, _, _ = self.pick(self.people)
        for one in person.characters[:1]:
            one["alive"] = not one["alive"]
            await Character.filter(id=one["id"]).update(is_alive=one["alive"])

    async def change_role(self) -> None:
        person, account, _ = self.pick(self.people)
        person.role = self.pick(ROLES)
        await User.filter(id=account.id).update(role=await Role.get(name=person.role))

    async def join(self) -> None:
        person, account, _ = self.pick(self.people)
        tag, administers = self.pick(["AAA", "BBB"]), self.pick([True, False])
        if tag in person.alliances:
            return
        person.alliances[tag] = administers
        seat = await world.member(await Alliance.get(tag=tag), account, administers=administers)
        if self.places and self.pick([True, False]):
            person.topics.add(tag)
            own = await world.topic(self.places[0][1], f"Sujet {seat.id}")
            await Member.filter(id=seat.id).update(topic_id=own.id)

    async def leave(self) -> None:
        person, account, _ = self.pick(self.people)
        person.alliances.clear()
        person.topics.clear()
        await Member.filter(user=account).delete()

    async def move(self) -> None:
        """A childless section goes under another, or to the top of another category."""
        parents = {id(place.parent) for place, _ in self.places}
        movable = [pair for pair in self.places if id(pair[0]) not in parents]
        if not movable:
            return
        place, row = self.pick(movable)
        above = self.pick([None, *[pair for pair in self.places if pair[0] is not place and pair[0].depth < 3]])
        place.parent = above[0] if above else None
        place.category = above[0].category if above else self.pick(CATEGORIES)
        category = await Category.get(slug=place.category)
        await Section.filter(id=row.id).update(category=category, parent_id=above[1].id if above else None)

    async def delete(self) -> None:
        if self.places:
            place, row = self.pick(self.places)
            place.deleted = True
            await Section.filter(id=row.id).update(deleted_at=row.created_at, slug=None)

    async def compare(self) -> None:
        viewers: list[tuple[Person | None, Client]] = [(None, self.client)]
        viewers += [(person, client) for person, _, client in self.people]
        places = [place for place, _ in self.places]
        for person, client in viewers:
            served = served_tree((await client.data(TREE))["categories"])
            assert served == oracle_tree(person, places), (person, places)


@pytest.mark.slow
@pytest.mark.parametrize("examples", [25])
async def test_every_viewer_sees_what_the_document_says(client: Client, examples: int) -> None:
    loop = asyncio.get_running_loop()

    async def tell(choices: list[int]) -> None:
        story = Story(client, choices)
        await story.begin()
        while story.choices:
            await story.step()
            await story.compare()

    # Hypothesis is synchronous: it runs in a thread, and each example as a task of this loop.
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.integers(0, 2**16), min_size=20, max_size=120))
    def examine(choices: list[int]) -> None:
        asyncio.run_coroutine_threadsafe(tell(choices), loop).result()

    await asyncio.to_thread(examine)
