"""Which member or order a dump's topic is: found where it is there, made ready where it is not.

Tested in tests/models/transfer/test_dump.py.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from domain.alliance.census import Census, read_census
from domain.alliance.member import (
    Adjustment,
    MemberTitle,
    SavedRights,
    is_pseudo,
    read_member_title,
    write_member_title,
)
from domain.core.name import name_key
from domain.core.number import LARGEST
from domain.core.parsing import ParseError, Reason, parse_error
from domain.orders.convoy import Convoy, delivered, read_convoy
from domain.orders.dump import DumpTopic
from domain.orders.order_title import OldOrderTitle, OrderTitle, read_order_title, write_order_title
from models.alliance.member import NewMember, insert_members, members_by_keys, rewrite_member
from models.alliance.member_lookup import named_members
from models.core.database import fetch
from models.forum.topic_change import correct_title
from models.orders.order_change import create_order
from models.rights.delivery import count_as_saved

Attach = Callable[[int], Awaitable[None]]


async def _nothing(_topic_id: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class TopicMatch:
    """What becomes of a topic of the dump. `attach` gives a new one its member or its order.

    `topic_id` where it is there; `is_new` where it is known not to be. `name` is what its address is made of.
    """

    title: str
    topic_id: int | None = None
    is_new: bool = False
    name: str = ""
    attach: Attach = _nothing


async def match_topic(
    kind: str | None, alliance_id: int, topic: DumpTopic, taken: set[int], met: Counter[object], now: datetime
) -> TopicMatch | ParseError:
    """What a topic of a section of that kind is. Unreadable for one that should be a member or an order and is not."""
    if kind == "MEMBERS":
        return await _adopt_member(alliance_id, topic, taken, now)
    if kind == "ORDERS":
        return await _adopt_order(alliance_id, topic, met, now)
    return TopicMatch(topic.title)


# ---- members ------------------------------------------------------------------------


async def _adopt_member(alliance_id: int, topic: DumpTopic, taken: set[int], now: datetime) -> TopicMatch | ParseError:
    title = read_member_title(topic.title)
    if isinstance(title, ParseError):
        return title
    key = name_key(title.pseudo)
    known = (await members_by_keys(alliance_id, [key])).get(key)
    if known is not None and known.topic_id is not None:
        if known.topic_id in taken:
            return parse_error(1, topic.title, Reason.TWICE)
        return TopicMatch(topic.title, topic_id=known.topic_id)
    rights = title.rights or SavedRights(0.0, Adjustment.EXACT, _newest_tdc(topic), now, 0)
    full = MemberTitle(title.pseudo, title.player_id, title.x, title.y, title.rank, title.rank_order, rights)

    async def attach(topic_id: int) -> None:
        member = _member(full, rights, _newest_tdc(topic) or rights.tdc_at_last_update, topic_id)
        if known is None:
            await insert_members(alliance_id, [member], now)
        else:
            await rewrite_member(known.pk, member)
            await count_as_saved(known.pk)

    return TopicMatch(write_member_title(full), is_new=True, name=title.pseudo, attach=attach)


def _member(title: MemberTitle, rights: SavedRights, tdc: int, topic_id: int) -> NewMember:
    return NewMember(
        title.pseudo,
        title.player_id,
        title.x,
        title.y,
        title.rank,
        title.rank_order,
        topic_id,
        tdc=tdc,
        coefficient=rights.coefficient,
        adjustment=rights.adjustment,
        tdc_at_last_update=rights.tdc_at_last_update,
        last_updated_at=rights.last_updated_at,
        accumulated_thousandths=rights.accumulated_thousandths,
    )


def _newest_tdc(topic: DumpTopic) -> int:
    """A dump has no member table: the hunting ground is the one of the newest census, until the table comes."""
    censuses = [(post.at, census.tdc) for post in topic.posts if isinstance(census := read_census(post.body), Census)]
    return max(censuses, default=(topic.created_at, 0))[1]


# ---- orders -------------------------------------------------------------------------


async def _adopt_order(
    alliance_id: int, topic: DumpTopic, met: Counter[object], now: datetime
) -> TopicMatch | ParseError:
    title = read_order_title(topic.title)
    if isinstance(title, ParseError):
        return title
    if not is_pseudo(topic.author):
        return parse_error(1, topic.title, Reason.UNKNOWN_NAME)
    # The title moves on as convoys come; an order is known by the instant at which it was placed.
    key = ("order", topic.created_at)
    rows = await fetch(
        "SELECT topic_id FROM orders WHERE alliance_id = $1 AND created_at = $2 ORDER BY topic_id",
        alliance_id,
        topic.created_at,
    )
    place = met[key]
    met[key] += 1
    if place < len(rows):
        return TopicMatch(topic.title, topic_id=rows[place][0])
    present = _in_present_form(title, topic)
    if isinstance(present, ParseError):
        return present
    is_old = isinstance(title, OldOrderTitle)

    async def attach(topic_id: int) -> None:
        (requester_id,) = await named_members(alliance_id, [topic.author], now)
        await create_order(alliance_id, topic_id, requester_id or 0, present, topic.created_at, is_old_format=is_old)
        await correct_title(topic_id, write_order_title(present))

    return TopicMatch(write_order_title(present), is_new=True, name=topic.author, attach=attach)


def _in_present_form(title: OrderTitle | OldOrderTitle, topic: DumpTopic) -> OrderTitle | ParseError:
    if isinstance(title, OrderTitle):
        return title
    convoys = [convoy for post in topic.posts if isinstance(convoy := read_convoy(post.body, post.at), Convoy)]
    present = title.with_delivered(*delivered(convoys))
    amounts = present.amounts
    totals = amounts.food_requested, amounts.food_delivered, amounts.materials_requested, amounts.materials_delivered
    if max(map(abs, totals)) > LARGEST:
        return parse_error(1, topic.title, Reason.TOO_BIG)
    return present
