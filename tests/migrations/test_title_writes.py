"""A title that is written anew: what is searched follows it, and topics of alliances are stamped as they come and go."""

import pytest

from models.core.database import execute, fetch, is_postgres
from models.core.transaction import write
from models.forum.topic import Topic
from tests.wire.client import Client
from tests.worlds import world


async def _change(topic: Topic, changes: str) -> None:
    await write(lambda: execute(f"UPDATE topics SET {changes} WHERE id = {topic.id}"))


async def _stamp(topic: Topic) -> int | None:
    rows = await fetch("SELECT stamp FROM topic_stamps WHERE topic_id = $1", topic.id)
    return rows[0][0] if rows else None


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_what_is_searched_follows_every_change(client: Client) -> None:
    del client
    assert is_postgres()
    topic = await world.topic(await world.section("general", "Accueil"), "Un titre", None, "Un")
    for changes, words in {
        "revision = 3": ["titre", "un"],
        "title = 'Deux'": ["deux"],
        "shown_title = 'Montré'": ["montre"],
        "title = 'Trois', revision = revision + 1": ["montre"],
        "search = NULL": ["montre"],
        "is_sealed = TRUE": None,
        "title = 'Quatre', shown_title = NULL": None,
        "is_sealed = FALSE": ["quatre"],
    }.items():
        await _change(topic, changes)
        ((found,),) = await fetch("SELECT tsvector_to_array(search) FROM topics WHERE id = $1", topic.id)
        assert found == words, changes


async def test_a_topic_of_an_alliance_is_stamped_as_it_comes_and_goes_alone(client: Client) -> None:
    del client
    topic = await world.topic(await world.section("general", "Accueil"), "Un titre", None, "Un")
    first, second = [await world.alliance(tag=tag) for tag in ("AAA", "BBB")]
    for changes, is_stamped in {
        "title = 'Deux'": True,
        f"alliance_id = {first.id}": True,
        "title = 'Trois', revision = revision + 1": False,
        f"alliance_id = {second.id}": False,
        "alliance_id = NULL": True,
        "title = 'Quatre'": True,
    }.items():
        before = await _stamp(topic)
        await _change(topic, changes)
        assert (await _stamp(topic) != before) is is_stamped, changes
