"""What is kept of a topic's page for some tells nobody what is theirs alone, nor opens what they may not read."""

from typing import Any

import pytest

from engine.kept.answer import Answers
from engine.operation.node import global_id
from models.forum.post import Post
from models.forum.reaction import Reaction
from tests.wire.client import Client
from tests.wire.kept import anew, is_kept, warm
from tests.worlds import world

PAGE = """query Page($id: ID!) { topic(id: $id) { title posts { edges { node { id body
    reactions { kind count mine: reactedByMe } } } } } }"""


async def test_holes_of_another_time_are_not_taken_for_those_of_now(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read with the viewer is guessed from the answer that was given last: it may have had other holes."""
    author, reader = await world.user(), await world.user()
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet", author, "Un", "Deux")
    first, second = await Post.filter(topic=topic).order_by("id")
    for post, user, kind in ((first, reader, "LOVE"), (second, reader, "SAD"), (second, author, "LIKE")):
        await Reaction.create(post=post, user=user, kind=kind)
    id_, asked = global_id("Topic", topic.id), Answers.asked

    def behind(*given: Any) -> Any:
        found: Any = asked(*given)
        assert len(found.hinted) == 3
        found.hinted = [key for key in found.hinted if not key.startswith(f"{first.id}:")]
        found.hint = found.part.hole.own(found.hinted)
        return found

    for one in (client, await client.as_user(author), await client.as_user(reader)):
        await warm(one, PAGE, id=id_)
        with monkeypatch.context() as patch:
            patch.setattr(Answers, "asked", behind)
            found = await one.ask(PAGE, id=id_)
        assert found == await anew(monkeypatch, one, PAGE, id=id_)


async def test_whether_a_topic_may_be_read_is_not_learnt_from_another_player(client: Client) -> None:
    """Of one role: what tells them apart are their characters."""
    place = await world.section("rp", "Oasis", faction="eveilles")
    id_ = global_id("Topic", (await world.topic(place, "Sujet", None, "Un")).id)
    players = []
    for faction in ("eveilles", "inalteres", "eveilles"):
        user = await world.user()
        await world.character(user, faction=faction)
        players.append(await client.as_user(user))
    for order in (players, players[::-1], [players[1], players[0], players[1]]):
        for player in order:
            await warm(player, PAGE, id=id_)
            found = (await player.data(PAGE, id=id_))["topic"]
            assert (found is None) is (player is players[1])
    await warm(players[0], PAGE, id=id_)
    assert await is_kept(players[2], PAGE, id=id_), "of the same sight"
