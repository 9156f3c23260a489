"""Answers in memory: a bounded number of bytes, the least recently used out first. Knows nothing of what they say."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

BESIDE = 2_000
"""Bytes that an answer takes besides its text: its key with its variables, and what holds it."""

PER_HOLE = 200
LARGEST_SHARE = 8
"""Of all that may be kept, one answer takes at most this part: one that few ask for pushes no hundred others out."""


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """An answer's text, cut at its holes; and the key of each hole."""

    texts: Sequence[bytes]
    holes: Sequence[Hashable]

    @property
    def size(self) -> int:
        return sum(map(len, self.texts)) + BESIDE + PER_HOLE * len(self.holes)


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """An answer's text, cut at its numbers; the key of each, and of each hole as they were dug.

    `newest` is the text with its numbers, and the version that these were read with.
    """

    texts: Sequence[bytes]
    numbers: Sequence[Hashable]
    holes: Sequence[Hashable]
    newest: tuple[Hashable, Template] | None = None

    @property
    def size(self) -> int:
        places = len(self.numbers) + len(self.holes)
        filled = 0 if self.newest is None else self.newest[1].size
        return sum(map(len, self.texts)) + BESIDE + PER_HOLE * places + filled


Text = Template | Outline


class Store:
    """Keeps at most so many bytes; nothing at all for 0."""

    def __init__(self, most: int = 0) -> None:
        self.most = most
        self.held = 0
        self._kept: OrderedDict[Hashable, Text] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Text | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: Hashable, text: Text) -> None:
        if text.size * LARGEST_SHARE > self.most:
            return
        before = self._kept.pop(key, None)
        self.held += text.size - (0 if before is None else before.size)
        self._kept[key] = text
        while self.held > self.most:
            self.held -= self._kept.popitem(last=False)[1].size
