"""One question for many keys gives what asking for each by itself gives, however many there are."""

import pytest

from models.core.batch import KEYS_A_STATEMENT, fetch_for_each
from models.core.database import fetch
from models.forum.section import Section
from tests.wire.statements import statements
from tests.worlds import world

FIRST_TWO = "SELECT id, section_id FROM topics WHERE section_id = $1 AND id > $3 ORDER BY id DESC LIMIT $2"


@pytest.mark.parametrize("keys", [0, 1, 2, KEYS_A_STATEMENT + 1])
async def test_each_key_has_a_limit_of_its_own(database: str, keys: int) -> None:
    sections: list[Section] = [await world.section("general", f"Salle {number}") for number in range(3)]
    for number in range(9):
        await world.topic(sections[number % 2], f"Sujet {number}")
    asked = [section.id for section in sections][:keys] + list(range(1000, 1000 + max(0, keys - 3)))
    async with statements() as seen:
        together = await fetch_for_each(FIRST_TWO, asked, 2, 1)
    assert len(seen) == -(-len(asked) // KEYS_A_STATEMENT)
    by_itself = [row for key in asked for row in await fetch(FIRST_TWO, key, 2, 1)]
    assert sorted(map(tuple, together)) == sorted(map(tuple, by_itself))


async def test_a_key_that_is_asked_for_twice_has_its_rows_once(database: str) -> None:
    place = await world.section("general", "Salle")
    for number in range(3):
        await world.topic(place, f"Sujet {number}")
    once = await fetch_for_each(FIRST_TWO, [place.id], 2, 0)
    assert await fetch_for_each(FIRST_TWO, [place.id, place.id], 2, 0) == once
    assert len(once) == 2
