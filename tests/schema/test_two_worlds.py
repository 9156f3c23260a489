"""Two worlds: with and without what is hidden from a viewer, every field answers them the same, refusals in any order.

Left out, each with its reason, in SKIPPED.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from graphql import is_required_argument

from config import Settings
from engine.kept.field import kept_of
from engine.operation.node import global_id, parse_global_id
from models.account.user import User
from models.alliance.census.census import Census
from models.alliance.member import Member
from models.forum.post import Post
from models.forum.reaction import Reaction
from models.forum.reading_mark import ReadingMark
from models.forum.section import Section
from models.forum.topic import Topic
from models.live.attention import SectionAttention
from models.live.notification import Notification
from models.live.participant import Participant
from models.orders.convoy import Convoy
from models.orders.order import Order
from tests.documents.everything import BUT_DEAR, DEAR, Question, beyond, keep_documents, node_query, query, root_fields
from tests.wire.client import MASTER, SECRET, Client, in_order
from tests.wire.database import by_turns
from tests.wire.kept import hits
from tests.worlds import world

pytestmark = pytest.mark.slow
SKIPPED = {
    "section(slug) of a closed section": "the source document wants FORBIDDEN for what exists and is closed",
}
DEPTH = 3
CANARY = "canari"
OF_ADMINISTRATORS = frozenset({"Member.resourceRights"})
EVERYBODY = {"anonymous", "player", "awakened", "member", "seatless", "moderator"}

# Name, category, parent, faction, alliance, kind; and who sees it.
PLACES: list[tuple[str, str, str | None, str | None, str | None, str, set[str]]] = [
    ("Annonces", "general", None, None, None, "DISCUSSION", EVERYBODY),
    ("Coulisses", "general", "Annonces", "eveilles", None, "DISCUSSION", {"awakened", "moderator"}),
    ("HRP", "hrp", None, None, None, "DISCUSSION", EVERYBODY - {"anonymous"}),
    ("Taverne", "rp", None, None, None, "DISCUSSION", {"awakened", "member", "moderator"}),
    ("Oasis", "rp", "Taverne", "eveilles", None, "DISCUSSION", {"awakened", "moderator"}),
    ("Bassin", "rp", "Oasis", None, None, "DISCUSSION", {"awakened", "moderator"}),
    ("Citadelle", "rp", "Taverne", "inalteres", None, "DISCUSSION", {"member", "moderator"}),
    ("Salon A", "alliances", None, None, "AAA", "DISCUSSION", {"member", "seatless", "moderator"}),
    ("Membres A", "alliances", "Salon A", None, "AAA", "MEMBERS", {"member", "moderator"}),
    ("Commandes A", "alliances", "Salon A", None, "AAA", "ORDERS", {"member", "moderator"}),
    ("Coffre A", "alliances", None, None, "AAA", "VAULT", set()),
    ("Salon B", "alliances", None, None, "BBB", "DISCUSSION", {"moderator"}),
]


async def _people(client: Client) -> dict[str, tuple[Client, User | None]]:
    people: dict[str, tuple[Client, User | None]] = {"anonymous": (client, None)}
    for name in sorted(EVERYBODY - {"anonymous"}):
        user = await world.user("moderator" if name == "moderator" else "player", name)
        people[name] = (await client.as_user(user), user)
    await world.character(_user(people, "awakened"), "eveilles")
    await world.character(_user(people, "member"), "inalteres")
    return people


def _user(people: dict[str, tuple[Client, User | None]], name: str) -> User:
    user = people[name][1]
    assert user is not None
    return user


async def _world(people: dict[str, tuple[Client, User | None]]) -> dict[str, Section]:
    """Sections of every kind, each with a topic in which everybody wrote, reacted, read and was notified."""
    alliances = {tag: await world.alliance(tag=tag) for tag in ("AAA", "BBB")}
    # Of two members of one alliance, one has a topic among its members: the first of those that are made there.
    seats = [
        await world.member(alliances["AAA"], _user(people, name), administers=False) for name in ("member", "seatless")
    ]
    sections: dict[str, Section] = {}
    users = [user for _, user in people.values() if user is not None]
    for name, category, parent, faction, tag, kind, _ in PLACES:
        sections[name] = section = await world.section(
            category,
            name,
            sections[parent] if parent else None,
            faction=faction,
            alliance=alliances[tag] if tag else None,
            kind=kind,
        )
        topic = await world.topic(section, f"Sujet {name}", users[0], f"{CANARY} premier", f"{CANARY} second")
        await _take_part(topic, users)
        if kind == "MEMBERS":
            await Member.filter(id=seats[0].id).update(topic=topic)
            await _report(topic, seats[0])
        if kind == "ORDERS":
            await _trade(topic, *seats)
    return sections


async def _report(topic: Topic, member: Member) -> None:
    stocks: dict[str, Any] = dict.fromkeys(
        ("tdc", "food", "materials", "workers", "couveuse", "solarium", "laboratoire"), 7
    )
    for post in await Post.filter(topic=topic):
        at = post.created_at
        await Census.create(member=member, post=post, recorded_at=at, levels="{}", units="{}", **stocks)


async def _trade(topic: Topic, *ends: Member) -> None:
    """An order of each of two members cannot share a topic: the first asked, and each sent the other something."""
    now = datetime.now(UTC)
    order = await Order.create(
        alliance_id=ends[0].alliance_id, topic=topic, requester=ends[0], x=1, y=1, status="WAITING", food_requested=0,
        materials_requested=9, created_at=now,
    )  # fmt: skip
    for post, (sender, recipient) in zip(
        await Post.filter(topic=topic).order_by("id"), (ends, ends[::-1]), strict=True
    ):
        given: Any = {"sender": sender, "recipient": recipient, "sent_at": now, "arrives_at": now + timedelta(days=1)}
        await Convoy.create(order=order, post=post, food=0, materials=1, **given)


async def _take_part(topic: Topic, users: list[User]) -> None:
    now = datetime.now(UTC)
    for user in users:
        post = await Post.filter(topic=topic).order_by("id").first()
        await Reaction.create(post=post, user=user, kind="LIKE")
        await ReadingMark.create(user=user, topic=topic, last_post_id=post.id if post else 0)
        await SectionAttention.create(user=user, section_id=topic.section_id, attention="FOLLOW")
        await Participant.update_or_create({"attention": "MUTE"}, user=user, topic=topic)
        await Notification.create(
            user=user,
            kind="NEW_TOPIC",
            level="INFO",
            message="new_topic",
            topic=topic,
            created_at=now,
        )
        await Notification.create(
            user=user,
            kind="NEW_POST",
            level="INFO",
            message="new_post",
            details='{"author": "x", "title": "y", "count": 1}',
            topic=topic,
            post=post,
            created_at=now,
        )


Arguments = dict[str, list[dict[str, Any]]]


def _arguments(visible: list[Section], topics: list[Topic]) -> Arguments:
    """Of root fields: what leads to what is seen, and by id to what is hidden too."""
    return {
        "category": [{"slug": slug} for slug in ("general", "hrp", "rp", "alliances", "nowhere")],
        "section": [{"slug": section.slug} for section in visible],
        "topic": [{"id": global_id("Topic", topic.id)} for topic in topics],
        "node": [],
        "searchPosts": [
            {"query": CANARY},
            {"query": "second", "first": 1},
            {"query": CANARY, "author": "moderator", "since": "2026-01-01T00:00:00Z"},
            *({"query": CANARY, "sectionId": global_id("Section", section.id)} for section in visible[:2]),
        ],
        "alliance": [{"tag": tag} for tag in ("AAA", "BBB", "ZZZ")],
        "compareMembers": [
            {"allianceTag": tag, "members": [{"pseudo": "Paco", "tdc": 1}]} for tag in ("AAA", "BBB", "ZZZ")
        ],
        "allianceInvitations": [{"allianceTag": tag} for tag in ("AAA", "BBB")],
    }


def _queries(arguments: Arguments, ids: list[str], topics: list[Topic]) -> list[Question]:
    """Every root field, and every row by its id."""
    asked = []
    for name, field in root_fields().items():
        needed = any(is_required_argument(argument) for argument in field.args.values())
        assert not needed or name in arguments, f"say with which arguments {name} is asked"
        parts = [DEAR, BUT_DEAR] if name in ("alliance", "alliances") else [frozenset[str]()]
        asked += [query(name, DEPTH, without, **given) for given in arguments.get(name, [{}]) for without in parts]
    by_slug = "query($slug: String!) { topic(slug: $slug) { id title } }"
    asked += [Question(by_slug, {"slug": topic.slug}) for topic in topics]
    return asked + [node_query(one, parse_global_id(one)[0], DEPTH) for one in ids]


def _may_be_kept(arguments: Arguments) -> list[tuple[str, Question]]:
    """What may be kept, by its root field, with all that may be kept below it; of members also without their rights."""
    asked = []
    for name, field in root_fields().items():
        declared = kept_of(field)
        if declared is not None:
            for without in (frozenset[str](), OF_ADMINISTRATORS)[: 1 + (name == "alliance")]:
                left_out = beyond(declared) | without
                depth = DEPTH + (name == "topic")
                asked += [(name, query(name, depth, left_out, **given)) for given in arguments.get(name, [{}])]
    return asked


async def _ids(places: list[Section]) -> list[str]:
    topics = await Topic.filter(section_id__in=[section.id for section in places])
    posts = await Post.filter(topic_id__in=[topic.id for topic in topics])
    orders = await Order.filter(topic_id__in=[topic.id for topic in topics])
    found = [global_id("Section", one.id) for one in places] + [global_id("Topic", one.id) for one in topics]
    found += [global_id("Order", one.id) for one in orders] + [global_id("Post", one.id) for one in posts[:4]]
    for kind, model in (("Convoy", Convoy), ("Census", Census)):
        found += [global_id(kind, one.id) for one in await model.filter(post_id__in=[post.id for post in posts])]
    return found


async def _members() -> list[str]:
    """They are there in both worlds; what stands below them is not."""
    return [global_id("Member", one.id) for one in await Member.all()]


async def _answers(viewer: Client, queries: list[Question]) -> list[str]:
    headers = {"authorization": f"Bearer {viewer.bearer}"} if viewer.bearer else {}
    found = []
    for one in queries:
        payload = {"query": one.text, "variables": one.variables}
        response = await viewer.http.post("/graphql", json=payload, headers=headers)
        found.append(json.dumps(in_order(response.json()), ensure_ascii=False))
    return found


async def _told_again(viewer: Client, others: list[Client], asked: list[tuple[str, Question]]) -> list[str]:
    """Answers to what may be kept, where it is kept for others already; asked again, each is told alike."""
    for other in others:
        await _answers(other, [one for _, one in asked])
    told, from_memory = [], set()
    for name, one in asked:
        (first,) = await _answers(viewer, [one])
        before = hits()
        assert await _answers(viewer, [one]) == [first], one
        told.append(first)
        if hits() > before:
            from_memory.add(name)
    assert "topic" in from_memory, "what is kept is compared"
    return told


async def _forget(hidden: list[Section]) -> None:
    """Removes the hidden sections and all in them, as if they had never been."""
    topics = await Topic.filter(section_id__in=[section.id for section in hidden]).values_list("id", flat=True)
    await Topic.filter(id__in=list(topics)).delete()
    for section in reversed(hidden):
        await section.delete()


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Without budgets: more is asked than one address may ask in a minute."""
    return Settings(
        database_url=database_url, secret_key=SECRET, master_keys=(MASTER,), viewer_cost=0, anonymous_cost=0
    )


@pytest.fixture(autouse=True)
def kept_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_documents(monkeypatch)


@pytest.mark.parametrize(("name", "database_url"), by_turns(sorted(EVERYBODY)), indirect=["database_url"])
async def test_what_is_hidden_changes_no_answer(client: Client, name: str) -> None:
    people = await _people(client)
    sections = await _world(people)
    viewer = people[name][0]
    sees = {place: who for place, *_, who in PLACES}
    visible = [section for place, section in sections.items() if name in sees[place]]
    hidden = [section for place, section in sections.items() if name not in sees[place]]
    topics = await Topic.all()
    arguments = _arguments(visible, topics)
    queries = _queries(arguments, await _ids(hidden) + await _ids(visible[:2]) + await _members(), topics)
    kept, others = _may_be_kept(arguments), [one for one, _ in people.values() if one is not viewer]
    with_hidden = await _answers(viewer, queries) + await _told_again(viewer, others, kept)
    await _forget(hidden)
    without_hidden = await _answers(viewer, queries) + await _told_again(viewer, others, kept)
    for one, before, after in zip([*queries, *(one for _, one in kept)], with_hidden, without_hidden, strict=True):
        assert before == after, one
        # An answer that says nothing but that the query is bad would be equal in any two worlds.
        assert not any(code in before for code in ('"INTERNAL"', '"BAD_INPUT"', '"TOO_COMPLEX"')), (one, before)
    assert any(CANARY in answer for answer in with_hidden), "the queries reach posts"
