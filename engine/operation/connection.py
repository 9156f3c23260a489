"""Connections below several rows of one answer, read together: one batch for all places that ask alike.

Tested in tests/resolvers/forum/test_topic_page.py.
"""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from strawberry.dataloader import DataLoader

from domain.core.refusal import Code, Refusal
from engine.operation.context import Context
from engine.operation.page import Key, Page, page_of
from engine.operation.selection import Selection, selection_of
from models.core.keyset import Window

Row = TypeVar("Row")
Load = Callable[[Sequence[Any], Selection], Awaitable[list[Any]]]


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """The rows that stand below each of several others, by their numbers: what orders, reads and counts them."""

    key: Key[Row]
    read: Callable[[list[int], Window], Awaitable[Mapping[int, list[Row]]]]
    count: Callable[[list[int]], Awaitable[Mapping[int, int]]]

    async def pages(self, pks: list[int], window: Window, selection: Selection) -> list[Page[Row]]:
        """A page for each number. What is not selected is neither read nor counted."""
        rows = await self.read(pks, window) if selection.keys() & {"edges", "pageInfo"} else {}
        counts = await self.count(pks) if "totalCount" in selection else {}
        return [page_of(rows.get(pk, []), window, self.key, counts.get(pk, 0)) for pk in pks]


MOST_ROWS = 50_000
"""What pages below other rows may hold in one operation, were each of them full. The limit on what an operation answers
is met after the rows were read, and stops neither those that are being read nor those that are asked for meanwhile."""


async def load_page(
    context: Context, info: Any, parent: Any, arguments: tuple[int, *tuple[Hashable, ...]], load: Load
) -> Page[Any]:
    """The page below `parent`. `load` gets all parents for which the same field of the query has the same arguments.

    The first argument is the size of the page.
    """

    async def load_within(parents: Sequence[Any], selection: Selection) -> list[Any]:
        if selection.keys() & {"edges", "pageInfo"}:
            _afford(context, len(parents) * arguments[0])
        return await load(parents, selection)

    page: Page[Any] = await load_rows(context, info, parent, arguments, load_within)
    return page


def _afford(context: Context, rows: int) -> None:
    asked = context.memory.get(_afford, 0) + rows
    if asked > MOST_ROWS:
        raise Refusal(Code.TOO_COMPLEX, "too_many_rows", most=MOST_ROWS)
    context.memory[_afford] = asked


async def load_rows(context: Context, info: Any, parent: Any, arguments: tuple[Hashable, ...], load: Load) -> Any:
    """What stands below `parent` and is no page, such as a plain list: one batch for all parents that ask alike."""
    raw = info._raw_info  # noqa: SLF001 - Strawberry's Info hides the AST
    if getattr(raw, "calls", 0) == 1:  # A plan calls a field for all of its rows before any of them goes on.
        return (await load([parent], selection_of(info)))[0]
    nodes = raw.field_nodes
    key = (load_rows, arguments, *map(id, nodes))
    loader: DataLoader[Any, Any] | None = context.memory.get(key)
    if loader is None:
        selection = selection_of(info)

        async def load_all(parents: list[Any]) -> list[Any]:
            return await load(parents, selection)

        loader = context.memory[key] = DataLoader(load_fn=load_all)
    return await loader.load(parent)
