"""Reactions to posts as clients see them."""

import strawberry

from domain.forum.reaction import ReactionKind

strawberry.enum(ReactionKind, description="Ways to react to a post.")


@strawberry.type(description="How many chose one kind of reaction; kinds that nobody chose are left out.")
class ReactionCount:
    kind: ReactionKind
    count: int
    reacted_by_me: bool
