"""What texts stand for: asked of the interpreter of the section's kind, which areas above bring (models/wiring).

The forum tells of texts that were written and taken away, at the end of the write that did so, and reads none itself.

Tested in tests/models/orders/test_interpretation.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from domain.core.parsing import ParseError, Reason
from models.core.database import fetch, instant
from models.core.transaction import interpret_later
from models.forum.lock import LockedTopic
from models.live.notice import Words
from models.live.notification import NotificationKind, NotificationLevel, notify


@dataclass(frozen=True, slots=True)
class PostText:
    """A living post, as far as its interpretation goes. Imported ones have no author but a name."""

    post_id: int
    body: str
    author_id: int | None
    author_name: str
    written_at: datetime


NEW_POST = "new_post"


class Interpreter(Protocol):
    """Reads the posts of one kind of section. Topics in which they stand for nothing cost it one statement at most."""

    @property
    def notification(self) -> NotificationKind:
        """As what an author is told which line of a post failed."""

    def failure_of(self, body: str, written_at: datetime) -> ParseError | None:
        """The line of a text that fails, whoever wrote it."""

    async def words_of(self, topic: LockedTopic) -> Words:
        """How it is said of somebody who wrote in the topic, whose title may be a row rather than words."""

    async def interpret(
        self, topic_id: int, text: PostText, now: datetime, *, as_counted: bool = False
    ) -> ParseError | None:
        """Reads a text and gives the line that failed, if one did. `as_counted`: the title counts it already."""

    async def retract(self, topic_id: int, post_id: int, now: datetime) -> None:
        """Undoes what a post stood for, when it is deleted."""

    async def retract_topic(self, topic_id: int, now: datetime) -> None:
        """Undoes what the posts of a deleted topic stood for."""

    async def restore_topic(self, topic_id: int, now: datetime) -> None:
        """Has the posts of a topic that was deleted, and is back, stand for what they did."""

    async def detach_topic(self, topic_id: int, now: datetime) -> None:
        """Undoes it, and has the topic itself stand for nothing, while it is moved away."""

    async def is_at_home(self, topic_id: int, alliance_id: int) -> bool:
        """Whether the topic, wherever it is, stood for something of this alliance and may do so again."""

    async def attach_topic(self, topic_id: int, now: datetime) -> None:
        """Has a topic that was moved back stand for what it did, and reads its posts, whatever became of them."""


_interpreters: Mapping[str, Interpreter] | None = None


def connect_interpreters(interpreters: Mapping[str, Interpreter]) -> None:
    """Says who reads the posts of which kind of section."""
    global _interpreters  # noqa: PLW0603 - one wiring a process
    _interpreters = interpreters


def interpreter_of(kind: str) -> Interpreter | None:
    """None for a kind of section in which posts are nothing but posts."""
    if _interpreters is None:
        raise RuntimeError("nothing interprets texts: call models.wiring.wire() first")
    return _interpreters.get(kind)


async def words_of(topic: LockedTopic) -> Words:
    """How a new post of the topic is told of, its author left out."""
    interpreter = interpreter_of(topic.kind)
    return (NEW_POST, {"title": topic.title}) if interpreter is None else await interpreter.words_of(topic)


# ---- told by the doors of texts -----------------------------------------------------


def text_written(topic: LockedTopic, text: PostText, now: datetime) -> None:
    """A post was written or edited."""
    if (interpreter := interpreter_of(topic.kind)) is not None:
        interpret_later(partial(_interpret, interpreter, topic.pk, text, now))


def text_removed(topic: LockedTopic, post_id: int, now: datetime) -> None:
    if (interpreter := interpreter_of(topic.kind)) is not None:
        interpret_later(partial(interpreter.retract, topic.pk, post_id, now))


def text_restored(topic: LockedTopic, post_id: int, now: datetime) -> None:
    if (interpreter := interpreter_of(topic.kind)) is not None:
        interpret_later(partial(_interpret_again, interpreter, topic.pk, post_id, now))


def topic_removed(topic: LockedTopic, now: datetime) -> None:
    if (interpreter := interpreter_of(topic.kind)) is not None:
        interpret_later(partial(interpreter.retract_topic, topic.pk, now))


def topic_moved_away(topic: LockedTopic, now: datetime) -> None:
    if (interpreter := interpreter_of(topic.kind)) is not None:
        interpret_later(partial(interpreter.detach_topic, topic.pk, now))


def topic_moved_back(topic_id: int, kind: str, now: datetime) -> None:
    """A topic came to a section of this kind from another."""
    if (interpreter := interpreter_of(kind)) is not None:
        interpret_later(partial(interpreter.attach_topic, topic_id, now))


def topic_restored(topic: LockedTopic, now: datetime) -> None:
    if (interpreter := interpreter_of(topic.kind)) is not None:
        interpret_later(partial(interpreter.restore_topic, topic.pk, now))


_CODES = {
    Reason.CALLED_OFF: "unreadable_called_off",
    Reason.ELSEWHERE: "unreadable_elsewhere",
    Reason.MISSING: "unreadable_missing",
    Reason.NEGATIVE: "unreadable_negative",
    Reason.NOBODY: "unreadable_nobody",
    Reason.NOTHING: "unreadable_nothing",
    Reason.NOT_A_DAY: "unreadable_time",
    Reason.NOT_A_DURATION: "unreadable_duration",
    Reason.NOT_A_FIELD: "unreadable_field",
    Reason.NOT_A_NUMBER: "unreadable_number",
    Reason.NOT_A_TIME: "unreadable_time",
    Reason.NOT_YOURS: "unreadable_not_yours",
    Reason.TOO_BIG: "unreadable_too_big",
    Reason.TWICE: "unreadable_twice",
    Reason.UNKNOWN_NAME: "unreadable_unknown",
    Reason.WRONG_SHAPE: "unreadable_shape",
    Reason.WRONG_UNIT: "unreadable_unit",
}


def explain(failure: ParseError) -> tuple[str, dict[str, object]]:
    """What an author is told of a line that fails: the sentence's code, and what fills it."""
    details: dict[str, object] = {"line": failure.line, "text": failure.text, "reason": failure.reason.value}
    if failure.wanted:
        details["wanted"] = failure.wanted
    if failure.nearest:
        return "unreadable_name", {**details, "nearest": ", ".join(failure.nearest)}
    return _CODES.get(failure.reason, "unreadable_post"), details


async def _interpret(interpreter: Interpreter, topic_id: int, text: PostText, now: datetime) -> None:
    failure = await interpreter.interpret(topic_id, text, now)
    if failure is not None and text.author_id is not None:
        message, details = explain(failure)
        level = NotificationLevel.WARNING
        notify([text.author_id], interpreter.notification, level, message, details, topic_id, now)


async def _interpret_again(interpreter: Interpreter, topic_id: int, post_id: int, now: datetime) -> None:
    rows = await fetch("SELECT id, body, author_id, author_name, created_at FROM posts WHERE id = $1", post_id)
    pk, body, author_id, author_name, created = rows[0]
    text = PostText(pk, body, author_id, author_name, instant(created))
    await _interpret(interpreter, topic_id, text, now)


# ---- asked by imports, which report failures by themselves --------------------------


async def interpret_text(kind: str, topic_id: int, text: PostText, now: datetime) -> ParseError | None:
    """Reads one text at once; gives the line that failed."""
    interpreter = interpreter_of(kind)
    return None if interpreter is None else await interpreter.interpret(topic_id, text, now)


async def interpret_topic(kind: str, topic_id: int, now: datetime) -> list[tuple[int, ParseError]]:
    """Reads all living posts of a topic whose title counts them already; gives the posts that failed."""
    interpreter = interpreter_of(kind)
    if interpreter is None:
        return []
    failures = []
    for post_id, body, author_id, author_name, created in await fetch(
        """SELECT id, body, author_id, author_name, created_at FROM posts
        WHERE topic_id = $1 AND deleted_at IS NULL ORDER BY created_at, id""",
        topic_id,
    ):
        text = PostText(post_id, body, author_id, author_name, instant(created))
        failure = await interpreter.interpret(topic_id, text, now, as_counted=True)
        if failure is not None:
            failures.append((post_id, failure))
    return failures


async def is_at_home(kind: str, topic_id: int, alliance_id: int | None) -> bool:
    """Whether a topic may be moved to such a section of an alliance, where the service alone opens topics."""
    interpreter = interpreter_of(kind)
    return interpreter is not None and alliance_id is not None and await interpreter.is_at_home(topic_id, alliance_id)


def failure_of(kind: str, body: str, written_at: datetime) -> ParseError | None:
    """The line of a text that fails in such a section, whoever wrote it."""
    interpreter = interpreter_of(kind)
    return None if interpreter is None else interpreter.failure_of(body, written_at)
