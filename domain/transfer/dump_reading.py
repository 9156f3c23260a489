"""What a dump's texts stand for: members with their censuses, orders with their convoys, and what could not be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from domain.alliance.census import Census, read_census
from domain.alliance.member import MemberTitle, read_member_title
from domain.core.parsing import ParseError
from domain.orders.convoy import Convoy, cancelled, delivered, read_convoy
from domain.orders.dump import Dump, DumpPost, DumpTopic, section_kind, write_instant
from domain.orders.order_title import OldOrderTitle, OrderTitle, read_order_title


@dataclass(frozen=True, slots=True)
class MemberReading:
    title: MemberTitle
    censuses: tuple[tuple[datetime, Census], ...]


@dataclass(frozen=True, slots=True)
class ConvoyReading:
    sender: str
    sent_at: datetime
    convoy: Convoy
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class OrderReading:
    """All convoy posts in their order, counter-entries too. The title is in its present form whichever it came in."""

    requester: str
    title: OrderTitle
    is_old_format: bool
    convoys: tuple[ConvoyReading, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """A title (post 0) or a post (from 1) that means something and could not be read."""

    section: str
    topic: str
    post: int
    unreadable: ParseError


Part = MemberReading | OrderReading | Lost


def read_parts(dump: Dump) -> Iterator[Part]:
    """Topic by topic, in the dump's order."""
    for section in dump.sections:
        kind = section_kind(section.name)
        for topic in section.topics if kind else ():
            yield from _read_member(section.name, topic) if kind == "MEMBERS" else _read_order(section.name, topic)


def stands_for(dump: Dump) -> dict[str, object]:
    """The members and orders of a dump, written as plain JSON values; cancelled pairs are one convoy."""
    parts = list(read_parts(dump))
    return {
        "members": [_write_member(part) for part in parts if isinstance(part, MemberReading)],
        "orders": [_write_order(part) for part in parts if isinstance(part, OrderReading)],
    }


def _read_member(section: str, topic: DumpTopic) -> Iterator[Part]:
    title = read_member_title(topic.title)
    censuses = []
    for number, post in enumerate(topic.posts, 1):
        census = read_census(post.body)
        if isinstance(census, Census):
            censuses.append((post.at, census))
        elif census is not None:
            yield Lost(section, topic.title, number, census)
    if isinstance(title, MemberTitle):
        yield MemberReading(title, tuple(censuses))
    else:
        yield Lost(section, topic.title, 0, title)


def _read_order(section: str, topic: DumpTopic) -> Iterator[Part]:
    title = read_order_title(topic.title)
    posts: list[tuple[DumpPost, Convoy]] = []
    for number, post in enumerate(topic.posts, 1):
        convoy = read_convoy(post.body, post.at)
        if isinstance(convoy, Convoy):
            posts.append((post, convoy))
        elif convoy is not None:
            yield Lost(section, topic.title, number, convoy)
    if isinstance(title, ParseError):
        yield Lost(section, topic.title, 0, title)
        return
    flags = cancelled([(post.author, convoy) for post, convoy in posts])
    is_old = isinstance(title, OldOrderTitle)
    if isinstance(title, OldOrderTitle):
        title = title.with_delivered(*delivered([convoy for _, convoy in posts]))
    convoys = (
        ConvoyReading(post.author, post.at, convoy, flag) for (post, convoy), flag in zip(posts, flags, strict=True)
    )
    yield OrderReading(topic.author, title, is_old, tuple(convoys))


def _write_member(member: MemberReading) -> dict[str, object]:
    title = member.title
    return {
        "pseudo": title.pseudo,
        "player_id": title.player_id,
        "x": -1 if title.x is None else title.x,
        "y": -1 if title.y is None else title.y,
        "rank": title.rank,
        "rank_order": title.rank_order,
        "censuses": [_write_census(at, census) for at, census in member.censuses],
    }


def _write_census(at: datetime, census: Census) -> dict[str, object]:
    return {
        "at": write_instant(at),
        "food": census.food,
        "materials": census.materials,
        "tdc": census.tdc,
        "workers": census.workers,
        "levels": {evolution.french: level for evolution, level in census.levels.items()},
        "units": census.units,
    }


def _write_order(order: OrderReading) -> dict[str, object]:
    title, amounts = order.title, order.title.amounts
    return {
        "requester": order.requester,
        "status": title.status.french,
        "evolution": title.evolution and title.evolution.french,
        "x": title.x,
        "y": title.y,
        "materials": amounts.materials_requested,
        "food": amounts.food_requested,
        "due": _write_date(title.due_on),
        "after": _write_date(title.deliver_after),
        "convoys": [
            _write_convoy(row) for row in order.convoys if not (row.is_cancelled and row.convoy.is_counter_entry)
        ],
        "materials_delivered": amounts.materials_delivered,
        "food_delivered": amounts.food_delivered,
        "old_format": order.is_old_format,
    }


def _write_convoy(row: ConvoyReading) -> dict[str, object]:
    return {
        "sender": row.sender,
        "at": write_instant(row.sent_at),
        "food": row.convoy.food,
        "materials": row.convoy.materials,
        "cancelled": row.is_cancelled,
        "arrives_at": write_instant(row.convoy.arrives_at),
    }


def _write_date(day: date | None) -> str | None:
    return day.isoformat() if day else None
