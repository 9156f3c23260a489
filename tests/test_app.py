"""Starting and stopping the application: whatever fails, and however soon, it ends."""

import asyncio
from dataclasses import replace

import pytest

from app import create_app
from config import Settings
from engine.live.hub import Hub
from models.core.database import close_database

PATIENCE_SECONDS = 20.0


async def _lives(settings: Settings, steps: int = 0) -> None:
    """One life of the application, ended after so many steps of the loop."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        for _ in range(steps):
            await asyncio.sleep(0)


@pytest.mark.parametrize("steps", [0, 1, 2, 5, 20])
async def test_an_application_that_is_stopped_at_once_ends(settings: Settings, steps: int) -> None:
    """As where the server cannot serve after all: the jobs are then cancelled in their first reads."""
    await asyncio.wait_for(_lives(replace(settings, jobs=True), steps), PATIENCE_SECONDS)


async def test_what_start_up_opened_is_closed_where_it_fails(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []

    async def fails(_hub: Hub) -> None:
        raise OSError("no bell")

    async def close() -> None:
        closed.append(True)
        await close_database()

    monkeypatch.setattr(Hub, "open", fails)
    monkeypatch.setattr("app.close_database", close)
    with pytest.raises(OSError, match="no bell"):
        await _lives(settings)
    assert closed
