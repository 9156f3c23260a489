"""Every list by pages, from either end: what comes is what Relay's specification says of the whole list.

https://relay.dev/graphql/connections.htm, as an oracle that cuts the list of all rows.
"""

import random
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from graphql import GraphQLObjectType, get_named_type

from engine.operation.node import global_id
from models.account.character import Character
from models.account.user import User
from models.alliance.census.census import Census
from models.forum.post import Post
from models.live.notification import Notification
from models.orders.convoy import Convoy
from models.orders.order import Order
from models.rights.harvest import Harvest
from schema.root import schema
from tests.documents.forum import gid
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.rights import plant, some_players

ROWS = 7
SAMPLES = 40
TOGETHER = 10
"""Of the samples in one request: lists have prices, of which a request may ask for so much."""
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAGE = "{ edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"
Arguments = dict[str, Any]
Maker = Callable[[Client], Awaitable[tuple[Client, str]]]
"""Makes the rows; gives who reads them, and the document around the list as `%s`."""


def paged() -> Iterator[tuple[str, Any]]:
    for type_ in schema._schema.type_map.values():
        for name, field in getattr(type_, "fields", {}).items():
            named = get_named_type(field.type)
            if isinstance(named, GraphQLObjectType) and "edges" in named.fields:
                yield f"{type_.name}.{name}", field


async def _posts(client: Client) -> tuple[Client, str]:
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    for number in range(ROWS):  # Some at the same instant.
        at = NOW + timedelta(minutes=number // 3)
        await Post.create(uuid=uuid4(), topic=topic, body="mot", author_name="x", created_at=at)
    return client, f'{{ topic(id: "{gid(topic)}") {{ %s }} }}'


async def _found(client: Client) -> tuple[Client, str]:
    await _posts(client)
    return client, "{ %s }"


async def _topics(client: Client) -> tuple[Client, str]:
    section = await world.section("general", "Accueil")
    for number in range(ROWS):
        topic = await world.topic(section, f"Sujet {number}")
        topic.is_pinned, topic.last_post_at = number % 3 == 0, NOW + timedelta(minutes=number // 4)
        await topic.save()
    return client, f'{{ section(slug: "{section.slug}") {{ %s }} }}'


async def _latest(client: Client) -> tuple[Client, str]:
    await _topics(client)
    return client, "{ %s }"


async def _deleted_sections(client: Client) -> tuple[Client, str]:
    for number in range(ROWS):
        at = NOW + timedelta(minutes=number // 3)
        await world.section("general", f"Salle {number}", deleted_at=at)
    return await client.as_user(await world.user("moderator")), "{ %s }"


async def _own_deleted_sections(client: Client) -> tuple[Client, str]:
    reader, planted = await _alliance(client)
    await _deleted_sections(client)  # Others, which are in no page.
    for number in range(ROWS):
        at = NOW + timedelta(minutes=number // 3)
        await world.section("alliances", f"Salle {number}", alliance=planted.alliance, deleted_at=at)
    return reader, f'{{ alliance(tag: "{planted.alliance.tag}") {{ %s }} }}'


async def _users(client: Client) -> tuple[Client, str]:
    users = [await world.user("admin") for _ in range(ROWS)]
    return await client.as_user(users[0]), "{ %s }"


async def _characters(client: Client) -> tuple[Client, str]:
    master = await world.user("game_master")
    for _ in range(ROWS):
        await world.character(master)
    await Character.all().update(state="WAITING")
    return await client.as_user(master), "{ %s }"


async def _notifications(client: Client) -> tuple[Client, str]:
    user = await world.user()
    for _ in range(ROWS):
        await Notification.create(
            user=user, kind="ACCOUNT", level="INFO", message="claim_confirmed", details="{}", created_at=NOW
        )
    return await client.as_user(user), "{ %s }"


async def _alliance(client: Client) -> tuple[Client, Any]:
    planted = await plant(some_players(2, NOW), NOW, NOW)
    user = await User.get(id=(await world.user("player")).id)
    member = planted.members[0]
    member.user_id, member.can_administer = user.id, True
    await member.save()
    return await client.as_user(user), planted


async def _harvests(client: Client) -> tuple[Client, str]:
    reader, planted = await _alliance(client)
    for number in range(ROWS):
        await Harvest.create(
            alliance=planted.alliance,
            harvest_at=NOW + timedelta(minutes=30 * number),
            outcome="APPLIED",
            created_at=NOW,
        )
    return reader, f'{{ alliance(tag: "{planted.alliance.tag}") {{ %s }} }}'


async def _rights(client: Client) -> tuple[Client, str]:
    reader, planted = await _alliance(client)
    member = global_id("Member", planted.members[1].id)
    change = "mutation($input: MemberRightsInput!) { updateMemberRights(input: $input) { id } }"
    for number in range(ROWS):
        await reader.data(change, input={"memberId": member, "accumulatedRights": number})
    return reader, f'{{ node(id: "{member}") {{ ... on Member {{ %s }} }} }}'


async def _history(client: Client) -> tuple[Client, str]:
    """Of two members by turns."""
    reader, planted = await _alliance(client)
    change = "mutation($input: MemberRightsInput!) { updateMemberRights(input: $input) { id } }"
    for number in range(ROWS):
        member = global_id("Member", planted.members[number % 2].id)
        await reader.data(change, input={"memberId": member, "accumulatedRights": number})
    return reader, f'{{ alliance(tag: "{planted.alliance.tag}") {{ %s }} }}'


async def _below_member(client: Client) -> tuple[Client, str]:
    """Some at the same instant; the second member's, which all lists of the first would show besides if they mixed."""
    reader, planted = await _alliance(client)
    me, other = planted.members[1], planted.members[0]
    order = planted.orders[1]
    (topic, post) = (await order.topic, await Post.filter(topic_id=order.topic_id).first())
    assert post is not None
    for number in range(ROWS):
        at = NOW - timedelta(days=1, minutes=number // 3)
        for who in (me, other):
            said = await Post.create(uuid=uuid4(), topic=topic, body="x", author_name="x", created_at=at)
            await Census.create(member=who, post=said, recorded_at=at, levels="{}", units="{}", **_SAID)
            ends = {"sender": who, "recipient": who, "sent_at": at, "arrives_at": at}
            await Convoy.create(order=order, post=said, food=0, materials=number + 1, **ends)
            place = await world.topic(await topic.section, f"Commande {number} {who.id}")
            await Order.create(
                alliance=planted.alliance, topic=place, requester=who, x=1, y=1, status="DONE", food_requested=0,
                materials_requested=1, created_at=at,
            )  # fmt: skip
    return reader, f'{{ node(id: "{gid(me)}") {{ ... on Member {{ %s }} }} }}'


_SAID: dict[str, Any] = dict.fromkeys(("tdc", "food", "materials", "workers", "couveuse", "solarium", "laboratoire"), 1)
MAKERS: dict[str, Maker] = {
    "Topic.posts": _posts,
    "Topic.posts(order: NEWEST_FIRST)": _posts,
    'Query.searchPosts(query: "mot")': _found,
    "Section.topics": _topics,
    "Query.latestTopics": _latest,
    "Query.deletedSections": _deleted_sections,
    "Alliance.deletedSections": _own_deleted_sections,
    "Query.users": _users,
    "Query.waitingCharacters": _characters,
    "Query.notifications": _notifications,
    "Alliance.harvests": _harvests,
    "Alliance.rightsHistory": _history,
    "Alliance.rightsHistory(byHand: true)": _history,
    "Member.rightsHistory": _rights,
    "Member.censuses": _below_member,
    "Member.orders": _below_member,
    "Member.orders(status: [DONE])": _below_member,
    "Member.convoysSent": _below_member,
    "Member.convoysReceived": _below_member,
}


def test_every_list_by_pages_is_walked_both_ways_and_tried_here() -> None:
    for name, field in paged():
        assert {"first", "after", "last", "before"} <= field.args.keys(), name
    assert {name for name, _ in paged()} == {name.partition("(")[0] for name in MAKERS}


def sample(cursors: list[str]) -> Arguments:
    """Arguments as a client may send them; those that are None are left out."""
    sizes, places = (None, None, 1, 2, 5, ROWS, 100), (None, *cursors)
    draw = random.choice
    return {"first": draw(sizes), "last": draw(sizes), "after": draw(places), "before": draw(places)}


def oracle(cursors: list[str], given: Arguments) -> tuple[list[str], bool, bool]:
    """The cursors of a page, and whether there is a next and a previous one, word for word as the specification."""
    first, last, after, before = (given[name] for name in ("first", "last", "after", "before"))
    if first is None and last is None:
        first = 20
    edges = cursors
    if after is not None:
        edges = edges[edges.index(after) + 1 :]
    if before is not None:
        edges = [one for one in edges if cursors.index(one) < cursors.index(before)]
    has_previous = len(edges) > last if last is not None else after is not None
    has_next = len(edges) > first if first is not None else before is not None
    page = edges if first is None else edges[:first]
    return (page if last is None else page[max(0, len(page) - last) :]), has_next, has_previous


def asked(call: str, given: Arguments) -> str:
    name, _, more = call.rstrip(")").partition("(")
    values = [f'{key}: "{value}"' if isinstance(value, str) else f"{key}: {value}" for key, value in given.items()]
    said = [text for text, value in zip(values, given.values(), strict=True) if value is not None]
    arguments = ", ".join(([more] if more else []) + said)
    return f"{name}{f'({arguments})' if arguments else ''} {PAGE}"


def lists(data: Any) -> dict[str, Any]:
    """What stands below the aliases, however deep they lie."""
    while not any(key.startswith("page") for key in data):
        (data,) = data.values()
    found: dict[str, Any] = data
    return found


@pytest.mark.parametrize("name", MAKERS)
async def test_a_page_is_what_the_specification_says(client: Client, name: str) -> None:
    reader, around = await MAKERS[name](client)
    call = name.partition(".")[2]
    whole = lists(await reader.data(around % f"page: {asked(call, {'first': 100})}"))["page"]
    cursors = [edge["cursor"] for edge in whole["edges"]]
    assert len(set(cursors)) == len(cursors) >= ROWS
    samples = [sample(cursors) for _ in range(SAMPLES)]
    aliased = [f"page{number}: {asked(call, given)}" for number, given in enumerate(samples)]
    answered: dict[str, Any] = {}
    for start in range(0, SAMPLES, TOGETHER):
        answered |= lists(await reader.data(around % " ".join(aliased[start : start + TOGETHER])))
    for number, given in enumerate(samples):
        page = answered[f"page{number}"]
        expected, has_next, has_previous = oracle(cursors, given)
        assert [edge["cursor"] for edge in page["edges"]] == expected, given
        ends = (expected[0], expected[-1]) if expected else (None, None)
        assert page["pageInfo"] == {
            "hasNextPage": has_next,
            "hasPreviousPage": has_previous,
            "startCursor": ends[0],
            "endCursor": ends[1],
        }, given


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_default_or_an_absent_variable_does_not_speak_for_first(client: Client) -> None:
    _, around = await _posts(client)
    bodies = f"query($first: Int, $last: Int) {around}" % "posts(first: $first, last: $last) { edges { cursor } }"
    ways: tuple[Arguments, ...] = ({"last": 2}, {"first": None, "last": 2})
    short = [lists_of(await client.data(bodies, **way)) for way in ways]
    whole = lists_of(await client.data(bodies))
    assert short == [whole[-2:]] * 2
    for name in ("first", "last"):
        for size in (0, 101):
            wrong: Arguments = {name: size}
            answer = await client.ask(bodies, **wrong)
            assert [error["extensions"]["field"] for error in answer["errors"]] == [name]


def lists_of(data: Any) -> list[str]:
    return [edge["cursor"] for edge in data["topic"]["posts"]["edges"]]
