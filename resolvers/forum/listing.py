"""Who may list what was deleted, said once for sections, topics and posts. Reads nothing."""

from domain.core.refusal import forbidden
from engine.operation.context import Context
from permissions.writing import may_moderate


def check_listing(context: Context, *, deleted: bool) -> None:
    """Refuses what was deleted to all but moderators."""
    if deleted and not may_moderate(context.viewer):
        raise forbidden()
