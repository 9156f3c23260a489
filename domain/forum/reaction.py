"""Kinds of reactions to a post."""

from enum import StrEnum


class ReactionKind(StrEnum):
    """In the order in which their counts are shown."""

    LIKE = "LIKE"
    LOVE = "LOVE"
    LAUGH = "LAUGH"
    SURPRISE = "SURPRISE"
    SAD = "SAD"
