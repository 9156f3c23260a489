"""Topics over HTTP: opening, order and pages, titles and marks, and what moderators do to them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.account.user import User
from models.forum.post import Post
from models.forum.section import Section
from models.forum.topic import Topic
from tests.documents.forum import (
    CREATE_POST,
    CREATE_TOPIC,
    DELETE_TOPIC,
    MOVE_TOPIC,
    RESTORE_TOPIC,
    TOPIC,
    TOPICS,
    UPDATE_POST,
    UPDATE_TOPIC,
    gid,
    post_input,
    titles,
    topic_input,
)
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world

PAGE = """query($slug: String!, $after: String) { section(slug: $slug) { topics(first: 3, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { title section { slug category { slug } } } } } } }"""
MANAGED = ("MEMBERS", "ORDERS", "VAULT", "MIRROR")


async def _place(name: str = "Accueil", **values: Any) -> Section:
    return await world.section("general", name, **values)


async def test_a_topic_is_opened_with_its_first_post(client: Client) -> None:
    section, author = await _place(), await world.user()
    hero = await world.character(author)
    writer = await client.as_user(author)
    query = CREATE_TOPIC.replace("id title", "id title slug authorName postCount section { topicCount postCount }")
    made = await writer.data(query, input=topic_input(section, "  L'Été des fourmis ", "Un", characterId=gid(hero)))
    topic = made["createTopic"]
    assert topic.pop("slug").startswith("l-ete-des-fourmis-")
    assert topic.pop("id")
    counts = {"postCount": 1, "section": {"topicCount": 1, "postCount": 1}}
    assert topic == {"title": "L'Été des fourmis", "authorName": hero.name} | counts
    post = await Post.get()
    assert (post.body, post.author_name, post.author_id, post.character_id) == ("Un", hero.name, author.id, hero.id)


async def test_a_topic_is_found_by_its_slug_as_by_its_id(client: Client) -> None:
    shown = await world.topic(await _place(), "Sujet")
    hidden = await world.topic(await _place("Coulisses", faction="eveilles"), "Secret")
    by_slug = "query($name: String!) { topic(slug: $name) { id } }"
    by_id = "query($name: ID!) { topic(id: $name) { id } }"
    for topic, found in ((shown, {"id": gid(shown)}), (hidden, None)):
        assert (await client.data(by_id, name=gid(topic)))["topic"] == found
        async with statements() as seen:
            assert (await client.data(by_slug, name=topic.slug))["topic"] == found
        assert len(seen) == 1, seen
    assert (await client.data(by_slug, name="nowhere-1"))["topic"] is None
    moderator = await client.as_user(await world.user("moderator"))
    await moderator.data(DELETE_TOPIC, id=gid(shown))
    assert (await moderator.data(by_slug, name=shown.slug))["topic"] is None
    for arguments in ("", f'(id: "{gid(shown)}", slug: "{shown.slug}")'):
        assert await client.codes(f"{{ topic{arguments} {{ id }} }}") == ["BAD_INPUT"]


@pytest.mark.parametrize(
    ("title", "body", "field"), [("", "x", "title"), ("x" * 201, "x", "title"), ("x", " ", "body")]
)
async def test_bad_texts_are_refused_with_their_field(client: Client, title: str, body: str, field: str) -> None:
    section = await _place()
    writer = await client.as_user(await world.user())
    answer = await writer.ask(CREATE_TOPIC, input=topic_input(section, title, body))
    assert answer["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": field}
    for bad in ("", gid(Topic(id=1)), gid(Section(id=1)) + "="):
        answer = await writer.ask(CREATE_TOPIC, input=topic_input(section) | {"sectionId": bad})
        assert answer["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": "sectionId"}
    assert await client.codes(CREATE_TOPIC, input=topic_input(section)) == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("kind", MANAGED)
async def test_managed_sections_take_no_topic_by_hand(client: Client, kind: str) -> None:
    player = await world.user("moderator")
    section = await world.section("alliances", "Gérée", kind=kind, alliance=await world.alliance(player))
    here = await world.topic(section, "Titre tenu", player, "un")
    elsewhere = await world.topic(await _place(), "Libre", player, "un")
    member = await client.as_user(player)
    assert await member.codes(CREATE_TOPIC, input=topic_input(section)) == ["FORBIDDEN"]
    assert await member.codes(MOVE_TOPIC, id=gid(elsewhere), sectionId=gid(section)) == ["FORBIDDEN"]
    assert await member.codes(UPDATE_TOPIC, id=gid(here), title="À la main") == ["FORBIDDEN"]
    assert (await Topic.get(id=here.id)).title == "Titre tenu"


async def test_pinned_topics_lead_and_the_last_posted_in_follow(client: Client) -> None:
    section = await _place()
    made = [await world.topic(section, name, None, "x") for name in ("a", "b", "c")]
    writer = await client.as_user(await world.user())
    await writer.data(CREATE_POST, input=post_input(made[0]))
    moderator = await client.as_user(await world.user("moderator"))
    await moderator.data(UPDATE_TOPIC, id=gid(made[1]), isPinned=True)
    assert titles((await client.data(TOPICS, slug=section.slug))["section"]) == ["b", "a", "c"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=9))
async def test_following_the_cursors_gives_every_topic_once_in_order(
    client: Client, rows: list[tuple[bool, int]]
) -> None:
    section = await _place(f"Salle {datetime.now(UTC).timestamp()}")
    expected = []
    for number, (pinned, minute) in enumerate(rows):
        topic = await world.topic(section, f"{number}")
        last = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
        await Topic.filter(id=topic.id).update(is_pinned=pinned, last_post_at=last)
        expected.append((not pinned, -minute, -topic.id, f"{number}"))
    got: list[str] = []
    after = None
    while True:
        page = (await client.data(PAGE, slug=section.slug, after=after))["section"]
        got += titles(page)
        assert page["topics"]["totalCount"] == len(rows)
        if not page["topics"]["pageInfo"]["hasNextPage"]:
            break
        after = page["topics"]["pageInfo"]["endCursor"]
    assert got == [title for *_, title in sorted(expected)]


async def _written(client: Client) -> tuple[Topic, Client, Client, Client]:
    """A topic, its author, a stranger and a moderator."""
    author = await world.user()
    topic = await world.topic(await _place(), "Titre", author, "un")
    people: list[User] = [author, await world.user(), await world.user("moderator")]
    writer, stranger, moderator = [await client.as_user(user) for user in people]
    return topic, writer, stranger, moderator


async def test_titles_are_for_authors_and_marks_for_moderators(client: Client) -> None:
    topic, writer, stranger, moderator = await _written(client)
    changed = (await writer.data(UPDATE_TOPIC, id=gid(topic), title="Neuf"))["updateTopic"]
    assert (changed["title"], changed["slug"]) == ("Neuf", f"neuf-{topic.id}")
    assert await stranger.codes(UPDATE_TOPIC, id=gid(topic), title="x") == ["FORBIDDEN"]
    for mark in ("isPinned", "isLocked"):
        assert await writer.codes(UPDATE_TOPIC, id=gid(topic), **{mark: True}) == ["FORBIDDEN"]
        assert (await moderator.data(UPDATE_TOPIC, id=gid(topic), **{mark: True}))["updateTopic"][mark] is True
    assert await writer.codes(UPDATE_TOPIC, id=gid(topic), title="x") == ["LOCKED"]
    kept = (await moderator.data(UPDATE_TOPIC, id=gid(topic), isLocked=False))["updateTopic"]
    assert kept == {"title": "Neuf", "isPinned": True, "isLocked": False, "slug": f"neuf-{topic.id}"}


async def test_moderators_delete_restore_and_list_the_deleted(client: Client) -> None:
    topic, writer, _, moderator = await _written(client)
    section = await Section.get(id=topic.section_id)
    for query in (DELETE_TOPIC, RESTORE_TOPIC):
        assert await writer.codes(query, id=gid(topic)) == ["FORBIDDEN"]
    await moderator.data(DELETE_TOPIC, id=gid(topic))
    assert (await Topic.get(id=topic.id)).slug is None
    assert (await client.data(TOPIC, id=gid(topic)))["topic"] is None
    assert (await client.data(TOPICS, slug=section.slug))["section"]["topics"] == {"totalCount": 0, "edges": []}
    post = await Post.get()
    for query, more in ((DELETE_TOPIC, {}), (UPDATE_TOPIC, {"isPinned": True})):
        assert await moderator.codes(query, id=gid(topic), **more) == ["NOT_FOUND"]
    assert await moderator.codes(UPDATE_POST, id=gid(post), body="x") == ["NOT_FOUND"]
    deleted = TOPICS.replace("topics {", "topics(deleted: true) {")
    assert await writer.codes(deleted, slug=section.slug) == ["FORBIDDEN"]
    listed = (await moderator.data(deleted, slug=section.slug))["section"]["topics"]
    assert listed == {"totalCount": 1, "edges": [{"node": {"title": "Titre"}}]}
    for _ in range(2):
        back = (await moderator.data(RESTORE_TOPIC, id=gid(topic)))["restoreTopic"]
        assert back == {"id": gid(topic), "slug": f"titre-{topic.id}"}
    assert (await client.data(TOPICS, slug=section.slug))["section"]["topics"]["totalCount"] == 1


async def test_a_topic_that_moves_takes_its_readers_rights_along(client: Client) -> None:
    topic, writer, _, moderator = await _written(client)
    closed = await world.section("rp", "Oasis", faction="eveilles")
    await moderator.data(MOVE_TOPIC, id=gid(topic), sectionId=gid(closed))
    post = await Post.get()
    assert (await writer.data(TOPIC, id=gid(topic)))["topic"] is None
    for query, variables in (
        (UPDATE_TOPIC, {"id": gid(topic), "title": "x"}),
        (UPDATE_POST, {"id": gid(post), "body": "x"}),
        (CREATE_POST, {"input": post_input(topic)}),
    ):
        assert await writer.codes(query, **variables) == ["NOT_FOUND"]
    query = "query($id: ID!) { topic(id: $id) { section { slug category { slug } parent { slug } } } }"
    told = (await moderator.data(query, id=gid(topic)))["topic"]["section"]
    assert told == {"slug": closed.slug, "category": {"slug": "rp"}, "parent": None}


async def test_two_writes_of_one_operation_are_judged_each_by_what_the_one_before_left(client: Client) -> None:
    topic, _, _, moderator = await _written(client)
    query = f"""mutation {{
        first: updateTopic(id: "{gid(topic)}", title: "Un") {{ title section {{ category {{ slug }} }} }}
        move: deleteTopic(id: "{gid(topic)}")
        second: updateTopic(id: "{gid(topic)}", title: "Deux") {{ title }} }}"""
    answer = await moderator.ask(query)
    assert [error["path"] for error in answer["errors"]] == [["second"]]
