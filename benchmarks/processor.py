"""Processor time and memory of a measured server, and the processor time of the database's processes that work for it.

Linux alone: it reads /proc.
"""

import os
from pathlib import Path

import asyncpg

TICKS = os.sysconf("SC_CLK_TCK")


class Processor:
    """Of one server, and of all who are connected to one database: nobody else is while it is asked."""

    def __init__(self, process: int, watcher: asyncpg.Connection) -> None:
        self.process = process
        self._watcher = watcher
        self._known: dict[int, float] = {}

    async def read(self) -> tuple[float, float]:
        """Seconds so far, of the server and of the database; only differences mean anything."""
        for row in await self._watcher.fetch(
            """SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
            AND backend_type = 'client backend'"""
        ):
            self._known[row["pid"]] = self._seconds_of(row["pid"])
        return cpu(self.process), sum(self._known.values())

    def _seconds_of(self, pid: int) -> float:
        try:
            return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
        except FileNotFoundError:  # A connection that was closed meanwhile.
            return self._known.get(pid, 0.0)


def memory(process: int) -> float:
    """Resident memory in KiB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith("VmRSS")).split()[1])


def cpu(process: int) -> float:
    """Seconds of the processor that a process took so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
