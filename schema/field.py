"""Kinds of fields that the execution plan understands. A derived field reads its own row and nothing else."""

from collections.abc import Callable
from typing import Any

import strawberry

DERIVED = "pheromone_derived"


def derived(function: Callable[[Any], Any], description: str | None = None) -> Any:
    """A field computed from its row alone: no context, no database, no permission. Lists compute it in one pass."""
    return strawberry.field(resolver=function, description=description, metadata={DERIVED: function})
