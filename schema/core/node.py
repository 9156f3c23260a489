"""The root field that finds any row by its id."""

import strawberry

from engine.guard.row_filter import filtered
from engine.operation.node import node as find
from engine.operation.node_type import Node
from engine.operation.selection import selection_of
from permissions.row_filter import RowFilter
from schema.core.access import public


# What the rows of all types pass, each those of its own type.
@filtered(
    RowFilter.SECTION_VISIBILITY,
    RowFilter.CATEGORY_ENTRY,
    RowFilter.SIGNED_IN,
    RowFilter.ALLIANCE_INSIGHT,
    RowFilter.ALLIANCE_ADMINISTRATION,
    RowFilter.OWN,
)
async def _node(info: strawberry.Info, id: strawberry.ID) -> Node | None:  # noqa: A002 - the argument's name for clients
    found: Node | None = await find(info.context, id, selection_of(info))
    return found


@strawberry.type
class NodeQuery:
    node: Node | None = public(
        _node,
        arguments={"id": "The `id` of any row, whatever its type; BAD_INPUT for what is none."},
        description="Any row by its id; null where there is none that the viewer may see.",
    )
