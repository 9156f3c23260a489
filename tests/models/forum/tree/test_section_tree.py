"""The tree that is kept in memory against one that is read anew: nothing stale is ever seen, whatever changes it."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.account.faction import Clan, Faction
from models.core.database import execute, fetch
from models.core.transaction import write
from models.forum.section import Section, all_sections
from models.forum.topic import Topic
from models.forum.tree.category import Category
from models.forum.tree.section_tree import Place, section_tree
from permissions.viewer import ANONYMOUS, LivingCharacter, Membership, Viewer
from permissions.visibility import is_narrowed, visibility_key, visible
from tests.wire.statements import statements
from tests.worlds import world

COUNTS = {"topic_count", "post_count"}


async def viewers() -> list[Viewer]:
    alliances = [row[0] for row in await fetch("SELECT id FROM alliances ORDER BY id")]
    characters = [
        (LivingCharacter(1, "Ici", faction.id, clan.id if clan else None),)
        for faction in await Faction.all()
        for clan in [None, *await Clan.all()]
    ]
    places = [
        Membership(alliance_id, 1, can_administer, has_topic=True, hosted_by_id=host)
        for alliance_id in alliances
        for can_administer in (False, True)
        for host in [None, *alliances]
    ]
    return [
        ANONYMOUS,
        Viewer(1, role_level=10),
        Viewer(2, role_level=100),
        *(Viewer(3, role_level=10, characters=one) for one in characters),
        *(Viewer(4, role_level=10, memberships=(one,)) for one in places),
    ]


async def check() -> None:
    """What is kept says what the predicate says of rows that were just read."""
    restrictions = {section.pk: section for section in await all_sections()}
    tree = await section_tree()
    assert set(tree.places) == set(restrictions)
    for viewer in await viewers():
        seen = visible(viewer, restrictions)
        assert set(tree.sight(viewer).places) == seen, viewer
        assert set(tree.sight(viewer).whole) == {pk for pk in seen if not is_narrowed(viewer, restrictions[pk])}


@pytest.mark.parametrize("column", sorted(set(Section._meta.db_fields) - COUNTS - {"id"}))
async def test_whatever_changes_a_section_gives_the_tree_another_stamp(database: str, column: str) -> None:
    section = await world.section("general", "Ici")
    before = (await section_tree()).stamp
    await execute(f"UPDATE sections SET {column} = {column} WHERE id = $1", section.id)
    assert (await section_tree()).stamp != before


async def test_categories_count_and_counts_do_not(database: str) -> None:
    section = await world.section("general", "Ici")
    kept = await section_tree()
    await world.topic(section, "Sujet", None, "un", "deux")
    await Topic.all().update(title="Autre")
    assert await section_tree() is kept
    await Category.filter(slug="general").update(access="AUTHENTICATED")
    assert not (await section_tree()).sight(ANONYMOUS).places
    assert list(kept.sight(ANONYMOUS).places) == [section.id], "it is as it was under its stamp"


async def test_it_is_read_once_and_then_asked_for_by_its_stamp(database: str) -> None:
    for many in (3, 9):
        for number in range(many):
            await world.section("general", f"Ici {many} {number}")
        await section_tree()
        async with statements() as seen:
            (await section_tree()).sight(ANONYMOUS)
        assert len(seen) == 1


async def test_what_was_undone_was_never_there(database: str) -> None:
    section = await world.section("general", "Ici")
    before = (await section_tree()).stamp

    async def work() -> None:
        await Section.filter(id=section.id).update(deleted_at=datetime.now(UTC), slug=None)
        assert not (await section_tree()).places
        raise ValueError("undone")

    with pytest.raises(ValueError, match="undone"):
        await write(work)
    assert (await section_tree()).stamp == before
    assert list((await section_tree()).places) == [section.id]


changes = st.lists(
    st.tuples(
        st.sampled_from(["add", "close", "open", "faction", "move", "delete", "restore", "kind", "access", "undone"]),
        st.integers(0, 11),
    ),
    max_size=12,
)
CATEGORIES = ("general", "hrp", "rp", "alliances")


async def change(name: str, number: int) -> None:
    """One change of the tree, as whoever writes rows makes it."""
    sections = await Section.all().order_by("id")
    if name == "add" or not sections:
        parent = sections[number % len(sections)] if sections and number % 2 else None
        category = (await parent.category).slug if parent else CATEGORIES[number % 4]
        alliance = await world.alliance()
        await world.section(category, f"Ici {len(sections)}", parent, alliance=alliance if number % 3 else None)
        return
    one = Section.filter(id=sections[number % len(sections)].id)
    if name == "access":
        await Category.filter(slug=CATEGORIES[number % 4]).update(access=["PUBLIC", "AUTHENTICATED"][number % 2])
    elif name == "undone":
        with pytest.raises(ValueError, match="undone"):
            await write(lambda: _undone(number))
    elif name == "move":
        above = sections[number * 7 % len(sections)]
        if above.id < sections[number % len(sections)].id:
            await one.update(parent_id=above.id)
    else:
        values: dict[str, dict[str, object]] = {
            "close": {"kind": "VAULT"},
            "open": {"kind": "DISCUSSION", "visible_by_faction_id": None},
            "faction": {"visible_by_faction_id": (await Faction.all())[0].id},
            "delete": {"deleted_at": datetime.now(UTC), "slug": None},
            "restore": {"deleted_at": None, "slug": f"again-{number}-{len(sections)}"},
            "kind": {"kind": ("MEMBERS", "MIRROR", "ORDERS")[number % 3]},
        }
        await one.update(**values[name])


async def _undone(number: int) -> None:
    await change("delete", number)
    await section_tree()
    raise ValueError("undone")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=changes)
async def test_what_is_kept_is_what_would_be_read(database: str, steps: list[tuple[str, int]]) -> None:
    for name, number in steps:
        await change(name, number)
        if number % 2:
            await check()
    await check()


def test_a_key_tells_apart_all_whom_the_rules_tell_apart() -> None:
    """A guest sees the mirror that lies at their host, and a fellow member who plays at home does not."""
    mirror = Place(1, None, "ALLIANCE", "MIRROR", None, None, 2)
    home, guest = (
        Viewer(
            1, role_level=10, memberships=(Membership(1, 1, can_administer=False, has_topic=True, hosted_by_id=host),)
        )
        for host in (None, 2)
    )
    assert visible(home, {1: mirror}) != visible(guest, {1: mirror})
    assert visibility_key(home) != visibility_key(guest)
