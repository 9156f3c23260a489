"""How many sockets and event streams each place holds open in this process. Opens and closes none."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from domain.core.refusal import Code, Refusal


class TooManyConnections(Refusal):
    """The place holds as many as it may; answered with 429."""

    def __init__(self) -> None:
        super().__init__(Code.RATE_LIMITED, "too_many_connections", retry_after=60)


class HeldConnections:
    """Counts by place; `most` is what one place may hold at once."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._by_place = Counter[str]()

    def is_full(self, place: str) -> bool:
        return self._by_place[place] >= self.most

    @contextmanager
    def held(self, place: str) -> Iterator[None]:
        self._by_place[place] += 1
        try:
            yield
        finally:
            self._by_place[place] -= 1
            if not self._by_place[place]:
                del self._by_place[place]
