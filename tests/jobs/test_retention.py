"""What is over goes in small writes and what is not stays; a service with a long past starts and stops at once."""

import asyncio
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from jobs import retention
from jobs.retention import Retention, prune, prunes
from models.account.session import RefreshToken, Session
from models.core.database import execute, fetch
from models.core.driver.sqlite_sql import sqlite_value
from models.core.prune import BATCH
from models.live.notification import Notification
from tests.wire.processes import Process
from tests.wire.statements import statements
from tests.worlds import world

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SESSIONS, TOKENS_OF_EACH = int(os.environ.get("PHEROMONE_SESSIONS", "20000")), 4


def _work(name: str, **kept: int) -> Callable[[], Awaitable[int]]:
    return prunes(lambda: NOW, Retention(**kept))[name]


async def test_a_run_takes_batches_until_nothing_is_left_and_no_more_than_so_many(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention, "MOST_BATCHES", 3)
    left = [5, 5, 2, 0, 7, 7, 7, 7]

    async def batch() -> int:
        return left.pop(0)

    with caplog.at_level(logging.INFO, "pheromone.retention"):
        assert [await prune("x", batch), await prune("x", batch)] == [12, 0]
        assert await prune("x", batch) == 21
    assert [record.message for record in caplog.records] == [
        "x: 12 rows in 3 batches, and more",
        "x: 0 rows in 0 batches",
        "x: 21 rows in 3 batches, and more",
    ]


async def test_whoever_is_told_to_stop_leaves_off_after_a_batch() -> None:
    taken = 0

    async def batch() -> int:
        nonlocal taken
        taken += 1
        await asyncio.sleep(0.01)
        return 1

    task = asyncio.create_task(prune("x", batch))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert 0 < taken < 10


async def _sign_in(user_id: int, expires_at: datetime, tokens: int) -> None:
    session = await Session.create(id=uuid4(), user_id=user_id, created_at=expires_at - timedelta(days=30))
    await RefreshToken.bulk_create(
        RefreshToken(digest=uuid4().hex, session=session, issued_at=session.created_at, expires_at=expires_at)
        for _ in range(tokens)
    )


async def test_a_batch_of_tokens_takes_their_sessions_and_reads_no_other(database: str) -> None:
    user = await world.user()
    await _sign_in(user.id, NOW - timedelta(days=2), BATCH + 10)
    await _sign_in(user.id, NOW - timedelta(hours=23), 1)
    await _sign_in(user.id, NOW + timedelta(days=1), 3)
    async with statements() as seen:
        assert await _work("sessions")() == BATCH + 10 + 1
    assert len(seen) == 3 * 3, seen  # Two batches, and one that finds nothing.
    assert (await Session.all().count(), await RefreshToken.all().count()) == (2, 4)


async def test_notifications_go_once_they_were_read_for_long(database: str) -> None:
    user = await world.user()
    for read_at in (None, NOW - timedelta(days=91), NOW - timedelta(days=89)):
        await Notification.create(
            user_id=user.id, kind="ACCOUNT", level="INFO", message="x", created_at=NOW - timedelta(days=99),
            read_at=read_at,
        )  # fmt: skip
    assert "notifications" not in prunes(lambda: NOW, Retention(notification_days=0))
    assert await _work("notifications")() == 1
    left = await fetch("SELECT read_at FROM notifications ORDER BY id")
    assert (left[0][0], len(left)) == (None, 2)


async def test_the_log_forgets_the_oldest_posts_and_says_up_to_where(database: str) -> None:
    await execute(
        "INSERT INTO events (seq, kind, row_id, scope_id) WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL"
        " SELECT n + 1 FROM up WHERE n < 2500) SELECT n, 'POST', n, 1 FROM up"
    )
    await execute("UPDATE event_heads SET seq = 2500")
    assert "post_events" not in prunes(lambda: NOW, Retention(post_events=0))
    assert await _work("post_events", post_events=1200)() == 1300
    rows = await fetch("SELECT min(seq), count(*), (SELECT pruned_until FROM event_heads) FROM events")
    assert tuple(rows[0]) == (1301, 1200, 1300)
    assert await _work("post_events", post_events=2000)() == 0
    assert (await fetch("SELECT pruned_until FROM event_heads"))[0][0] == 1300


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_a_service_with_a_long_past_of_sessions_starts_answers_and_stops(
    sqlite_template: str, tmp_path: Path
) -> None:
    file = shutil.copy(sqlite_template, tmp_path / "old.sqlite3")
    old = sqlite_value(datetime.now(UTC) - timedelta(days=40))
    with closing(sqlite3.connect(file)) as link, link:
        link.execute(
            "INSERT INTO users (id, username, username_key, email, email_key, password_hash, is_active, created_at,"
            " updated_at, role_id) SELECT 1, 'a', 'a', 'a', 'a', '!', 1, ?1, ?1, min(id) FROM roles",
            (old,),
        )
        ids = [str(uuid4()) for _ in range(SESSIONS)]
        link.executemany("INSERT INTO sessions (id, created_at, user_id) VALUES (?, ?, 1)", ((one, old) for one in ids))
        link.executemany(
            "INSERT INTO refresh_tokens (digest, issued_at, expires_at, session_id) VALUES (?, ?, ?, ?)",
            ((f"{one}{number}", old, old, one) for one in ids for number in range(TOKENS_OF_EACH)),
        )
    async with Process(tmp_path, "serve", DATABASE_URL=f"sqlite://{file}") as process:
        async with process.client() as client:
            for _ in range(5):
                started = time.monotonic()
                await client.data("{ categories { slug } }")
                assert time.monotonic() - started < 2
                await asyncio.sleep(0.1)
        started = time.monotonic()
        assert await process.stop() in (0, -15)
        assert time.monotonic() - started < 10
    with closing(sqlite3.connect(file)) as link:
        ((left,),) = link.execute("SELECT count(*) FROM refresh_tokens").fetchall()
    assert 0 < left < SESSIONS * TOKENS_OF_EACH
