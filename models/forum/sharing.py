"""What the current write changed in topics that mirrors may copy; it is sealed there before the write commits."""

from contextvars import ContextVar
from dataclasses import dataclass, field

from models.core.database import before_commit


@dataclass(slots=True)
class Touched:
    """Of one topic: the posts that changed, by number, or whether all may have; and what was brought back."""

    posts: set[int] = field(default_factory=set)
    whole: bool = False
    returned: bool = False
    returned_posts: set[int] = field(default_factory=set)


_touched: ContextVar[dict[int, Touched] | None] = ContextVar("touched", default=None)


def share(topic_id: int, post_id: int | None = None, *, whole: bool = False, returned: bool = False) -> None:
    """Tells of a change of a topic, or of one of its posts, in a section that may be shared. For use inside write().

    `whole`: it came or went with all of its posts. `returned`: it had been deleted or moved away, and is back.
    """
    touched = _touched.get()
    if not touched:
        # A dictionary that was emptied belongs to a commit that is under way, or over: each write has its own.
        touched = {}
        _touched.set(touched)
        kept = touched
        before_commit(lambda: _seal(kept), early=True)
    one = touched.setdefault(topic_id, Touched())
    one.whole = one.whole or whole
    if post_id is not None:
        one.posts.add(post_id)
        if returned:
            one.returned_posts.add(post_id)
    elif returned:
        one.returned = True


async def _seal(touched: dict[int, Touched]) -> None:
    from models.hosting.sync import seal_changes  # noqa: PLC0415 - it writes through the doors that call `share`

    changes = dict(touched)
    touched.clear()
    await seal_changes(changes)
