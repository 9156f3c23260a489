"""Search over HTTP: within what the viewer sees, page by page, safe against every query."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from engine.operation.node import global_id
from engine.operation.page import write_cursor
from models.forum.post import Post
from models.forum.section import Section
from tests.documents.forum import gid
from tests.wire.client import Client
from tests.worlds import world

SEARCH = """query ($text: String!, $first: Int, $after: String) {
    searchPosts(query: $text, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        edges { node { body authorName topic { title section { name } } } } } }"""


async def bodies(client: Client, query: str) -> list[str]:
    found = (await client.data(SEARCH, text=query))["searchPosts"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"]["body"] for edge in found["edges"]]


async def test_each_viewer_finds_what_they_may_see(client: Client) -> None:
    places: dict[str, Section] = {
        "general": await world.section("general", "Annonces"),
        "hrp": await world.section("hrp", "Discussions"),
        "rp": await world.section("rp", "Taverne"),
    }
    places["faction"] = await world.section("rp", "Oasis", parent=places["rp"], faction="eveilles")
    places["below"] = await world.section("rp", "Source", parent=places["faction"])
    for name, place in places.items():
        await world.topic(place, f"Sujet {name}", None, f"La reine de {name}")
    viewers = [await world.user() for _ in range(3)]
    await world.character(viewers[1], "inalteres")
    await world.character(viewers[2], "eveilles")
    names = [name.removeprefix("La reine de ") for name in await bodies(client, "reine")]
    assert names == ["general"]
    seen = [["hrp", "general"], ["rp", "hrp", "general"], ["below", "faction", "rp", "hrp", "general"]]
    for viewer, expected in zip(viewers, seen, strict=True):
        signed_in = await client.as_user(viewer)
        assert await bodies(signed_in, "REINE") == [f"La reine de {name}" for name in expected]
        assert await bodies(signed_in, "sujet") == [f"La reine de {name}" for name in expected]
    await Section.filter(id=places["faction"].id).update(deleted_at=datetime.now(UTC), slug=None)
    assert await bodies(await client.as_user(await world.user("admin")), "reine") == [
        f"La reine de {name}" for name in ("rp", "hrp", "general")
    ]


async def test_pages_are_walked_without_gap_or_repetition(client: Client) -> None:
    place = await world.section("general", "Annonces")
    hidden = await world.section("rp", "Taverne")
    for number in range(4):
        await world.topic(place, "Sujet", None, f"reine {number}", f"reine et roi {number}")
        await world.topic(hidden, "Sujet", None, f"reine cachée {number}")
    found: list[str] = []
    after = None
    while True:
        page = (await client.data(SEARCH, text="reine", first=3, after=after))["searchPosts"]
        found += [edge["node"]["body"] for edge in page["edges"]]
        assert page["totalCount"] == 8
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert found == [body for number in (3, 2, 1, 0) for body in (f"reine et roi {number}", f"reine {number}")]


async def test_a_post_is_given_whole(client: Client) -> None:
    author = await world.user(name="zoe")
    await world.topic(await world.section("general", "Annonces"), "Envol", author, "La reine s'envole")
    (edge,) = (await client.data(SEARCH, text="reine env"))["searchPosts"]["edges"]
    assert edge["node"] == {
        "body": "La reine s'envole",
        "authorName": "zoe",
        "topic": {"title": "Envol", "section": {"name": "Annonces"}},
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"reine"', ["l'une : reine-mère"]),
        ("rei*", ["l'une : reine-mère"]),
        ("reine NOT roi", []),
        ("reine OR", []),
        ("NEAR(reine mere)", []),
        ("body:reine", []),
        ("reine - mère", ["l'une : reine-mère"]),
        ("mère & reine", ["l'une : reine-mère"]),
        ("reine' | 'x", []),
        ("'':*", None),
        ('"', None),
        ("^*()", None),
        ("   ", None),
        ("\\", None),
        ("reine\\", ["l'une : reine-mère"]),
        ("a" * 201, None),
        ("reine " * 33, ["l'une : reine-mère"]),
    ],
)
async def test_signs_are_no_operators(client: Client, query: str, expected: list[str] | None) -> None:
    await world.topic(await world.section("general", "Annonces"), "Sujet", None, "l'une : reine-mère")
    if expected is not None:
        assert await bodies(client, query) == expected
        return
    (error,) = (await client.ask(SEARCH, text=query))["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_INPUT", "query")


@pytest.mark.parametrize(
    ("arguments", "field"), [({"first": 0}, "first"), ({"first": 101}, "first"), ({"after": "x"}, "after")]
)
async def test_bad_pages_are_refused(client: Client, arguments: dict[str, Any], field: str) -> None:
    (error,) = (await client.ask(SEARCH, text="reine", **arguments))["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_INPUT", field)


async def test_a_cursor_past_every_id_is_a_cursor(client: Client) -> None:
    await world.topic(await world.section("general", "Annonces"), "Sujet", None, "reine")
    found = (await client.data(SEARCH, text="reine", after=write_cursor(2**40)))["searchPosts"]
    assert len(found["edges"]) == 1


async def test_what_is_edited_through_the_api_is_found_as_it_stands(client: Client) -> None:
    author = await world.user()
    topic = await world.topic(await world.section("hrp", "Discussions"), "Sujet", author, "un roi")
    signed_in = await client.as_user(author)
    assert await bodies(signed_in, "roi") == ["un roi"]
    post = await Post.get(topic=topic)
    change = 'mutation ($id: ID!) { updatePost(id: $id, body: "une reine") { id } }'
    await signed_in.data(change, id=global_id("Post", post.id))
    assert (await bodies(signed_in, "roi"), await bodies(signed_in, "reine")) == ([], ["une reine"])
    await signed_in.data("mutation ($id: ID!) { deletePost(id: $id) }", id=global_id("Post", post.id))
    assert await bodies(signed_in, "reine") == []


NARROWED = """query ($section: ID, $author: String, $since: DateTime, $until: DateTime, $first: Int) {
    searchPosts(query: "reine", sectionId: $section, author: $author, since: $since, until: $until, first: $first) {
        totalCount edges { node { body } } } }"""


async def narrowed(client: Client, **given: Any) -> list[str]:
    found = (await client.data(NARROWED, **given))["searchPosts"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"]["body"].removeprefix("reine ") for edge in found["edges"]]


async def test_a_section_is_searched_with_what_the_viewer_sees_under_it(client: Client) -> None:
    top, beside = await world.section("general", "Annonces"), await world.section("general", "Ailleurs")
    below = await world.section("general", "Archives", parent=top)
    hidden = await world.section("general", "Coulisses", parent=below, faction="eveilles")
    for name, place in {"top": top, "beside": beside, "below": below, "hidden": hidden}.items():
        await world.topic(place, "Sujet", None, f"reine {name}")
    staff = await client.as_user(await world.user("moderator"))
    assert await narrowed(client) == ["below", "beside", "top"]
    assert await narrowed(client, section=gid(top)) == ["below", "top"]
    assert await narrowed(staff, section=gid(top)) == ["hidden", "below", "top"]
    for pk in (hidden.id, 10**6):
        (error,) = (await client.ask(NARROWED, section=global_id("Section", pk)))["errors"]
        assert (error["extensions"]["code"], error["extensions"]["field"]) == ("NOT_FOUND", "sectionId")


async def test_an_author_is_an_account_and_once_it_is_gone_a_name(client: Client) -> None:
    place = await world.section("general", "Annonces")
    zoe, other = await world.user(name="Zoé"), await world.user()
    await world.topic(place, "Sujet", zoe, "reine de Zoé")
    await world.topic(place, "Sujet", other, "reine d'un autre")
    topic = await world.topic(place, "Sujet")
    hero = await world.character(zoe)
    kept: dict[str, Any] = {"topic": topic, "created_at": datetime.now(UTC)}
    await Post.create(uuid=uuid4(), body="reine jouée", author=zoe, character=hero, author_name=hero.name, **kept)
    await Post.create(uuid=uuid4(), body="reine importée", author_name="Vieux", **kept)
    assert await narrowed(client, author="ZOÉ") == ["jouée", "de Zoé"]
    assert await narrowed(client, author="Vieux") == ["importée"]
    assert await narrowed(client, author=hero.name) == await narrowed(client, author="Personne") == []
    await zoe.delete()
    assert await narrowed(client, author="Zoé") == ["de Zoé"]


async def test_dates_are_from_one_instant_on_and_before_another(client: Client) -> None:
    topic = await world.topic(await world.section("general", "Annonces"), "Sujet")
    for day in (1, 2, 3):
        at = datetime(2026, 11, day, tzinfo=UTC)
        await Post.create(uuid=uuid4(), topic=topic, body=f"reine {day}", author_name="x", created_at=at)
    second, third = "2026-11-02T01:00:00+01:00", "2026-11-03T00:00:00Z"
    assert await narrowed(client, since=second) == ["3", "2"]
    assert await narrowed(client, until=third) == ["2", "1"]
    assert await narrowed(client, since=second, until=third, author="x") == ["2"]
    assert await narrowed(client, since=third, until=second) == []
