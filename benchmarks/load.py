"""A small closed-loop load: a few keep-alive connections to loopback that ask again as soon as they are answered."""

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.processor import Processor


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it goes over the wire, and how often it is asked beside the others."""

    request: bytes
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Load:
    """What one server made of a load: requests a second, and in milliseconds the slowest hundredth and what each
    request took of the processor in the server and in the database."""

    rate: float
    p99: float
    server: float
    database: float


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
    return await reader.readexactly(int(length.split(b":")[1]))


def request_bytes(path: str, body: bytes, bearer: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {bearer}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def once(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await _ask(reader, writer, request)
    finally:
        writer.close()


async def load(
    port: int, processor: Processor, asked: Sequence[Asked], seconds: float, connections: int, seed: int = 1
) -> Load:
    """Has some connections ask one server for some seconds."""
    dice, took = random.Random(seed), list[float]()
    requests, weights = [one.request for one in asked], [one.weight for one in asked]

    async def loop() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (begun := time.perf_counter()) < end:
            await _ask(reader, writer, dice.choices(requests, weights)[0])
            took.append(time.perf_counter() - begun)
        writer.close()

    before, start = await processor.read(), time.perf_counter()
    end = start + seconds
    await asyncio.gather(*(loop() for _ in range(connections)))
    passed, after = time.perf_counter() - start, await processor.read()
    server, database = ((now - then) * 1000 / len(took) for then, now in zip(before, after, strict=True))
    return Load(len(took) / passed, statistics.quantiles(took, n=100)[-1] * 1000, server, database)
