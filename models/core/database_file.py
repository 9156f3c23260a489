"""What can befall SQLite's file under a running process: taken away, no room, locked by another. Repairs nothing.

Tested in tests/observability/test_health.py.
"""

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from models.core.database import current_settings

LOCK_SECONDS = 1.0
ROOM_BYTES = 65_536

_opened: dict[Path, tuple[int, int]] = {}


def note_file() -> None:
    """Keeps which file the open database is: what stands at its path later may be another."""
    path = _path()
    if path is not None and path.exists():
        _opened[path] = _identity(path)


async def file_fault() -> str | None:
    """Why SQLite's file takes no more writes, or takes them for nobody; None where it does, and on PostgreSQL."""
    path = _path()
    return None if path is None else await asyncio.to_thread(_fault, path)


def _path() -> Path | None:
    (connection,) = current_settings()["connections"].values()
    path = connection["credentials"].get("file_path", "")
    return Path(path) if path and path != ":memory:" else None


def _identity(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_dev, state.st_ino


def _fault(path: Path) -> str | None:
    try:
        if _opened.setdefault(path, _identity(path)) != _identity(path):
            return "its file was replaced"
    except FileNotFoundError:
        return "its file is gone"
    try:
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            probe.write(bytes(ROOM_BYTES))
    except OSError:
        return "no room beside its file"
    return _lock_fault(path)


def _lock_fault(path: Path) -> str | None:
    """By a connection of its own: one that waits for a lock makes all that share it wait."""
    try:
        with closing(sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)) as link:
            link.execute("BEGIN IMMEDIATE")
            link.execute("ROLLBACK")
    except sqlite3.DatabaseError as error:
        return "locked by another" if "locked" in str(error) else type(error).__name__
    return None
