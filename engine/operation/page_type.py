"""Pages of lists as clients see them: Relay's connection, edge and PageInfo, and the arguments that ask for a page.

Tested in tests/engine/operation/test_page.py.
"""

from typing import Annotated, Generic, TypeVar

import strawberry

from engine.execution.price import price

Node = TypeVar("Node")

First = Annotated[
    int | None,
    strawberry.argument(
        "Size of a page from the start, or from `after` on: 1 to 100, otherwise BAD_INPUT. Null means 20, or all where "
        "`last` is given; so does the default there."
    ),
]
After = Annotated[
    str | None,
    strawberry.argument(
        "Gives what comes after this cursor, an `endCursor` or an edge's `cursor` of the same list in the same order; "
        "null starts at the beginning. BAD_INPUT for any other text."
    ),
]
Last = Annotated[
    int | None,
    strawberry.argument(
        "Size of a page at the end, or right before `before`: 1 to 100, otherwise BAD_INPUT. With `first`, the last "
        "of those."
    ),
]
Before = Annotated[
    str | None,
    strawberry.argument(
        "Gives what comes before this cursor, a `startCursor` or an edge's `cursor` of the same list in the same "
        "order; null goes to the end. BAD_INPUT for any other text."
    ),
]
Deleted = Annotated[
    bool | None,
    strawberry.argument("True lists the deleted rows instead, for those who moderate the forum; FORBIDDEN to others."),
]


@strawberry.type(
    description="Where a page lies. Lists are walked forwards by `first` and `after`, backwards by `last` and `before`."
)
class PageInfo:
    has_next_page: bool = strawberry.field(
        description="Whether more rows come after this page; of one that was asked for with `last` alone, whether with "
        "`before`."
    )
    has_previous_page: bool = strawberry.field(
        description="Whether more rows come before this page; of one that was asked for without `last`, whether with "
        "`after`."
    )
    start_cursor: str | None = strawberry.field(
        description="Cursor of the first edge, to send as `before` for the page before; null on an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last edge, to send as `after` for the next page; null on an empty page."
    )


@strawberry.type(description="A row of a page, and where it stands in the list.")
class Edge(Generic[Node]):
    node: Node = strawberry.field(description="The row itself.")
    cursor: str = strawberry.field(
        description="Opaque place of the row in this list's order; as `after` it gives what comes next, as "
        "`before` what comes first."
    )


@strawberry.type(description="A page of a list, in the order that the list's own field names.")
class Connection(Generic[Node]):
    edges: list[Edge[Node]] = strawberry.field(description="The rows of this page, at most `first` or `last`.")
    page_info: PageInfo = strawberry.field(description="Whether there is more, and the cursor to go on with.")
    total_count: int = strawberry.field(
        description="Rows on all pages together that the viewer may see; computed only where it is selected. Accounts, "
        "characters that wait, what was deleted, harvests and what stands below a member are counted up to 1,001, "
        "which stands for more than 1,000.",
        metadata=price(20),
    )
