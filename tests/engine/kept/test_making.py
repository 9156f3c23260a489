"""An answer that several ask for at once is made once; who makes it takes nobody along."""

import asyncio
from typing import Any

import pytest

from engine.execution import planned
from engine.kept import making
from engine.operation.node import global_id
from models.core.database import execute
from models.core.transaction import write
from tests.wire.client import Client
from tests.wire.kept import anew, warm
from tests.worlds import world

PAGE = "query Page($id: ID!) { topic(id: $id) { title posts { edges { node { body } } } } }"
AT_ONCE = 6


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for nobody is found out."""
    monkeypatch.setattr(making, "WAIT_SECONDS", 60)


class _Makers:
    """Stand in the place of who makes answers: each counted, held until all who ask have come; the first may fail."""

    def __init__(self, patch: pytest.MonkeyPatch, failure: BaseException | None = None) -> None:
        self.made = 0
        self.failure = failure
        self._answered = planned.answered
        patch.setattr(planned, "answered", self._make)

    async def _make(self, *given: Any) -> Any:
        self.made += 1
        first = self.made == 1
        await asyncio.sleep(0.3)
        if first and self.failure is not None:
            raise self.failure
        return await self._answered(*given)


async def _pages(client: Client) -> list[str]:
    """Two pages that were asked for often enough, and have changed since."""
    place = await world.section("rp", "Oasis", faction="eveilles")
    pages = [global_id("Topic", (await world.topic(place, title, None, title)).id) for title in ("Un", "Deux")]
    for page in pages:
        await warm(client, PAGE, id=page)
    await write(lambda: execute("UPDATE posts SET body = body || '!'"))
    return pages


async def test_each_answer_is_made_once_and_told_to_those_it_is_for(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = await client.as_user(await world.user("moderator"))
    pages, makers = await _pages(staff), _Makers(monkeypatch)
    asked = [(reader, page) for _ in range(AT_ONCE) for reader in (client, staff) for page in pages]
    found = await asyncio.gather(*(reader.ask(PAGE, id=page) for reader, page in asked))
    assert makers.made == 4, "for two sights, two pages"
    for (reader, page), told in zip(asked, found, strict=True):
        assert told == await anew(monkeypatch, reader, PAGE, id=page)
    assert (await client.data(PAGE, id=pages[0]))["topic"] is None


@pytest.mark.parametrize("failure", [asyncio.CancelledError(), ValueError("of one request")])
async def test_who_fails_or_goes_takes_nobody_along(
    client: Client, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    staff = await client.as_user(await world.user("moderator"))
    (page, _), makers = await _pages(staff), _Makers(monkeypatch, failure)
    async with asyncio.timeout(30):
        found = await asyncio.gather(*(staff.ask(PAGE, id=page) for _ in range(AT_ONCE)), return_exceptions=True)
    fresh = await anew(monkeypatch, staff, PAGE, id=page)
    assert sum(told == fresh for told in found) >= AT_ONCE - 1
    assert makers.made >= 2
    async with asyncio.timeout(30):
        assert await staff.ask(PAGE, id=page) == fresh


async def test_a_change_meanwhile_is_told_to_who_comes_after_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = await client.as_user(await world.user("moderator"))
    (page, _), makers = await _pages(staff), _Makers(monkeypatch)
    before = [asyncio.create_task(staff.ask(PAGE, id=page)) for _ in range(2)]
    await asyncio.sleep(0.15)
    await write(lambda: execute("UPDATE posts SET body = 'Autrement'"))
    after = await staff.ask(PAGE, id=page)
    assert after == await anew(monkeypatch, staff, PAGE, id=page)
    assert "Autrement" in str(after)
    await asyncio.gather(*before)
    assert makers.made >= 2
