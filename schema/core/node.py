"""The root field that finds any row by its id."""

import strawberry

from engine.operation.node import node as find
from engine.operation.node_type import Node
from engine.operation.selection import selection_of
from schema.core.access import public


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
