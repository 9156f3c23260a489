"""Which answers are being made at the moment, so that they are made once however many ask. Hands no answer over."""

import asyncio
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

WAIT_SECONDS = 1.0
"""How long somebody waits for an answer that another is making. Who waited longer makes their own."""


class Making:
    """Of one process, by the keys that answers are kept under."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Future[None]] = {}

    async def settled(self, key: Hashable) -> None:
        """Lets whoever makes this very answer finish, once and not for long: what is then kept is there to be taken.

        Of a maker who failed, was cancelled or keeps nothing there is nothing to be found.
        """
        making = self._under_way.get(key)
        if making is not None:
            await asyncio.wait([making], timeout=WAIT_SECONDS)

    @contextmanager
    def of(self, key: Hashable) -> Iterator[None]:
        """While it lasts others wait, unless somebody is at it already."""
        if key in self._under_way:
            yield
            return
        making = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            yield
        finally:
            del self._under_way[key]
            making.set_result(None)
