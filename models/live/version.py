"""Versions: what the database is asked, along with the viewer, that tells whether what was read before is still so.

Names no table: the areas say which versions there are.

Tested in tests/schema/forum/test_kept.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.core.database import Row, fetch, is_postgres


def _as_it_comes(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Version:
    """One scalar, by a subquery in each dialect in which `{}` stands for `value`; NULL where nothing may be kept.

    `{user}` stands for the account that asks.
    """

    postgres: str
    sqlite: str
    value: object = None
    read: Callable[[Any], Any] = field(default=_as_it_comes)

    def sql(self, place: str, user: str) -> str:
        return (self.postgres if is_postgres() else self.sqlite).format(place, user=user)


def columns(versions: Sequence[Version], first: int, user: str = "NULL") -> tuple[str, list[object]]:
    """The columns that read the versions, whose parameters begin with this number; and the values of those."""
    values: list[object] = []
    texts: list[str] = []
    for version in versions:
        if version.value is not None:
            values.append(version.value)
        texts.append(f"({version.sql(f'${first + len(values) - 1}', user)})")
    return ", ".join(texts), values


def read(versions: Sequence[Version], row: Row, at: int) -> tuple[Any, ...]:
    """The versions of a row whose columns begin at `at`."""
    return tuple(version.read(row[at + place]) for place, version in enumerate(versions))


async def load_versions(versions: Sequence[Version]) -> tuple[Any, ...]:
    """Versions by themselves, for who has no viewer to load; of an account's own there is nothing."""
    texts, values = columns(versions, 1)
    (row,) = await fetch(f"SELECT {texts}", *values)
    return read(versions, row, 0)


async def load_own(version: Version, user_id: int) -> Any:
    """What is an account's own, by itself."""
    texts, values = columns([version], 2, "$1")
    (row,) = await fetch(f"SELECT {texts}", user_id, *values)
    return read([version], row, 0)[0]
