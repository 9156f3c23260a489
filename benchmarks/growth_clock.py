"""Processor time that an operation takes, here and in the database's processes, so that others' work is not counted.

Where those cannot be looked at (another machine, no Linux) it is the time on the wall.
"""

import time
from contextlib import suppress
from pathlib import Path

from models.core.database import fetch, is_postgres


class Clock:
    """Reads seconds; only differences mean anything. `refresh` finds the database's processes of this moment."""

    def __init__(self) -> None:
        self._files: list[Path] | None = []
        self._known: dict[Path, float] = {}

    async def refresh(self) -> None:
        if is_postgres():
            rows = await fetch("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            files = [Path(f"/proc/{row[0]}/schedstat") for row in rows]
            self._files = files if all(file.is_file() for file in files) else None

    def read(self) -> float:
        if self._files is None:
            return time.perf_counter()
        return time.process_time() + sum(self._seconds(file) for file in self._files)

    def _seconds(self, file: Path) -> float:
        # A process that went in the meantime, as those of autovacuum do, took what it was last seen to have taken.
        with suppress(FileNotFoundError, ProcessLookupError):
            self._known[file] = int(file.read_text().split()[0]) / 1e9
        return self._known.get(file, 0.0)
