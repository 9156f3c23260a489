"""The demo's alliances hold what the pages of an alliance are made to show."""

import time
from datetime import UTC, datetime, timedelta

from domain.alliance.member import MemberTitle, read_member_title
from domain.orders.order import OrderStatus
from domain.orders.order_title import OrderTitle, read_order_title
from models.alliance.alliance import Alliance
from models.alliance.census.census import Census
from models.alliance.member import Member
from models.demo.demo_alliance import ALLIANCES, seed_alliances
from models.forum.section import Section
from models.forum.topic import Topic
from models.orders.convoy import convoys_of, convoys_under_way
from models.orders.order import Order
from tests.worlds import world

NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)


async def test_two_alliances_with_everything_in_them(database: str) -> None:
    names = {name for alliance in ALLIANCES for name in (alliance.administrator, *alliance.players)}
    users = {name: (await world.user(name=name)).id for name in sorted(names)}
    began = time.monotonic()
    small, large = await seed_alliances(users, NOW)
    assert time.monotonic() - began < 30
    assert [await Member.filter(alliance_id=pk, left_at__isnull=True).count() for pk in (small, large)] == [12, 40]
    for pk, without in ((small, 0), (large, 1)):
        with_census = set(await Census.filter(member__alliance_id=pk).values_list("member_id", flat=True))
        assert await Member.filter(alliance_id=pk).exclude(id__in=with_census).count() == without
        orders = await Order.filter(alliance_id=pk)
        assert {OrderStatus(order.status) for order in orders} == set(OrderStatus)
        found = await convoys_of([order.id for order in orders])
        entries = [convoy for convoys in found.values() for convoy in convoys]
        assert any(convoy.is_cancelled for convoy in entries)
        under_way = await convoys_under_way(pk, NOW)
        assert [convoy.materials for convoy in under_way] == [2_000_000, 2_000_000]
        assert await Member.filter(alliance_id=pk, can_administer=True, user_id__isnull=False).count() == 1


async def test_all_that_is_planted_lies_in_the_past_and_reads_back(database: str) -> None:
    names = {name for alliance in ALLIANCES for name in (alliance.administrator, *alliance.players)}
    await seed_alliances({name: (await world.user(name=name)).id for name in sorted(names)}, NOW)
    assert await Topic.filter(last_post_at__gt=NOW).count() == 0
    assert await Member.filter(last_updated_at__gt=NOW - timedelta(weeks=3)).count() == 0
    for kind, read, shape in (("MEMBERS", read_member_title, MemberTitle), ("ORDERS", read_order_title, OrderTitle)):
        sections = await Section.filter(kind=kind).values_list("id", flat=True)
        titles = await Topic.filter(section_id__in=sections).values_list("title", flat=True)
        assert titles
        assert all(isinstance(read(str(title)), shape) for title in titles)
    assert await Alliance.all().count() == 2
    for section in await Section.all():
        counts = [topic.post_count for topic in await Topic.filter(section_id=section.id)]
        assert (section.topic_count, section.post_count) == (len(counts), sum(counts))
