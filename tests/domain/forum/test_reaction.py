"""Kinds of reactions."""

from domain.forum.reaction import ReactionKind


def test_kinds_stand_in_the_order_of_their_counts() -> None:
    assert [kind.value for kind in ReactionKind] == ["LIKE", "LOVE", "LAUGH", "SURPRISE", "SAD"]
