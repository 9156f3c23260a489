"""Importing a forum dump: topic by topic, each in one transaction, what is there already left as it is.

A dump can be imported again, and after a crash: topics are found by what they stand for or by their titles and
instants, posts by their instants and texts.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from domain.alliance.alliance import checked_alliance_name, checked_tag
from domain.alliance.member import shown_member_title
from domain.core.parsing import ParseError
from domain.core.text import plain_text
from domain.orders.dump import Dump, DumpPost, DumpSection, DumpTopic, section_kind
from models.account.author import Author
from models.alliance.alliance import alliance_by_key
from models.alliance.alliance_founding import create_alliance, discussion_section
from models.alliance.lock import lock_alliance
from models.alliance.member_topic import section_of_kind
from models.core.database import fetch, instant
from models.core.transaction import topic_changed, write
from models.forum.counter import count_in_section, count_old_post
from models.forum.interpretation import PostText, failure_of, interpret_text, interpret_topic
from models.forum.lock import LockedTopic, lock_known_topic
from models.forum.post import NewPost, insert_post, insert_posts
from models.forum.topic import NewTopic, insert_topic
from models.orders.dump_adoption import TopicMatch, match_topic
from models.rights.delivery import count_as_imported


@dataclass(frozen=True, slots=True)
class UnreadableText:
    """A title (post 0) or a post (from 1) that means something and cannot be read. It is imported all the same."""

    section: str
    topic: str
    post: int
    failure: ParseError


@dataclass(slots=True)
class ImportReport:
    """What an import did."""

    topics_created: int = 0
    topics_kept: int = 0
    posts_created: int = 0
    posts_kept: int = 0
    unreadable: list[UnreadableText] = field(default_factory=list)


@dataclass(slots=True)
class _Run:
    """One import under way. `met` counts the topics alike that the dump has shown so far; `taken` are found ones."""

    alliance_id: int
    now: datetime
    report: ImportReport = field(default_factory=ImportReport)
    met: Counter[object] = field(default_factory=Counter)
    taken: set[int] = field(default_factory=set)


async def import_dump(dump: Dump, now: datetime, progress: Callable[[], None]) -> ImportReport:
    """Imports a dump; `progress` is called after each topic. Raises Refusal for a tag or name that is none."""
    run = _Run(await _alliance(dump, now), now)
    for section in dump.sections:
        section_id = await _section(run.alliance_id, section, now)
        for topic in section.topics:
            await write(partial(_import_topic, run, section, section_id, topic))
            progress()
    return run.report


async def _alliance(dump: Dump, now: datetime) -> int:
    tag, key = checked_tag(dump.tag)
    found = await alliance_by_key(key)
    if found is not None:
        return found.pk
    nobody = Author(None, "")
    return await create_alliance(tag, key, checked_alliance_name(dump.name), None, nobody, now)


async def _section(alliance_id: int, section: DumpSection, now: datetime) -> int:
    kind = section_kind(section.name)
    if kind is not None:
        return await section_of_kind(alliance_id, kind)
    return await write(lambda: discussion_section(alliance_id, plain_text(section.name), now))


async def _import_topic(run: _Run, section: DumpSection, section_id: int, topic: DumpTopic) -> None:
    await lock_alliance(run.alliance_id)
    topic = _storable(topic)
    kind = section_kind(section.name)
    adoption = await match_topic(kind, run.alliance_id, topic, run.taken, run.met, run.now)
    if isinstance(adoption, ParseError):
        run.report.unreadable.append(UnreadableText(section.name, topic.title, 0, adoption))
        adoption = TopicMatch(title=topic.title)
    # In a topic that is no member's or order's, posts are nothing but posts.
    kind = kind if kind and (adoption.is_new or adoption.topic_id) else "DISCUSSION"
    topic_id = adoption.topic_id or await _plain_topic(run, section_id, topic, adoption)
    if topic_id is None:
        failures = await _create(run, section, kind, section_id, topic, adoption)
    else:
        run.taken.add(topic_id)
        failures = await _add_posts(run, kind, topic_id, topic)
    run.report.unreadable += [
        UnreadableText(section.name, topic.title, number, failure) for number, failure in failures
    ]


async def _plain_topic(run: _Run, section_id: int, topic: DumpTopic, adoption: TopicMatch) -> int | None:
    """The topic of the same title and instant that an earlier import made; the nth one for the nth in the dump."""
    if adoption.is_new:
        return None
    key = (section_id, topic.title, topic.created_at)
    rows = await fetch(
        "SELECT id FROM topics WHERE section_id = $1 AND title = $2 AND created_at = $3 ORDER BY id", *key
    )
    place = run.met[key]
    run.met[key] += 1
    return rows[place][0] if place < len(rows) else None


async def _create(
    run: _Run, section: DumpSection, kind: str, section_id: int, topic: DumpTopic, adoption: TopicMatch
) -> list[tuple[int, ParseError]]:
    shown = shown_member_title(adoption.title) if section_kind(section.name) == "MEMBERS" else None
    pk = await insert_topic(
        NewTopic(
            section_id,
            adoption.title,
            Author(None, topic.author),
            topic.created_at,
            adoption.name or shown or topic.title,
            shown_title=shown,
            alliance_id=None if shown is None else run.alliance_id,
            last_post_at=max((post.at for post in topic.posts), default=topic.created_at),
            post_count=len(topic.posts),
        )
    )
    await count_in_section(section_id, topics=1, posts=len(topic.posts))
    await insert_posts([_post(pk, post) for post in topic.posts])
    topic_changed(pk, run.now, whole=True)
    run.taken.add(pk)
    run.report.topics_created += 1
    run.report.posts_created += len(topic.posts)
    await adoption.attach(pk)
    failures = await interpret_topic(kind, pk, run.now)
    post_ids = await _post_ids(pk)
    await count_as_imported(post_ids)
    numbers = {post_id: number for number, post_id in enumerate(post_ids, 1)}
    return [(numbers[post_id], failure) for post_id, failure in failures]


async def _post_ids(topic_id: int) -> list[int]:
    return [row[0] for row in await fetch("SELECT id FROM posts WHERE topic_id = $1 ORDER BY id", topic_id)]


async def _add_posts(run: _Run, kind: str, topic_id: int, topic: DumpTopic) -> list[tuple[int, ParseError]]:
    """Adds the posts that the topic lacks; one that was deleted here stays so."""
    run.report.topics_kept += 1
    place = await lock_known_topic(topic_id)
    kind = kind if kind == "DISCUSSION" else place.kind  # A topic that was moved away stands for nothing there.
    rows = await fetch("SELECT created_at, body FROM posts WHERE topic_id = $1", topic_id)
    there = Counter((instant(created), body) for created, body in rows)
    failures = []
    for number, post in enumerate(topic.posts, 1):
        if there[post.at, post.body] > 0:
            there[post.at, post.body] -= 1
            run.report.posts_kept += 1
            failure = failure_of(kind, post.body, post.at)
        else:
            run.report.posts_created += 1
            failure = await _add_post(place, kind, post, run.now)
        if failure is not None:
            failures.append((number, failure))
    return failures


async def _add_post(place: LockedTopic, kind: str, post: DumpPost, now: datetime) -> ParseError | None:
    pk = await insert_post(_post(place.pk, post))
    topic_changed(place.pk, now, pk)
    if place.is_deleted:
        return None
    await count_old_post(place, post.at)
    failure = await interpret_text(kind, place.pk, PostText(pk, post.body, None, post.author, post.at), now)
    await count_as_imported([pk])
    return failure


def _post(topic_id: int, post: DumpPost) -> NewPost:
    return NewPost(topic_id, post.body, Author(None, post.author), post.at)


def _storable(topic: DumpTopic) -> DumpTopic:
    posts = tuple(DumpPost(plain_text(post.author), post.at, plain_text(post.body)) for post in topic.posts)
    return DumpTopic(plain_text(topic.title), plain_text(topic.author), topic.created_at, posts)
