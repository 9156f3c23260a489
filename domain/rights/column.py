"""What a computed column of the members page is, and what it is computed from. The columns are in rights_columns.

Tested in tests/domain/rights/test_rights.py.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from domain.alliance.member import Adjustment

Vector = list[Any]


class Source(StrEnum):
    """What has to be loaded for a column; NOW is always there."""

    NOW = "now"
    MEMBERS = "members"
    CENSUSES = "censuses"
    DELIVERIES = "deliveries"
    UNCOUNTED = "uncounted deliveries"


class RightsMember(Protocol):
    """What a row of MEMBERS must have: percent, cm², and thousandths of materials."""

    @property
    def coefficient(self) -> float: ...
    @property
    def adjustment(self) -> Adjustment: ...
    @property
    def tdc(self) -> int: ...
    @property
    def tdc_at_last_update(self) -> int: ...
    @property
    def last_updated_at(self) -> datetime: ...
    @property
    def accumulated_thousandths(self) -> int: ...


class Unit(StrEnum):
    """What a column's numbers are of. The edge puts it, as the column's name, into the reader's language."""

    MATERIALS = "materials"
    SECONDS = "seconds"
    RATE = "rate"
    SHARE = "share"
    PERCENT = "percent"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is the GraphQL field's name; `inputs` are other columns' keys or sources, in the order of the formula."""

    key: str
    unit: Unit | None
    inputs: tuple[str, ...]
    compute: Callable[..., Vector]
    visible_by_default: bool = False
    requires_administration: bool = True

    @property
    def attribute(self) -> str:
        """The key as Python spells it."""
        return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", self.key)
