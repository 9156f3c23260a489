"""What a guest writes reaches the mother's subscribers by itself, at once and once."""

import asyncio
import time
from datetime import UTC, datetime

from jobs.puller import Puller
from models.core.database import fetch
from models.core.transaction import write
from models.forum.post import Post
from models.forum.topic import Topic
from models.forum.topic_change import create_topic
from models.hosting.mirror.waiting import attach, detach
from models.hosting.sync.remote_write import create_post_at_host, update_post_at_host
from tests.documents import alliance as docs
from tests.documents.hosting import DELETE, EDIT, REPLY
from tests.wire.client import Client
from tests.wire.live import POST_ADDED, subscribed
from tests.worlds.alliance import housed, mirrored
from tests.worlds.hosting import NOW, author, pair

SOON = 1.0
"""Seconds that a subscriber of the mother waits for what a guest wrote, at most."""


async def test_a_guests_post_reaches_the_mothers_subscribers_within_a_second(client: Client) -> None:
    mother, _ = await housed(client)
    zoe, paco = mother.players["Zoé"], mother.players["Paco"]
    await zoe.data(docs.PLACE, input=docs.order("FDR", 5000))
    (order,) = [topic for topic in await mirrored(paco) if topic["title"].startswith("[Nouvelle]")]
    async with subscribed(zoe, POST_ADDED) as subscriber:
        delays = []
        for number in range(3):
            await paco.data(REPLY, id=order["id"], body=f"De loin {number}")
            began = time.monotonic()
            assert (await subscriber.post())["body"] == f"De loin {number}"
            delays.append(time.monotonic() - began)
        assert max(delays) < SOON, delays


async def test_edits_and_deletions_come_by_themselves_too(client: Client) -> None:
    mother, _ = await housed(client)
    zoe, paco = mother.players["Zoé"], mother.players["Paco"]
    await zoe.data(docs.PLACE, input=docs.order("FDR", 5000))
    (order,) = [topic for topic in await mirrored(paco) if topic["title"].startswith("[Nouvelle]")]
    post = (await paco.data(REPLY, id=order["id"], body="avant"))["createPost"]["id"]
    for document, values, expected in ((EDIT, {"body": "après"}, ("après", False)), (DELETE, {}, ("après", True))):
        await paco.data(document, id=post, **values)
        async with asyncio.timeout(SOON):
            while await _said() != expected:  # noqa: ASYNC110 - told by the database
                await asyncio.sleep(0.01)


async def _said() -> tuple[str, bool] | None:
    """What the mother's newest post says, and whether it is gone."""
    rows = await fetch("SELECT body, deleted_at FROM posts WHERE is_sealed = $1 ORDER BY id DESC LIMIT 1", False)
    return (rows[0][0], rows[0][1] is not None) if rows else None


async def test_two_processes_that_hear_of_it_pull_it_once(database: str) -> None:
    hosting = await pair()
    pk = await create_topic(hosting.mother.sections["ORDERS"].id, "Une commande", "Un", author(), NOW)
    copy = await Topic.get(uuid=(await Topic.get(id=pk)).uuid, section_id=hosting.orders.mirror_section_id)
    sealed = await Post.get(topic_id=copy.id)
    pullers = [Puller(lambda: datetime.now(UTC)) for _ in range(3)]
    for puller in pullers:
        attach(puller.wake)
    try:
        await write(lambda: create_post_at_host(hosting.orders, copy.id, "Deux", author("ana"), NOW))
        await write(lambda: update_post_at_host(hosting.orders, copy.id, sealed.id, "Un bis", author("ana"), NOW))
        async with asyncio.timeout(10):
            while await fetch("SELECT 1 FROM mirror_changes"):  # noqa: ASYNC110 - told by the database
                await asyncio.sleep(0.01)
    finally:
        for puller in pullers:
            await puller.close()
            detach(puller.wake)
    assert sorted([post.body for post in await Post.filter(topic_id=pk)]) == ["Deux", "Un bis"]
    assert [row[0] for row in await fetch("SELECT body FROM post_revisions")] == ["Un"]
