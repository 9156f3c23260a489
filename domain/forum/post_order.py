"""In which order the posts of a topic are read. Says nothing of what that costs."""

from enum import StrEnum


class PostOrder(StrEnum):
    """By the instants at which they were written."""

    OLDEST_FIRST = "OLDEST_FIRST"
    NEWEST_FIRST = "NEWEST_FIRST"
