"""Making alliances with everything that the rights are computed from, in a few statements however many members."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

from domain.alliance.member import Adjustment
from domain.core.day import minute_of
from models.alliance.alliance import Alliance
from models.alliance.census.census import Census
from models.alliance.member import Member
from models.forum.post import Post
from models.forum.section import Section
from models.forum.topic import Topic
from models.orders.convoy import Convoy
from models.orders.order import Order
from models.rights.delivery import Delivery
from tests.domain.rights.rights_oracle import Player
from tests.wire.client import Client
from tests.worlds import world

_numbers = count(1)
Sent = tuple[int, int, int, datetime]
"""Who sent it and who asked for it, by their places among the players; materials; when."""


@dataclass
class Planted:
    """An alliance's rows; `members[n]` is `players[n]`, and `orders[n]` is what `members[n]` asked for."""

    alliance: Alliance
    players: list[Player]
    members: list[Member]
    orders: list[Order]
    sent: list[Sent]


async def _topics(section: Section, titles: Sequence[str], at: datetime) -> tuple[list[Topic], list[Post]]:
    topics = [
        Topic(uuid=uuid4(), section=section, title=title, author_name="x", created_at=at, last_post_at=at, post_count=1)
        for title in titles
    ]
    await Topic.bulk_create(topics)
    topics = await Topic.filter(section=section).order_by("id")
    return topics, await _posts(topics, at)


async def _posts(topics: Sequence[Topic], at: datetime) -> list[Post]:
    marks = [uuid4() for _ in topics]
    await Post.bulk_create(
        Post(uuid=mark, topic=topic, body="…", author_name="x", created_at=at)
        for mark, topic in zip(marks, topics, strict=True)
    )
    posts = {post.uuid: post for post in await Post.filter(topic_id__in={topic.id for topic in topics})}
    return [posts[mark] for mark in marks]


async def plant(players: Sequence[Player], at: datetime, next_harvest_at: datetime | None = None) -> Planted:
    """An alliance of these players, each with a topic, an order, and a census where the player has levels."""
    number = next(_numbers)
    alliance = await world.alliance(tag=f"R{number}", next_harvest_at=next_harvest_at)
    counts = {"topic_count": len(players), "post_count": len(players)}
    sections = await world.alliance_sections(alliance, "MEMBERS", "ORDERS", **counts)
    names = [f"Joueur {number} {place}" for place in range(len(players))]
    topics, posts = await _topics(
        sections["MEMBERS"], [f"{name} / {place} / 1 / 2" for place, name in enumerate(names)], at
    )
    await Member.bulk_create(
        Member(
            alliance=alliance, pseudo=name, pseudo_key=name.casefold(), topic=topic, tdc=player.tdc,
            coefficient=player.coefficient, adjustment=player.adjustment.value,
            tdc_at_last_update=player.tdc_at_last_update, last_updated_at=player.last_updated_at,
            accumulated_thousandths=player.accumulated_thousandths, joined_at=at,
        )
        for name, topic, player in zip(names, topics, players, strict=True)
    )  # fmt: skip
    members = await Member.filter(alliance=alliance).order_by("id")
    await Census.bulk_create(
        Census(
            member=member, post=post, recorded_at=at, tdc=1, food=0, materials=0, workers=0, couveuse=player.levels[0],
            solarium=player.levels[1], laboratoire=player.levels[2], levels="{}", units="{}",
        )
        for member, post, player in zip(members, posts, players, strict=True) if player.levels is not None
    )  # fmt: skip
    topics, _ = await _topics(sections["ORDERS"], [f"[En cours] {name}" for name in names], at)
    await Order.bulk_create(
        Order(
            alliance=alliance, topic=topic, requester=member, x=1, y=1, status="IN_PROGRESS", food_requested=0,
            materials_requested=10**6, created_at=at,
        )
        for topic, member in zip(topics, members, strict=True)
    )  # fmt: skip
    return Planted(alliance, list(players), members, await Order.filter(alliance=alliance).order_by("id"), [])


async def send(planted: Planted, convoys: Iterable[Sent]) -> None:
    """Posts convoys, each to the order of the one who asked. Older ones than the members' last updates are counted."""
    convoys = list(convoys)
    planted.sent += convoys
    topics = {topic.id: topic for topic in await Topic.filter(id__in=[order.topic_id for order in planted.orders])}
    posts = await _posts([topics[planted.orders[asked].topic_id] for _, asked, _, _ in convoys], convoys[0][3])
    await Convoy.bulk_create(
        Convoy(
            order=planted.orders[asked], post=post, sender=planted.members[sender], recipient=planted.members[asked],
            food=0, materials=materials, sent_at=at, arrives_at=at + timedelta(days=1),
        )
        for (sender, asked, materials, at), post in zip(convoys, posts, strict=True)
    )  # fmt: skip
    await Delivery.bulk_create(
        Delivery(
            alliance=planted.alliance, post=post, member=planted.members[place], is_sent=is_sent, materials=materials,
            counted=materials if at < minute_of(planted.members[place].last_updated_at) else 0, sent_at=at,
        )
        for (sender, asked, materials, at), post in zip(convoys, posts, strict=True)
        for place, is_sent in ((sender, True), (asked, False))
    )  # fmt: skip


def some_players(size: int, at: datetime, seed: int = 1, *, all_counted: bool = True) -> list[Player]:
    """Players of a middling alliance at their last update; all have a census unless told otherwise."""
    chance = random.Random(seed)
    return [
        Player(
            None
            if not all_counted and chance.random() < 0.2
            else (chance.randrange(10, 30), chance.randrange(10, 30), chance.randrange(10, 30)),
            chance.choice([0.0, 80.0, 100.0, chance.uniform(0, 200)]),
            chance.choice(list(Adjustment)),
            chance.randrange(10**4, 10**7),
            chance.randrange(10**4, 10**7),
            at,
            chance.randrange(-(10**9), 10**9),
        )
        for _ in range(size)
    ]


async def administrator(client: Client, planted: Planted, place: int = 0) -> Client:
    user = await world.user()
    await Member.filter(id=planted.members[place].id).update(user=user, can_administer=True)
    return await client.as_user(user)
