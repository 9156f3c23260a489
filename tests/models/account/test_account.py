"""Viewers who are read again and again are those that the database has now, whatever was known of them."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from models.account.account import KnownViewers, load_viewers
from models.account.character import Character
from models.account.session import Session
from models.account.user import User
from models.core.transaction import write
from tests.worlds import world


async def signed_in(user: User) -> str:
    session = Session(id=uuid4(), user=user, created_at=datetime.now(UTC))
    await write(session.save)
    return str(session.id)


@pytest.mark.usefixtures("database")
async def test_a_viewer_is_made_anew_where_anything_of_them_has_changed() -> None:
    first, second = await world.user(), await world.user()
    one, other = await signed_in(first), await signed_in(second)
    known = KnownViewers()
    before = await known.load([one, other])
    again = await known.load([one, other])
    assert again == await load_viewers([one, other])
    assert all(again[session_id] is before[session_id] for session_id in (one, other))

    await world.character(first, faction="eveilles")
    with_character = await known.load([one, other])
    assert with_character == await load_viewers([one, other]) != before
    assert with_character[other] is before[other]

    await Character.filter(user_id=first.id).update(is_alive=False)
    assert await known.load([one]) == {one: before[one]}
    await Session.filter(id=one).update(revoked_at=datetime.now(UTC))
    assert (await known.load([one, other])).keys() == {other}


@pytest.mark.usefixtures("database")
async def test_who_is_kept_no_longer_is_read_like_anybody() -> None:
    one = await signed_in(await world.user())
    known = KnownViewers()
    before = await known.load([one])
    known.keep([one])
    assert (await known.load([one]))[one] is before[one]
    known.keep([])
    after = await known.load([one])
    assert after == before
    assert after[one] is not before[one]
