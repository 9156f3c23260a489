"""The export of an account over HTTP: everything that is its own, nothing of others, a page in memory at a time."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from models.account.user import User
from models.core.transaction import write
from models.forum.post import Post
from models.forum.section import Section
from models.forum.topic import Topic
from models.live.attention import Attention, set_section_attention
from models.live.notification import Notification
from models.live.participant import set_topic_attention
from models.transfer.account_export import PAGE, PARTS
from tests.documents.forum import CREATE_POST, gid
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world
from tests.worlds.alliance import housed, lose_key, place, set_status

NOW = datetime.now(UTC)


async def exported(client: Client) -> dict[str, Any]:
    response = await client.http.get("/account/export", headers={"authorization": f"Bearer {client.bearer}"})
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    found: dict[str, Any] = response.json()
    return found


async def attend(user: User, topic: Topic) -> None:
    """They mute a topic, and follow its section."""
    await write(lambda: set_topic_attention(user.id, topic.id, Attention.MUTE))
    await write(lambda: set_section_attention(user.id, topic.section_id, Attention.FOLLOW))


async def test_it_holds_what_is_one_s_own(client: Client) -> None:
    user, other = await world.user(name="zoe"), await world.user(name="paco")
    for one in (user, other):
        await world.character(one, "eveilles")
        topic = await world.topic(await world.section("general", f"De {one.username}"), "Sujet", one, "Un", "Deux")
        await world.notification(one, topic)
        await attend(one, topic)
        await world.alliance(one, tag=one.username[:3])
    found = await exported(await client.as_user(user))
    assert list(found) == ["format", "version", "made_at", *(part.name for part in PARTS)]
    assert [found["profile"][0][name] for name in ("username", "email", "role")] == ["zoe", user.email, "player"]
    assert [post["body"] for post in found["posts"]] == ["Un", "Deux"]
    sizes = {part.name: len(found[part.name]) for part in PARTS}
    assert sizes == {
        "profile": 1, "characters": 1, "topics": 1, "posts": 2, "reactions": 0, "sessions": 1, "notifications": 1,
        "topic_attentions": 1, "section_attentions": 1, "memberships": 1, "claims": 0,
    }  # fmt: skip
    assert [one["title"] for one in found["topic_attentions"]] == ["Sujet"]
    assert [(one["section"], one["attention"]) for one in found["section_attentions"]] == [("De zoe", "FOLLOW")]
    assert "paco" not in str(found)
    assert "password" not in str(found)


async def test_what_one_may_not_see_keeps_its_title(client: Client) -> None:
    user = await world.user()
    section = await world.section("general", "Canari")
    topic = await world.topic(section, "canari", user, "Mon texte")
    await world.notification(user, topic, "canari")
    await attend(user, topic)
    await Section.filter(id=section.id).update(visible_by_faction_id=1)
    found = await exported(await client.as_user(user))
    assert "canari" not in str(found).casefold()
    assert [post["body"] for post in found["posts"]] == ["Mon texte"]


async def test_a_lost_key_leaves_out_what_it_closes_and_nothing_else(client: Client) -> None:
    mother, _ = await housed(client)
    zoe = mother.players["Zoé"]
    order = await place(mother, "Zoé")
    await set_status(mother, order, "DONE")
    elsewhere = await world.topic(await world.section("general", "Annonces"), "Ailleurs", mother.users["Zoé"], "Un")
    await world.notification(mother.users["Zoé"], elsewhere)
    whole = await exported(zoe)
    assert [topic["title"].split(" ", 1)[0] for topic in whole["topics"]] == ["[Terminée]", "Ailleurs"]
    assert [one["kind"] for one in whole["notifications"]] == ["MEMBERSHIP", "ORDER", "NEW_POST"]
    await lose_key()
    found = await exported(zoe)
    assert [topic["title"] for topic in found["topics"]] == ["Ailleurs"]
    assert [one["kind"] for one in found["notifications"]] == ["MEMBERSHIP", "NEW_POST", "ALLIANCE_KEY"]
    same = [part.name for part in PARTS if part.name not in ("topics", "notifications")]
    assert {name: found[name] for name in same} == {name: whole[name] for name in same}


async def test_it_tells_no_more_of_deleted_posts_than_the_notifications_do(client: Client) -> None:
    user, writer, third = [await world.user(name=name) for name in ("zoe", "paco", "lise")]
    topic = await world.topic(await world.section("general", "Annonces"), "Sujet", user, "Un")
    for one in (writer, third):
        await (await client.as_user(one)).data(CREATE_POST, input={"topicId": gid(topic), "body": one.username})
    reader = await client.as_user(user)
    for gone, author in (("paco", "lise"), ("lise", None)):
        await Post.filter(body=gone).update(deleted_at=NOW)
        found = (await exported(reader))["notifications"]
        assert [one["author"] for one in found] == ([author] if author else [])
        assert gone not in str(found)
        lives = await Post.filter(body=author).values_list("created_at", flat=True) if author else []
        assert [datetime.fromisoformat(one["created_at"]) for one in found] == lives


async def test_it_is_read_in_pages(client: Client) -> None:
    user = await world.user()
    topic = await world.topic(await world.section("general", "Annonces"), "Long", user)
    await Post.bulk_create(
        [
            Post(uuid=uuid4(), topic=topic, body=str(number), author=user, author_name="x", created_at=NOW)
            for number in range(PAGE + 1)
        ]
    )
    async with statements() as seen:
        found = await exported(await client.as_user(user))
    assert [int(post["body"]) for post in found["posts"]] == list(range(PAGE + 1))
    assert len([sql for sql in seen if "FROM posts p WHERE" in sql]) == 3  # Two pages, and that there is no third.


@pytest.mark.parametrize("bearer", [None, "rubbish"])
async def test_it_takes_a_token(client: Client, bearer: str | None) -> None:
    headers = {} if bearer is None else {"authorization": f"Bearer {bearer}"}
    response = await client.http.get("/account/export", headers=headers)
    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_it_is_given_so_many_times_an_hour(client: Client) -> None:
    asking = await client.as_user(await world.user())
    for _ in range(5):
        await exported(asking)
    response = await client.http.get("/account/export", headers={"authorization": f"Bearer {asking.bearer}"})
    assert (response.status_code, response.headers["retry-after"].isdigit()) == (429, True)
    assert await Notification.all().count() == 0
