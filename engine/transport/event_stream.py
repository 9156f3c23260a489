"""The body of a graphql-sse answer: it breaks off, uncompleted, when its connection is over. No events of its own."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, TypeAlias

from strawberry.http import GraphQLHTTPResponse
from strawberry.http.streaming import JSONEncoder, SSETransport

from engine.live.shared_answer import text_of

Chunks: TypeAlias = AsyncGenerator[str, None]


class EventStream(SSETransport):
    """graphql-sse, for those who ask for an event stream; who takes JSON as well (urql names both) is given JSON."""

    def encode_next(self, response: GraphQLHTTPResponse, encode_json: JSONEncoder) -> str:
        return self.encode_event("next", text_of(response, encode_json))

    def accepts(self, accept: str) -> bool:
        return super().accepts(accept) and "json" not in accept.lower()


async def until(chunks: Chunks, *ends: asyncio.Event) -> Chunks:
    """Chunks until one of the events is set. Without its `complete` a client knows to reconnect."""
    waiting: list[asyncio.Future[Any]] = [asyncio.ensure_future(end.wait()) for end in ends]
    chunk: asyncio.Future[Any] = asyncio.ensure_future(anext(chunks, None))
    try:
        while True:
            await asyncio.wait((chunk, *waiting), return_when=asyncio.FIRST_COMPLETED)
            if not chunk.done() or chunk.result() is None:
                return
            yield chunk.result()
            chunk = asyncio.ensure_future(anext(chunks, None))
    finally:
        for task in (chunk, *waiting):
            task.cancel()
        await asyncio.gather(chunk, *waiting, return_exceptions=True)
        await chunks.aclose()
