"""Pages of lists as clients see them: Relay's connection, edge and PageInfo, and the arguments that ask for a page.

Tested in tests/engine/operation/test_page.py.
"""

from typing import Annotated, Generic, TypeVar

import strawberry

from engine.execution.price import price

Node = TypeVar("Node")

First = Annotated[
    int | None, strawberry.argument("Size of the page: 1 to 100, otherwise BAD_INPUT. An explicit null means 20.")
]
After = Annotated[
    str | None,
    strawberry.argument(
        "Gives what comes after this cursor, an `endCursor` or an edge's `cursor` of the same list in the same order; "
        "null starts at the beginning. BAD_INPUT for any other text."
    ),
]
Deleted = Annotated[
    bool | None,
    strawberry.argument("True lists the deleted rows instead, for those who moderate the forum; FORBIDDEN to others."),
]


@strawberry.type(description="Where a page lies. Lists are walked forwards: `first` from 1 to 100, and `after`.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more rows come after this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether the page was asked for with `after`; lists are not walked backwards."
    )
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge; null on an empty page.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last edge, to send as `after` for the next page; null on an empty page."
    )


@strawberry.type(description="A row of a page, and where it stands in the list.")
class Edge(Generic[Node]):
    node: Node = strawberry.field(description="The row itself.")
    cursor: str = strawberry.field(
        description="Opaque place of the row in this list's order; as `after` it gives what comes next."
    )


@strawberry.type(description="A page of a list, in the order that the list's own field names.")
class Connection(Generic[Node]):
    edges: list[Edge[Node]] = strawberry.field(description="The rows of this page, at most `first`.")
    page_info: PageInfo = strawberry.field(description="Whether there is more, and the cursor to go on with.")
    total_count: int = strawberry.field(
        description="Rows on all pages together that the viewer may see; computed only where it is selected. Accounts, "
        "characters that wait, what was deleted, harvests and the history of rights are counted up to 1,001, which "
        "stands for more than 1,000.",
        metadata=price(20),
    )
