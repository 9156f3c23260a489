"""Changes of topics: opened, retitled, marked, moved, deleted, restored. Who may do so was asked before.

Tested in tests/resolvers/forum/test_topic.py.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from models.account.author import Author
from models.core.bulk import update_rows
from models.core.database import execute, fetch
from models.core.transaction import topic_changed, write
from models.forum.counter import count_in_section
from models.forum.interpretation import topic_moved_away, topic_moved_back, topic_removed, topic_restored
from models.forum.lock import LockedTopic
from models.forum.post import create_post
from models.forum.topic import NewTopic, insert_topic, insert_topics, topic_slug
from models.live.notification import notify_followers


async def create_topic(section_id: int, title: str, body: str, author: Author, now: datetime) -> int:
    """Opens a topic with its first post; gives its number. NOT_FOUND if the section was deleted meanwhile."""

    async def work() -> int:
        # The count comes first: it waits for a change of the section tree, and must hold nothing of sections meanwhile.
        # The topic's foreign key would hold a share of one, for which a deletion waits in its turn.
        await count_in_section(section_id, topics=1, posts=0)
        pk = await insert_topic(NewTopic(section_id, title, author, now, title))
        (row,) = await fetch("SELECT kind FROM sections WHERE id = $1", section_id)
        # Nobody else can lock a row that this write inserted.
        topic = LockedTopic(pk, section_id, title, author.user_id, is_locked=False, is_deleted=False, post_count=0)
        await create_post(replace(topic, kind=row[0]), body, author, now)
        notify_followers(pk, section_id, author.user_id, now)
        return pk

    return await write(work)


async def update_topic(
    topic: LockedTopic,
    now: datetime,
    *,
    title: str | None = None,
    shown_title: str | None = None,
    is_pinned: bool | None = None,
    is_locked: bool | None = None,
) -> None:
    """A new title with its slug, a pin, a lock. None leaves as it is; the same title again is no new revision.

    A title that comes without another to be shown is one that everybody may read.
    """
    if title is not None:
        await execute(
            """UPDATE topics SET title = $2, shown_title = $3, slug = $4, revision = revision + 1
            WHERE id = $1 AND title <> $2""",
            topic.pk,
            title,
            shown_title,
            topic_slug(shown_title or title, topic.pk),
        )
    if is_pinned is not None:
        await execute("UPDATE topics SET is_pinned = $2 WHERE id = $1", topic.pk, is_pinned)
    if is_locked is not None:
        await execute("UPDATE topics SET is_locked = $2 WHERE id = $1", topic.pk, is_locked)
    _changed(topic, now)


async def move_topic(topic: LockedTopic, section_id: int, now: datetime) -> None:
    """Moves a living topic, and what it counts for, to another section.

    A member's or order's is one no more until it is moved back. For use with the locks of `lock_move`.
    """
    if section_id == topic.section_id:
        return
    for place, sign in sorted(((topic.section_id, -1), (section_id, 1))):
        await count_in_section(place, topics=sign, posts=sign * topic.post_count)
    await execute("UPDATE topics SET section_id = $2 WHERE id = $1", topic.pk, section_id)
    topic_moved_away(topic, now)
    ((kind,),) = await fetch("SELECT kind FROM sections WHERE id = $1", section_id)
    topic_moved_back(topic.pk, kind, now)
    # Whether it left a shared section or came to one, which brings all of its posts along.
    topic_changed(topic.pk, now, whole=True, returned=not topic.is_shared)


async def delete_topic(topic: LockedTopic, now: datetime) -> None:
    """Takes a living topic out of the forum and frees its slug; row and posts stay."""
    await execute("UPDATE topics SET deleted_at = $2, slug = NULL WHERE id = $1", topic.pk, now)
    await count_in_section(topic.section_id, topics=-1, posts=-topic.post_count)
    topic_removed(topic, now)
    _changed(topic, now, whole=True)


async def restore_topic(topic: LockedTopic, now: datetime) -> None:
    """Brings a deleted topic back, with the posts that lived when it went."""
    await execute(
        "UPDATE topics SET deleted_at = NULL, slug = $2 WHERE id = $1", topic.pk, topic_slug(topic.title, topic.pk)
    )
    await count_in_section(topic.section_id, topics=1, posts=topic.post_count)
    topic_restored(topic, now)
    # Of one that was moved out of a shared section too: a host that knows it as deleted would have it deleted again.
    topic_changed(topic.pk, now, whole=True, returned=True)


def _changed(topic: LockedTopic, now: datetime, *, whole: bool = False) -> None:
    if topic.is_shared:
        topic_changed(topic.pk, now, whole=whole)


# ---- topics that the service keeps, which may have mirrors --------------------------


async def open_topics(new: Sequence[NewTopic], now: datetime) -> list[int]:
    """Opens topics of one section, without posts; gives their numbers. A fixed number of statements, however many."""
    if not new:
        return []
    pks = await insert_topics(new)
    await count_in_section(new[0].section_id, topics=len(new), posts=0)
    for pk in pks:
        topic_changed(pk, now)
    return pks


async def retitle_managed_topics(titles: Sequence[tuple[int, str, str]], now: datetime) -> None:
    """Titles that say what rows say, and what is shown of each, by the numbers of their topics.

    Slugs stay: a harvest would break every link. What is shown stays too, which spares the index of words.
    """
    await update_rows("topics", ("id", "title", "shown_title"), titles, also="revision = revision + 1")
    for pk, *_ in titles:
        topic_changed(pk, now)


async def retitle_managed_topic(topic_id: int, title: str, now: datetime) -> None:
    """The title of one; the same again is no new revision."""
    await execute(
        "UPDATE topics SET title = $2, revision = revision + 1 WHERE id = $1 AND title <> $2", topic_id, title
    )
    topic_changed(topic_id, now)


async def correct_title(topic_id: int, title: str) -> None:
    """The canonical form of the title that a topic came with: no new revision."""
    await execute("UPDATE topics SET title = $2 WHERE id = $1", topic_id, title)


async def revive_topic(topic_id: int, section_id: int, posts: int, address: str, now: datetime) -> None:
    """Brings a deleted topic back with its posts, which are not interpreted again."""
    await execute(
        "UPDATE topics SET deleted_at = NULL, slug = $2 WHERE id = $1", topic_id, topic_slug(address, topic_id)
    )
    await count_in_section(section_id, topics=1, posts=posts)
    topic_changed(topic_id, now, whole=True, returned=True)
