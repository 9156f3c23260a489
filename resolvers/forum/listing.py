"""Who may list what was deleted, said once for sections, topics and posts. Reads nothing."""

from domain.core.refusal import forbidden
from engine.operation.context import Context
from permissions.writing import may_moderate


def check_listing(context: Context, alliance_id: int | None, *, deleted: bool) -> None:
    """Refuses what was deleted to all but moderators of the section, which is of this alliance."""
    if deleted and not may_moderate(context.viewer, alliance_id):
        raise forbidden()
