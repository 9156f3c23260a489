"""The same queries asked of several servers in turns, each one process on one core: their ratios, and what is meant."""

import math
import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from benchmarks.load import Asked, Load, load, once
from benchmarks.processor import Processor

ROUNDS, SECONDS = int(os.environ.get("ROUNDS", "5")), float(os.environ.get("SECONDS", "2"))
CONNECTIONS = (1, 8, 16)
SERVICE, FLOOR, PEER = "service", "floor", "Mercurius"
CLOSE = 1e-9
"""By how much of itself a sum of floats may differ from one that was added up in another order."""


@dataclass(slots=True)
class Server:
    """A server that is measured."""

    name: str
    port: int
    processor: Processor


@dataclass(slots=True)
class Targets:
    """What was meant and is not reached; told all together at the end."""

    missed: list[str] = field(default_factory=list)

    def least(self, what: str, found: float, wanted: float) -> None:
        if found < wanted:
            self.missed.append(f"{what}: {found:.2f} is less than {wanted:g}")

    def most(self, what: str, found: float, wanted: float) -> None:
        if found > wanted:
            self.missed.append(f"{what}: {found:.2f} is more than {wanted:g}")


@dataclass(slots=True)
class Workload:
    """What is asked of each server, by its name; `least` names the ratio to each other one that is meant."""

    name: str
    asked: Mapping[str, Sequence[Asked]]
    least: Mapping[str, float] = field(default_factory=dict)


def difference(one: Any, other: Any, place: str = "") -> str | None:
    """The first place where two answers differ by more than the last digits of floats, and how."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = ((one[key], other[key], f"{place}.{key}") for key in one)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = ((a, b, f"{place}[{at}]") for at, (a, b) in enumerate(zip(one, other, strict=True)))
    elif one == other:
        return None
    elif isinstance(one, float | int) and isinstance(other, float | int):
        return None if math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE) else f"{place}: {one}, {other}"
    else:
        return f"{place}: {str(one)[:200]}, {str(other)[:200]}"
    return next((found for pair in pairs if (found := difference(*pair))), None)


async def check(servers: Sequence[Server], workload: Workload) -> int:
    """Has all servers answer once; gives the size of the answer. The first request of each must be answered alike."""
    answers = [await once(one.port, workload.asked[one.name][0].request) for one in servers]
    for server, answer in zip(servers[1:], answers[1:], strict=True):
        found = difference(orjson.loads(answers[0]), orjson.loads(answer))
        assert found is None, f"{workload.name}: {server.name} answers otherwise, {found}"
    return len(answers[0])


async def compare(servers: Sequence[Server], workload: Workload, targets: Targets) -> None:
    """Asks the first server and the others in turns, at several numbers of connections; prints and checks ratios."""
    size = await check(servers, workload)
    print(f"{workload.name}: {size} bytes", flush=True)
    ratios: dict[str, list[float]] = {one.name: [] for one in servers[1:]}
    for connections in CONNECTIONS:
        rounds: list[list[Load]] = []
        for turn in range(ROUNDS + 1):
            seconds = SECONDS if turn else SECONDS / 2  # The first fills caches and is not counted.
            rounds.append(
                [
                    await load(one.port, one.processor, workload.asked[one.name], seconds, connections, turn)
                    for one in servers
                ]
            )
        usual = [_usual(column) for column in zip(*rounds[1:], strict=True)]
        for server, found in zip(servers, usual, strict=True):
            print(
                f"  {connections:2} {server.name:10} {found.rate:7.0f}/s  p99 {found.p99:7.1f} ms  processor "
                f"{found.server:.2f} ms and {found.database:.2f} in the database",
                flush=True,
            )
        for place, server in enumerate(servers[1:], 1):
            each = sorted(row[0].rate / row[place].rate for row in rounds[1:])
            ratios[server.name].append(statistics.median(each))
            print(f"     to {server.name}: {ratios[server.name][-1]:.2f} ({each[0]:.2f} to {each[-1]:.2f})")
    for name, least in workload.least.items():
        if name in ratios:
            targets.least(f"{workload.name}, to {name}", statistics.median(ratios[name]), least)


def _usual(loads: Sequence[Load]) -> Load:
    """The median of each figure."""
    return Load(
        *(statistics.median(getattr(one, key) for one in loads) for key in ("rate", "p99", "server", "database"))
    )
