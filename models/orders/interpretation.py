"""What posts stand for: each is read when it is written, edited, deleted or restored, in that same transaction.

A post that means something and cannot be read stays what it is, and its author is told which line failed.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.alliance.census import Census, read_census
from domain.alliance.member import is_pseudo
from domain.core.name import name_key
from domain.core.number import LARGEST
from domain.core.parsing import Reason, Unreadable, unreadable
from domain.orders.convoy import Convoy, convoy_failure, read_convoy
from domain.orders.order import OrderStatus
from models.alliance.census import forget_census, record_census
from models.alliance.member import MemberView, NewMember, insert_members, members_by_ids, members_by_keys
from models.core.database import execute, fetch, instant
from models.forum.counter import LockedTopic
from models.live.notification import NotificationKind, NotificationLevel, notify
from models.orders.convoy import convoy_of_post, forget_convoy, record_convoy
from models.orders.order import order_of_topic
from models.orders.order_queue import deliver, delivered_more, promote_next


@dataclass(frozen=True, slots=True)
class Text:
    """A living post, as far as its reading goes. Imported ones have no author but a name."""

    post_id: int
    body: str
    author_id: int | None
    author_name: str
    written_at: datetime


async def read_again(topic: LockedTopic, post_id: int, now: datetime) -> None:
    """Reads a post that was written, edited or restored in a topic of a member or an order. Others cost nothing."""
    if topic.member_id is None and topic.order_id is None:
        return
    rows = await fetch("SELECT body, author_id, author_name, created_at FROM posts WHERE id = $1", post_id)
    body, author_id, author_name, created = rows[0]
    text = Text(post_id, body, author_id, author_name, instant(created))
    failure = await read_text(topic, text, now)
    if failure is not None and author_id is not None:
        await _tell(topic, author_id, failure, now)


async def read_text(topic: LockedTopic, text: Text, now: datetime, *, as_counted: bool = False) -> Unreadable | None:
    """Reads a text and gives the line that failed, if one did. `as_counted`: the title has its delivery already."""
    if topic.member_id is not None:
        return await _read_census(topic.member_id, text)
    return await _read_convoy(topic, text, now, as_counted=as_counted)


def failure_of(topic: LockedTopic, body: str) -> Unreadable | None:
    """The line of a text that fails in such a topic, whoever wrote it."""
    found = read_census(body) if topic.member_id is not None else read_convoy(body) if topic.order_id else None
    return found if isinstance(found, Unreadable) else None


async def forget(topic: LockedTopic, post_id: int, now: datetime) -> None:
    """Undoes what a post stood for, when it is deleted."""
    if topic.member_id is not None:
        await forget_census(post_id)
    if topic.order_id is not None:
        await _forget_convoy(topic, post_id, now)


async def read_topic(topic: LockedTopic, now: datetime) -> list[tuple[int, Unreadable]]:
    """Reads all living posts of a topic whose title counts their deliveries already; gives the posts that failed."""
    if topic.member_id is None and topic.order_id is None:
        return []
    rows = await fetch(
        """SELECT id, body, author_id, author_name, created_at FROM posts
        WHERE topic_id = $1 AND deleted_at IS NULL ORDER BY created_at, id""",
        topic.pk,
    )
    failures = []
    for post_id, body, author_id, author_name, created in rows:
        text = Text(post_id, body, author_id, author_name, instant(created))
        failure = await read_text(topic, text, now, as_counted=True)
        if failure is not None:
            failures.append((post_id, failure))
    return failures


async def forget_topic(topic: LockedTopic, now: datetime) -> None:
    """Undoes what the posts of a deleted topic stood for; its member or order waits for its return."""
    if topic.member_id is not None:
        await execute("DELETE FROM censuses WHERE member_id = $1", topic.member_id)
    if topic.order_id is not None:
        order = await order_of_topic(topic.pk)
        await execute("DELETE FROM convoys WHERE order_id = $1", topic.order_id)
        if order is not None and order.status is OrderStatus.IN_PROGRESS:
            await promote_next(order.alliance_id, now)


async def detach_topic(topic: LockedTopic, now: datetime) -> None:
    """A topic that is moved away is a member's or an order's no more; the member stays, without a topic."""
    await forget_topic(topic, now)
    if topic.member_id is not None:
        await execute("UPDATE members SET topic_id = NULL WHERE id = $1", topic.member_id)
    if topic.order_id is not None:
        await execute("DELETE FROM orders WHERE id = $1", topic.order_id)


async def _tell(topic: LockedTopic, author_id: int, failure: Unreadable, now: datetime) -> None:
    details = {"line": failure.line, "text": failure.text, "reason": failure.reason.value}
    kind = NotificationKind.ORDER if topic.order_id is not None else NotificationKind.MODERATION
    await notify([author_id], kind, NotificationLevel.WARNING, "unreadable_post", details, topic.pk, now)


# ---- censuses -----------------------------------------------------------------------


async def _read_census(member_id: int, text: Text) -> Unreadable | None:
    census = read_census(text.body)
    failure = census if isinstance(census, Unreadable) else None
    if isinstance(census, Census):
        member = (await members_by_ids([member_id]))[member_id]
        if not await _may_report(member, text):
            failure = unreadable(1, text.body.strip().partition("\n")[0], Reason.NOT_YOURS)
    if isinstance(census, Census) and failure is None:
        await record_census(member_id, text.post_id, text.written_at, census)
    else:
        await forget_census(text.post_id)
    return failure


async def _may_report(member: MemberView, text: Text) -> bool:
    """Members report for themselves, administrators for anybody: a census moves everybody's share.

    Texts without an account came from another forum, which had its own rules.
    """
    if text.author_id is None or text.author_id == member.user_id:
        return True
    rows = await fetch(
        """SELECT 1 FROM members WHERE alliance_id = $1 AND user_id = $2 AND can_administer = $3
            AND left_at IS NULL""",
        member.alliance_id,
        text.author_id,
        True,
    )
    return bool(rows)


# ---- convoys ------------------------------------------------------------------------


async def _read_convoy(topic: LockedTopic, text: Text, now: datetime, *, as_counted: bool) -> Unreadable | None:
    order = await order_of_topic(topic.pk)
    if order is None:
        return None
    before = await convoy_of_post(text.post_id)
    found = read_convoy(text.body)
    food, materials = (0, 0) if before is None else (-before.food, -before.materials)
    failure = found if isinstance(found, Unreadable) else None
    if isinstance(found, Convoy):
        ends = await _ends(order.alliance_id, text, found, now)
        more = delivered_more(order.amounts, food + found.food, materials + found.materials)
        if isinstance(ends, Reason):
            failure = convoy_failure(text.body, ends)
        elif max(abs(more.food_delivered), abs(more.materials_delivered)) > LARGEST:
            failure = convoy_failure(text.body, Reason.TOO_BIG)
        else:
            await record_convoy(order.pk, text.post_id, *ends, text.written_at, found)
            food, materials = food + found.food, materials + found.materials
    if failure is not None or found is None:
        await forget_convoy(text.post_id)
    if (food or materials) and not as_counted:
        await deliver(order, food, materials, now)
    return failure


async def _forget_convoy(topic: LockedTopic, post_id: int, now: datetime) -> None:
    convoy, order = await convoy_of_post(post_id), await order_of_topic(topic.pk)
    if convoy is not None and order is not None:
        await forget_convoy(post_id)
        await deliver(order, -convoy.food, -convoy.materials, now)


async def _ends(alliance_id: int, text: Text, convoy: Convoy, now: datetime) -> tuple[int, int] | Reason:
    """Sender and recipient. An account sends as the member that it plays; names that nobody bears are of the past."""
    sender: int | None = None
    if text.author_id is not None:
        rows = await fetch(
            "SELECT id FROM members WHERE alliance_id = $1 AND user_id = $2 ORDER BY left_at IS NOT NULL, id LIMIT 1",
            alliance_id,
            text.author_id,
        )
        if not rows:
            return Reason.NOT_YOURS
        sender = rows[0][0]
    names = [convoy.recipient] if sender is not None else [convoy.recipient, text.author_name]
    ids = await named_members(alliance_id, names, now)
    recipient = ids[0]
    sender = ids[-1] if sender is None else sender
    return Reason.UNKNOWN_NAME if sender is None or recipient is None else (sender, recipient)


async def named_members(alliance_id: int, names: list[str], now: datetime) -> list[int | None]:
    """Members of an alliance by their pseudos. A name that nobody bears gets a row of somebody who has left, without
    a topic: texts go on naming those who are gone. None for what is no pseudo."""
    keys = [name_key(name) if is_pseudo(name) else "" for name in names]
    known = await members_by_keys(alliance_id, [key for key in keys if key])
    ids = {key: view.pk for key, view in known.items()}
    for name, key in zip(names, keys, strict=True):
        if key and key not in ids:
            (ids[key],) = await insert_members(alliance_id, [NewMember(name, left_at=now)], now)
    return [ids.get(key) for key in keys]
