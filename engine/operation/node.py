"""Global ids: the one form in which rows are named to clients, and the look-up of any row by its id.

Nothing else reads or writes ids. What a type's loader gives is what the viewer may see, so nothing is decided here.
"""

from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, TypeVar

from domain.core.number import LARGEST_INT
from domain.core.refusal import bad_input
from engine.operation.context import Context
from engine.operation.selection import Selection

LONGEST_ID = 64
"""Characters. No id of ours is longer, and what is compared with one is kept a while."""

Loader = Callable[[Context, int, Selection], Awaitable[Any]]
AnyLoader = TypeVar("AnyLoader", bound=Loader)
_loaders: dict[str, Loader] = {}


@lru_cache(maxsize=65_536)
def global_id(typename: str, pk: int) -> str:
    """Relay's customary form: base64 of `Type:number`. Opaque to clients."""
    return b64encode(f"{typename}:{pk}".encode()).decode()


def parse_global_id(text: str, field: str = "id") -> tuple[str, int]:
    """The type and number that an id names; refuses what is no id of ours with BAD_INPUT."""
    if len(text) > LONGEST_ID:
        raise bad_input(field, "bad_id")
    try:
        typename, _, number = b64decode(text, validate=True).decode("ascii").partition(":")
        pk = int(number)
    except ValueError:
        raise bad_input(field, "bad_id") from None
    if not 0 < pk <= LARGEST_INT or global_id(typename, pk) != text:
        raise bad_input(field, "bad_id")
    return typename, pk


def row_id(text: str, typename: str, field: str = "id") -> int:
    """The row number behind an id that must be of one type; BAD_INPUT for another type's or a malformed one."""
    found, pk = parse_global_id(text, field)
    if found != typename:
        raise bad_input(field, "bad_id")
    return pk


def node_loader(typename: str) -> Callable[[AnyLoader], AnyLoader]:
    """Marks the function that gives the row of a type by number, its selection filled; None if the viewer may not."""

    def register(loader: AnyLoader) -> AnyLoader:
        _loaders[typename] = loader
        return loader

    return register


async def node(context: Context, text: str, selection: Selection) -> Any:
    """The row that an id names, whatever its type; None where there is none that the viewer may see."""
    typename, pk = parse_global_id(text)
    return await row(context, typename, pk, selection)


async def row(context: Context, typename: str, pk: int, selection: Selection) -> Any:
    """The row of a type and number; None where there is none that the viewer may see."""
    loader = _loaders.get(typename)
    return None if loader is None else await loader(context, pk, selection)
