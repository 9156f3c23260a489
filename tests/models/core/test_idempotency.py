"""Answers kept under a key: for a day, for its account alone, and never read before they are there."""

from datetime import UTC, datetime, timedelta

import pytest

from models.core.idempotency import KEPT_FOR, Kept, claim, forget_answers, keep
from models.core.transaction import write
from tests.worlds import world

NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)


async def answer(user_id: int, text: str, now: datetime = NOW, key: str = "k") -> Kept | None:
    """Claims the key and keeps an answer, or gives the one that is kept."""

    async def work() -> Kept | None:
        kept = await claim(user_id, key, f"of {text}", now)
        if kept is None:
            await keep(user_id, key, text)
        return kept

    return await write(work)


async def test_an_answer_is_kept_for_a_day_and_for_its_account(database: str) -> None:
    mine, other = (await world.user()).id, (await world.user()).id
    assert await answer(mine, "one") is None
    assert await answer(mine, "two") == Kept("of one", "one")
    assert await answer(mine, "two", key="another") is None
    assert await answer(other, "three") is None
    last = NOW + KEPT_FOR - timedelta(seconds=1)
    assert await answer(mine, "two", last) == Kept("of one", "one")
    assert await answer(mine, "two", NOW + KEPT_FOR) is None
    assert await answer(mine, "three", NOW + KEPT_FOR) == Kept("of two", "two")


async def test_a_write_that_fails_leaves_its_key_free(database: str) -> None:
    mine = (await world.user()).id

    async def work() -> None:
        await claim(mine, "k", "of one", NOW)
        raise ValueError

    with pytest.raises(ValueError):
        await write(work)
    assert await answer(mine, "two") is None


async def test_what_is_over_is_forgotten_and_the_rest_is_not(database: str) -> None:
    mine = (await world.user()).id
    await answer(mine, "old")
    await answer(mine, "new", NOW + timedelta(seconds=1), key="another")
    assert await forget_answers(NOW + KEPT_FOR) == 1
    assert await answer(mine, "again", NOW + KEPT_FOR, key="another") == Kept("of new", "new")
