"""Relay's PageInfo, shared by every connection."""

import strawberry


@strawberry.type(description="Where a page lies. Lists are walked forwards: `first` from 1 to 100, and `after`.")
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None
