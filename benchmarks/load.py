"""A small closed-loop load: a few keep-alive connections to loopback that ask again as soon as they are answered."""

import asyncio
import time

CONNECTIONS = 8


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


async def requests_a_second(port: int, request: bytes, seconds: float) -> float:
    """How many requests one server answers a second, over `seconds` of asking."""
    end = time.perf_counter() + seconds
    asked = 0

    async def loop() -> None:
        nonlocal asked
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < end:
            await _ask(reader, writer, request)
            asked += 1
        writer.close()

    start = time.perf_counter()
    await asyncio.gather(*(loop() for _ in range(CONNECTIONS)))
    return asked / (time.perf_counter() - start)
