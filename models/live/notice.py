"""What a write has to tell, gathered until its end: the rows of all its notifications are one statement.

Who is told of a new post is asked then too: those that got a notification of their own of it are not.

Tested in tests/models/live/test_notification.py.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime

from models.core.database import Row, insert, is_postgres
from models.core.transaction import gathered
from models.live.attention import section_followers
from models.live.event import EventKind, publish_all
from models.live.participant import tell_participants

Words = tuple[str, Mapping[str, object]]
"""A key of the message catalogue, and what fills it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A row of notifications to be, in the order of its columns."""

    user_id: int
    kind: str
    level: str
    message: str
    details: str
    topic_id: int | None
    post_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post of which its topic's participants and followers are told, with words that are asked for if anybody is."""

    topic_id: int
    post_id: int
    author_id: int | None
    author_name: str
    words_of_topic: Callable[[], Awaitable[Words]]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic of which all who follow its section are told. What it is called, and where it is, is looked up when it is
    shown."""

    topic_id: int
    section_id: int
    author_id: int | None
    created_at: datetime


def leave(notices: Iterable[Notice | NewPost | NewTopic]) -> None:
    """Has them told at the end of the write. Whoever gets a notice with a post is not told of that post besides."""
    gathered(_write).extend(notices)


def take_back(user_ids: Iterable[int], kind: str, details: str) -> None:
    """Those of these very details that this write was to leave."""
    waiting, readers = gathered(_write), set(user_ids)
    waiting[:] = [
        one
        for one in waiting
        if not isinstance(one, Notice) or one.user_id not in readers or (one.kind, one.details) != (kind, details)
    ]


async def _write(waiting: list[Notice | NewPost | NewTopic]) -> None:
    notices = [one for one in waiting if isinstance(one, Notice)]
    told = {(one.post_id, one.user_id) for one in notices}
    for one in waiting:
        if isinstance(one, NewPost):
            others = {user_id for post_id, user_id in told if post_id == one.post_id}
            notices += await _of_participants(one, others)
        elif isinstance(one, NewTopic):
            notices += await _of_followers(one)
    if notices:
        publish_all(EventKind.NOTIFICATION, [(row["id"], row["user_id"]) for row in await _insert(notices)])


async def _of_participants(post: NewPost, but: set[int]) -> list[Notice]:
    """One for each reader and topic: whoever was told of an earlier post and has not read it yet gets none."""
    author = set() if post.author_id is None else {post.author_id}
    readers = await tell_participants(post.topic_id, but | author)
    if not readers:
        return []
    message, topic = await post.words_of_topic()
    details = json.dumps({"author": post.author_name, **topic})
    about = "NEW_POST", "INFO", message, details, post.topic_id, post.post_id, post.created_at
    return [Notice(user_id, *about) for user_id in readers]


async def _of_followers(topic: NewTopic) -> list[Notice]:
    about = "NEW_TOPIC", "INFO", "new_topic", "{}", topic.topic_id, None, topic.created_at
    return [Notice(pk, *about) for pk in await section_followers(topic.section_id) if pk != topic.author_id]


_NAMES = ("user_id", "kind", "level", "message", "details", "topic_id", "post_id", "created_at")
_COLUMNS = ", ".join(_NAMES)
_POSTGRES = f"""unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[],
    $8::timestamptz[]) WITH ORDINALITY AS n ({_COLUMNS}, number)"""
_SQLITE = f"""(SELECT {", ".join(f"json_extract(value, '$[{at}]') AS {name}" for at, name in enumerate(_NAMES))},
    key AS number FROM json_each(?1)) AS n"""


async def _insert(notices: list[Notice]) -> list[Row]:
    """Those whose account is gone by now are told nothing."""
    rows = [astuple(one) for one in notices]
    given = [list(column) for column in zip(*rows, strict=True)] if is_postgres() else [rows]
    return list(
        await insert(
            f"""INSERT INTO notifications ({_COLUMNS}) SELECT {", ".join(f"n.{name}" for name in _NAMES)}
            FROM {_POSTGRES if is_postgres() else _SQLITE} JOIN users u ON u.id = n.user_id
            ORDER BY n.number RETURNING id, user_id""",
            *given,
        )
    )
