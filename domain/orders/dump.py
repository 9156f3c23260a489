"""A forum in a file: the shape that is imported and exported, texts as they are (see dump_reading)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

T = TypeVar("T")


class BadDump(ValueError):  # noqa: N818 - it says what the file is
    """Names the place in the file, as `sections[0].topics[3].title`, and what was expected there."""


@dataclass(frozen=True, slots=True)
class DumpPost:
    author: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class DumpTopic:
    title: str
    author: str
    created_at: datetime
    posts: tuple[DumpPost, ...]


@dataclass(frozen=True, slots=True)
class DumpSection:
    name: str
    topics: tuple[DumpTopic, ...]


@dataclass(frozen=True, slots=True)
class Dump:
    """One alliance's forum at an instant. All instants are UTC."""

    tag: str
    name: str
    exported_at: datetime
    sections: tuple[DumpSection, ...]


_KINDS = {
    prefix + noun: kind
    for prefix in ("outiiil_", "toolzzz_")
    for noun, kind in (("membre", "MEMBERS"), ("commande", "ORDERS"))
}


def section_kind(name: str) -> str | None:
    """`MEMBERS` or `ORDERS` for the sections that the extension finds by name, whatever their case."""
    return _KINDS.get(name.strip().casefold())


def read_dump(raw: object) -> Dump:
    """From decoded JSON. Raises BadDump with the place where the file is not a dump; texts are not judged here."""
    alliance = _get(raw, "", "alliance", _mapping)
    return Dump(
        _get(alliance, "alliance.", "tag", _text),
        _get(alliance, "alliance.", "name", _text),
        _get(raw, "", "exported_at", _instant),
        _each(raw, "", "sections", _section),
    )


def write_dump(dump: Dump) -> dict[str, object]:
    """For JSON: reading it again gives the same dump."""
    return {
        "alliance": {"tag": dump.tag, "name": dump.name},
        "exported_at": write_instant(dump.exported_at),
        "sections": [
            {"name": section.name, "topics": [_write_topic(topic) for topic in section.topics]}
            for section in dump.sections
        ],
    }


def write_instant(instant: datetime) -> str:
    """`2026-03-14T10:17:00.000Z`; microseconds only where there are any."""
    unit = "microseconds" if instant.microsecond % 1000 else "milliseconds"
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=unit) + "Z"


def _write_topic(topic: DumpTopic) -> dict[str, object]:
    return {
        "title": topic.title,
        "author": topic.author,
        "created_at": write_instant(topic.created_at),
        "posts": [{"author": post.author, "at": write_instant(post.at), "body": post.body} for post in topic.posts],
    }


def _section(raw: object, place: str) -> DumpSection:
    return DumpSection(_get(raw, place + ".", "name", _text), _each(raw, place + ".", "topics", _topic))


def _topic(raw: object, place: str) -> DumpTopic:
    title, author = _get(raw, place + ".", "title", _text), _get(raw, place + ".", "author", _text)
    return DumpTopic(
        title, author, _get(raw, place + ".", "created_at", _instant), _each(raw, place + ".", "posts", _post)
    )


def _post(raw: object, place: str) -> DumpPost:
    author, at = _get(raw, place + ".", "author", _text), _get(raw, place + ".", "at", _instant)
    return DumpPost(author, at, _get(raw, place + ".", "body", _text))


def _get(raw: object, prefix: str, key: str, read: Callable[[object, str], T]) -> T:
    return read(_mapping(raw, prefix.removesuffix(".")).get(key), prefix + key)


def _each(raw: object, prefix: str, key: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
    items = _mapping(raw, prefix.removesuffix(".")).get(key)
    if not isinstance(items, list):
        raise BadDump(f"{prefix}{key}: a list was expected")
    return tuple(read(item, f"{prefix}{key}[{at}]") for at, item in enumerate(items))


def _mapping(raw: object, place: str) -> Mapping[str, object]:
    if not isinstance(raw, dict):
        raise BadDump(f"{place or 'dump'}: an object was expected")
    return raw


def _text(raw: object, place: str) -> str:
    if not isinstance(raw, str):
        raise BadDump(f"{place}: a text was expected")
    return raw


def _instant(raw: object, place: str) -> datetime:
    try:
        instant = datetime.fromisoformat(_text(raw, place))
    except ValueError:
        raise BadDump(f"{place}: an instant was expected") from None
    # A dump's times are UTC, said or not.
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
