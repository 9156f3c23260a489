"""The latest topics: the order across sections, who is shown what, and what it takes where most is hidden."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.forum import latest_topic
from models.forum.section import Section
from models.forum.topic import Topic
from tests.documents.forum import CREATE_POST, DELETE_TOPIC, gid, post_input
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATEST = """query($first: Int, $after: String) { latestTopics(first: $first, after: $after) { totalCount
    pageInfo { endCursor hasNextPage } edges { node { title author { username } section { name } } } } }"""


async def _topics(place: Section, *titles: str, at: datetime = NOW) -> list[Topic]:
    found = []
    for number, title in enumerate(titles):
        topic = await world.topic(place, title, await world.user(), "texte")
        topic.last_post_at = at + timedelta(minutes=number)
        await topic.save()
        found.append(topic)
    return found


async def _titles(reader: Client, **page: Any) -> list[str]:
    found = (await reader.data(LATEST, **page))["latestTopics"]
    return [edge["node"]["title"] for edge in found["edges"]]


async def test_what_was_posted_in_last_comes_first_whatever_its_section_and_pin(client: Client) -> None:
    general, other = await world.section("general", "Accueil"), await world.section("general", "Autre")
    pinned, replied = await _topics(general, "épinglé", "ancien")
    await _topics(other, "récent", at=NOW + timedelta(hours=1))
    pinned.is_pinned = True
    await pinned.save()
    assert await _titles(client) == ["récent", "ancien", "épinglé"]
    admin = await client.as_user(await world.user("admin"))
    await admin.data(CREATE_POST, input=post_input(replied))
    assert await _titles(client) == ["ancien", "récent", "épinglé"]
    await admin.data(DELETE_TOPIC, id=gid(replied))
    assert await _titles(client) == ["récent", "épinglé"]


async def test_what_is_hidden_takes_no_place_and_is_not_counted(client: Client) -> None:
    seen, hidden = await world.section("general", "Accueil"), await world.section("hrp", "HRP")
    await _topics(seen, "un", "deux")
    await _topics(hidden, "trois", "quatre", at=NOW + timedelta(hours=1))
    member = await client.as_user(await world.user())
    assert await _titles(member, first=3) == ["quatre", "trois", "deux"]
    page = (await client.data(LATEST, first=1))["latestTopics"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (2, True)
    assert [edge["node"]["title"] for edge in page["edges"]] == ["deux"]
    assert await _titles(client, first=1, after=page["pageInfo"]["endCursor"]) == ["un"]


async def test_few_that_are_seen_are_found_below_many_that_are_hidden(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latest_topic, "READ_DOWN", 2)
    seen, hidden = await world.section("general", "Accueil"), await world.section("hrp", "HRP")
    (pinned,) = await _topics(seen, "épinglé")
    pinned.is_pinned = True
    await pinned.save()
    await _topics(seen, "un", "deux", at=NOW + timedelta(minutes=1))
    await _topics(hidden, *(f"caché {number}" for number in range(5)), at=NOW + timedelta(hours=1))
    assert await _titles(client) == ["deux", "un", "épinglé"]
    page = (await client.data(LATEST, first=2))["latestTopics"]["pageInfo"]
    assert await _titles(client, after=page["endCursor"]) == ["épinglé"]


async def test_the_newest_are_found_whichever_of_many_sections_they_lie_in(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latest_topic, "READ_DOWN", 0)
    ages = [4, 1, 5, 2, 3]
    for age in ages:
        section = await world.section("general", f"Salle {age}")
        await _topics(section, f"{age}", at=NOW - timedelta(days=age))
        await _topics(section, f"{age}, plus tôt", at=NOW - timedelta(days=age, hours=12))
    in_order = [title for age in sorted(ages) for title in (f"{age}", f"{age}, plus tôt")]
    found, after = [], None
    for _ in in_order:
        page = (await client.data(LATEST, first=1, after=after))["latestTopics"]
        found += [edge["node"]["title"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert found == in_order
    assert await _titles(client) == in_order


async def test_a_page_takes_the_same_statements_however_many_sections_there_are(client: Client) -> None:
    counts = []
    for many in (2, 6):
        for number in range(many):
            await _topics(await world.section("general", f"Salle {many} {number}"), "un", "deux", "trois")
        await _titles(client)  # The shape of the forum is read once.
        async with statements() as seen:
            await _titles(client, first=5)
        counts.append(len(seen))
    assert counts == [5, 5], seen  # The tree's stamp, numbers, topics with their writers, sections, count.
