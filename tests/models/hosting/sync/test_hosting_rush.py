"""Both sides written, read, rotated and compared at once: nobody waits in a circle, and both sides agree afterwards."""

import asyncio
import random
from dataclasses import dataclass, field

from models.core.database import fetch
from models.core.transaction import write
from models.forum.lock import lock_known_topic
from models.forum.post import Post, create_post, update_post
from models.forum.topic import Topic
from models.forum.topic_change import create_topic, update_topic
from models.hosting.key.key_change import rotate_alliance_key
from models.hosting.key.rotation import rotate_some
from models.hosting.mirror.mirror_change import sync_mirrors
from models.hosting.sync.inbound import pull_from_hosts, pull_in_write, sync_pending
from models.hosting.sync.remote_write import create_post_at_host, update_post_at_host
from models.hosting.sync.topic import settle_topic
from tests.models.hosting.sync.hosting_ledger import rows_of
from tests.worlds.hosting import BY, NOW, Pair, author, carry_all, pair

TOPICS, WORKERS, DEEDS = 3, 6, 8


async def _assert_agreed(hosting: Pair, own: list[int], written: set[str]) -> None:
    rows = await fetch("SELECT body FROM posts WHERE topic_id = ANY($1)", own)
    kept = await fetch("SELECT body FROM post_revisions")
    assert {row[0] for row in [*rows, *kept]} >= written
    here, there = await rows_of([hosting.orders.section_id]), await rows_of([hosting.orders.mirror_section_id])
    assert len(here) > len(own)
    assert {name: row["revision"] for name, row in here.items()} == {
        name: row["revision"] for name, row in there.items()
    }


async def _keep_up(hosting: Pair) -> None:
    mother = hosting.mother.alliance.id
    await pull_from_hosts(mother, NOW)
    await rotate_some(mother, NOW, 3)
    await sync_mirrors(mother)
    await sync_pending(hosting.orders, 2, NOW)


async def _settle(hosting: Pair) -> None:
    while await rotate_some(hosting.mother.alliance.id, NOW):
        pass
    await sync_mirrors(hosting.mother.alliance.id)
    await carry_all(hosting)


@dataclass
class Rush:
    """What writers do at once, in topics that both sides have: `own` are the mother's, `theirs` the host's."""

    hosting: Pair
    own: list[int]
    theirs: list[int]
    written: set[str] = field(default_factory=set)

    async def reply(self, dice: random.Random, text: str) -> None:
        pk = dice.choice(self.own)

        async def work() -> None:
            await create_post(await lock_known_topic(pk), text, author(), NOW)

        await write(work)
        self.written.add(text)

    async def edit(self, dice: random.Random, text: str) -> None:
        pk = dice.choice(self.own)
        post = (await Post.filter(topic_id=pk).order_by("id"))[0]

        async def work() -> None:
            topic = await lock_known_topic(pk)
            await update_post(topic, post.id, text, author(), NOW)
            await update_topic(topic, NOW, title=text)

        await write(work)
        self.written.add(text)

    async def reply_at_host(self, dice: random.Random, text: str) -> None:
        pk = dice.choice(self.theirs)

        async def work() -> None:
            await settle_topic(pk, NOW)  # As whoever writes at a host does before anything else.
            await lock_known_topic(pk)
            await create_post_at_host(self.hosting.orders, pk, text, author("ana"), NOW)

        await write(work)
        self.written.add(text)

    async def update_post_at_host(self, dice: random.Random, text: str) -> None:
        pk = dice.choice(self.theirs)
        post = (await Post.filter(topic_id=pk).order_by("id"))[0]

        async def work() -> None:
            await settle_topic(pk, NOW)
            await lock_known_topic(pk)
            await update_post_at_host(self.hosting.orders, pk, post.id, text, author("ana"), NOW)

        await write(work)
        self.written.add(text)

    async def keep_up(self, _dice: random.Random, _text: str) -> None:
        await _keep_up(self.hosting)

    async def harvest(self, _dice: random.Random, _text: str) -> None:
        """As far as it meets the others: all that waits is copied back in one write."""
        await write(lambda: pull_in_write(self.hosting.mother.alliance.id, NOW))


async def test_everything_at_once(database: str) -> None:
    hosting = await pair()
    section = hosting.mother.sections["ORDERS"].id
    own = [await create_topic(section, f"Sujet {n}", "Texte", author(), NOW) for n in range(TOPICS)]
    uuids = [(await Topic.get(id=pk)).uuid for pk in own]
    theirs = [(await Topic.get(uuid=uuid, section_id=hosting.orders.mirror_section_id)).id for uuid in uuids]
    await rotate_alliance_key(hosting.mother.alliance.id, BY, NOW)
    rush = Rush(hosting, own, theirs)
    at_host = [rush.reply_at_host, rush.reply_at_host, rush.update_post_at_host]
    deeds = [rush.reply, rush.reply, rush.edit, *at_host, rush.keep_up, rush.harvest]

    async def worker(number: int) -> None:
        dice = random.Random(number)
        for deed in range(DEEDS):
            await dice.choice(deeds)(dice, f"{number}-{deed}")

    await asyncio.gather(*(worker(number) for number in range(WORKERS)))
    await _settle(hosting)
    await _assert_agreed(hosting, own, rush.written)
