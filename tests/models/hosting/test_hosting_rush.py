"""Both sides written, read, rotated and compared at once: nobody waits in a circle, and both sides agree afterwards."""

import asyncio
import random

from models.core.database import fetch
from models.core.transaction import write
from models.forum.lock import lock_known_topic
from models.forum.post import Post, create_post, edit_post
from models.forum.topic import Topic
from models.forum.topic_change import create_topic, retitle_topic
from models.hosting.key_change import begin_rotation
from models.hosting.mirror import note_all
from models.hosting.remote_write import edit_at_host, post_at_host
from models.hosting.rotation import rotate_some
from models.hosting.sync import bring_home, carry_some
from tests.models.hosting.hosting_machine import Machine
from tests.worlds.hosting import BY, NOW, Pair, author, carry_all, pair

TOPICS, WORKERS, DEEDS = 3, 6, 8


async def _assert_agreed(hosting: Pair, own: list[int], written: set[str]) -> None:
    rows = await fetch("SELECT body FROM posts WHERE topic_id = ANY($1)", own)
    kept = await fetch("SELECT body FROM post_revisions")
    assert {row[0] for row in [*rows, *kept]} >= written
    machine = Machine(hosting)
    here, there = await machine.rows([machine.section]), await machine.rows([machine.mirror])
    assert len(here) > len(own)
    assert {name: row["revision"] for name, row in here.items()} == {
        name: row["revision"] for name, row in there.items()
    }


async def _keep_up(hosting: Pair) -> None:
    mother = hosting.mother.alliance.id
    await bring_home(mother, NOW)
    await rotate_some(mother, NOW, 3)
    await note_all(mother)
    await carry_some(hosting.orders, 2, NOW)


async def _settle(hosting: Pair) -> None:
    while await rotate_some(hosting.mother.alliance.id, NOW):
        pass
    await note_all(hosting.mother.alliance.id)
    await carry_all(hosting)


async def test_everything_at_once(database: str) -> None:
    hosting = await pair()
    mother, section = hosting.mother.alliance.id, hosting.mother.sections["ORDERS"].id
    own = [await create_topic(section, f"Sujet {n}", "Texte", author(), NOW) for n in range(TOPICS)]
    uuids = [(await Topic.get(id=pk)).uuid for pk in own]
    theirs = [(await Topic.get(uuid=uuid, section_id=hosting.orders.mirror_section_id)).id for uuid in uuids]
    await begin_rotation(mother, BY, NOW)
    written: set[str] = set()

    async def reply(dice: random.Random, text: str) -> None:
        pk = dice.choice(own)

        async def work() -> None:
            await create_post(await lock_known_topic(pk), text, author(), NOW)

        await write(work)
        written.add(text)

    async def edit(dice: random.Random, text: str) -> None:
        place = dice.randrange(TOPICS)
        post = (await Post.filter(topic_id=own[place]).order_by("id"))[0]

        async def work() -> None:
            topic = await lock_known_topic(own[place])
            await edit_post(topic, post.id, text, author(), NOW)
            await retitle_topic(topic, text, NOW)

        await write(work)
        written.add(text)

    async def from_host(dice: random.Random, text: str) -> None:
        await write(lambda: post_at_host(hosting.orders, dice.choice(theirs), text, author("ana"), NOW))
        written.add(text)

    async def edit_there(dice: random.Random, text: str) -> None:
        topic = dice.choice(theirs)
        post = (await Post.filter(topic_id=topic).order_by("id"))[0]
        await write(lambda: edit_at_host(hosting.orders, topic, post.id, text, author("ana"), NOW))
        written.add(text)

    async def keep_up(_dice: random.Random, _text: str) -> None:
        await _keep_up(hosting)

    async def worker(number: int) -> None:
        dice = random.Random(number)
        for deed in range(DEEDS):
            work = dice.choice([reply, reply, edit, from_host, from_host, edit_there, keep_up])
            await work(dice, f"{number}-{deed}")

    await asyncio.gather(*(worker(number) for number in range(WORKERS)))
    await _settle(hosting)
    await _assert_agreed(hosting, own, written)
