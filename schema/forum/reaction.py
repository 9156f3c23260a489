"""Reactions to posts as clients see them."""

import strawberry

from domain.forum.reaction import ReactionKind
from engine.execution.described_enum import described_enum
from engine.kept.field import hole
from schema.forum.kept import REACTED

described_enum(
    ReactionKind,
    "Ways to react to a post; an account may choose several, each once.",
    {
        ReactionKind.LIKE: "I like it: a raised thumb.",
        ReactionKind.LOVE: "I love it: a heart.",
        ReactionKind.LAUGH: "It made me laugh.",
        ReactionKind.SURPRISE: "It surprised me.",
        ReactionKind.SAD: "It made me sad.",
    },
)


@strawberry.type(description="How many chose one kind of reaction; kinds that nobody chose are left out.")
class ReactionCount:
    kind: ReactionKind = strawberry.field(description="Which reaction is counted.")
    count: int = strawberry.field(description="Accounts that chose it, at least 1.")
    reacted_by_me: bool = strawberry.field(
        description="Whether the viewer is among them; false without an account.", metadata=hole(REACTED)
    )
