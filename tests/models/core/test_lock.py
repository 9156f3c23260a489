"""The order of locks is held in tests, whatever database they run on."""

import pytest

from models.core.lock import Lock, LockOrderError, alone, note_lock, note_own_row
from models.core.transaction import write
from models.forum.lock import lock_section

pytestmark = pytest.mark.usefixtures("database")
Taken = list[tuple[Lock, int]]


async def _take(*locks: tuple[Lock, int]) -> None:
    async def work() -> None:
        for lock, pk in locks:
            note_lock(lock, pk)

    await write(work)


async def test_locks_from_the_top_of_the_list_down_and_by_number() -> None:
    await _take((Lock.ALLIANCE, 9), (Lock.TOPIC, 1), (Lock.TOPIC, 3), (Lock.SECTION, 2), (Lock.MIRROR_SECTION, 1))


@pytest.mark.parametrize(
    "locks",
    [
        [(Lock.SECTION, 1), (Lock.TOPIC, 2)],
        [(Lock.TOPIC, 2), (Lock.TOPIC, 1)],
        [(Lock.MIRROR_SECTION, 1), (Lock.SECTION, 1)],
        [(Lock.SECTION, 1), (Lock.SECTION_TREE, 0)],
        [(Lock.TOPIC, 1), (Lock.ALLIANCE, 1)],
    ],
)
async def test_a_lock_against_the_order_fails(locks: Taken) -> None:
    with pytest.raises(LockOrderError):
        await _take(*locks)


async def test_what_a_write_has_it_may_take_again() -> None:
    await _take((Lock.TOPIC, 1), (Lock.SECTION, 1), (Lock.TOPIC, 1))


async def test_a_row_that_the_write_inserted_has_no_place_in_the_order() -> None:
    async def work() -> None:
        note_lock(Lock.SECTION, 1)
        note_own_row(Lock.TOPIC, 7)
        note_lock(Lock.TOPIC, 7)

    await write(work)


async def test_whoever_is_alone_has_no_order() -> None:
    async def work() -> None:
        with alone():
            note_lock(Lock.SECTION, 1)
            note_lock(Lock.TOPIC, 1)
        note_lock(Lock.SECTION, 1)
        note_lock(Lock.TOPIC, 1)

    with pytest.raises(LockOrderError):
        await write(work)


async def test_a_lock_is_for_writes() -> None:
    with pytest.raises(RuntimeError, match="inside write"):
        await lock_section(1)
