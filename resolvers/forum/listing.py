"""Who may list what was deleted, said once for topics and posts. Reads nothing."""

from domain.core.refusal import forbidden
from engine.operation.context import Context
from engine.operation.page import check_size
from permissions.writing import may_moderate


def check_listing(context: Context, first: int | None, *, deleted: bool) -> int:
    """The size of the page. Refuses sizes that are no page's, and what was deleted to all but moderators."""
    if deleted and not may_moderate(context.viewer):
        raise forbidden()
    return check_size(first)
