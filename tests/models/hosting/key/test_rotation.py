"""A rotation that is killed goes on where it was and ends; whoever reads meanwhile notices nothing."""

import asyncio
import os
from uuid import uuid4

import pytest

from domain.core.refusal import Code, Refusal
from models.core.database import execute, fetch
from models.core.transaction import write
from models.forum.lock import lock_known_topic
from models.forum.post import Post, create_post
from models.forum.post_revision import PostRevision
from models.forum.topic_change import create_topic
from models.hosting.key.key_change import export_alliance_key, is_rotating, restore_alliance_key, rotate_alliance_key
from models.hosting.key.rotation import rotate_some
from models.hosting.mirror.mirror import mirrors_of_hostings
from models.hosting.mirror.mirror_change import sync_mirrors
from models.hosting.mirror.mirror_reader import open_posts, open_topics
from models.hosting.sync.inbound import pull_from_hosts, sync_pending
from models.hosting.sync.remote_write import create_post_at_host, update_post_at_host
from tests.models.hosting.key.rotation_worker import work
from tests.wire.forked import FORKS
from tests.worlds.hosting import BY, NOW, Pair, author, carry_all, pair

POSTS = int(os.environ.get("ROTATED_POSTS", "600"))
TOPICS = 3


async def _filled(posts: int) -> Pair:
    hosting = await pair()
    for _ in range(TOPICS):
        pk = await create_topic(hosting.mother.sections["ORDERS"].id, "Un sujet", "Le premier", author(), NOW)
        await Post.bulk_create(
            Post(uuid=uuid4(), topic_id=pk, body=f"Message {number}", author_name="zoe", created_at=NOW)
            for number in range(posts // TOPICS)
        )
    await sync_mirrors(hosting.mother.alliance.id)
    await carry_all(hosting)
    return hosting


async def _assert_all_readable(hosting: Pair) -> int:
    """Every sealed row of the mirror opens; gives how many posts there are."""
    mother = [hosting.mother.alliance.id]
    section = hosting.orders.mirror_section_id
    topics = [row[0] for row in await fetch("SELECT id FROM topics WHERE section_id = $1", section)]
    posts = [row[0] for row in await fetch("SELECT id FROM posts WHERE topic_id = ANY($1)", topics)]
    assert set(await open_topics(topics, mother)) == set(topics)
    assert set(await open_posts(posts, mother)) == set(posts)
    return len(posts)


@pytest.mark.slow
async def test_a_killed_rotation_goes_on_and_reading_works_all_along(database: str) -> None:
    hosting = await _filled(POSTS)
    before = await _assert_all_readable(hosting)
    assert before >= POSTS
    alliance_id = hosting.mother.alliance.id
    await rotate_alliance_key(alliance_id, BY, NOW)
    batch = max(20, POSTS // 30)
    kills = 0
    while await is_rotating(alliance_id):
        here, there = FORKS.Pipe(duplex=False)
        process = FORKS.Process(target=work, args=(database, alliance_id, batch, there), daemon=True)
        process.start()
        there.close()
        if kills < 3:
            for _ in range(2 + 3 * kills):
                here.recv()
            process.kill()
            kills += 1
        await asyncio.to_thread(process.join, 100)
        here.close()
        assert await _assert_all_readable(hosting) == before
    assert kills == 3
    old = await fetch("SELECT kid FROM alliance_keys WHERE alliance_id = $1", alliance_id)
    rows = await fetch("SELECT count(*) FROM posts WHERE body LIKE $1", f"PHM1.{old[0][0]}.%")
    assert rows[0][0] == before


async def test_writing_goes_on_during_a_rotation(database: str) -> None:
    hosting = await _filled(30)
    alliance_id = hosting.mother.alliance.id
    await rotate_alliance_key(alliance_id, BY, NOW)
    await rotate_some(alliance_id, NOW, 5)
    pk = (await fetch("SELECT id FROM topics WHERE section_id = $1 LIMIT 1", hosting.orders.section_id))[0][0]

    async def reply() -> None:
        await create_post(await lock_known_topic(pk), "Pendant le changement", author(), NOW)

    await write(reply)
    await _assert_all_readable(hosting)
    while await rotate_some(alliance_id, NOW, 5):
        pass
    await _assert_all_readable(hosting)
    assert not await is_rotating(alliance_id)


async def test_what_a_post_said_at_the_host_before_its_edit_outlives_the_old_key(database: str) -> None:
    hosting = await _filled(3)
    alliance_id = hosting.mother.alliance.id
    rows = await fetch("SELECT id FROM topics WHERE section_id = $1 LIMIT 1", hosting.orders.mirror_section_id)
    topic_id = rows[0][0]
    pk = await write(lambda: create_post_at_host(hosting.orders, topic_id, "avant", author("ana"), NOW))
    await write(lambda: update_post_at_host(hosting.orders, topic_id, pk, "après", author("ana"), NOW))
    await rotate_alliance_key(alliance_id, BY, NOW)
    while await rotate_some(alliance_id, NOW):
        pass
    await pull_from_hosts(alliance_id, NOW)
    (kept,) = await PostRevision.filter(body="avant")
    assert (await Post.get(id=kept.post_id)).body == "après"


async def test_both_keys_are_needed_during_a_rotation_and_both_can_be_put_back(database: str) -> None:
    hosting = await _filled(30)
    alliance_id = hosting.mother.alliance.id
    old = await export_alliance_key(alliance_id, BY, NOW)
    await rotate_alliance_key(alliance_id, BY, NOW)
    with pytest.raises(Refusal) as twice:
        await rotate_alliance_key(alliance_id, BY, NOW)
    assert twice.value.code is Code.CONFLICT
    new = await export_alliance_key(alliance_id, BY, NOW)
    await execute("UPDATE posts SET deleted_at = created_at WHERE id IN (SELECT old_post_id FROM alliance_keys)")
    with pytest.raises(Refusal) as missing:
        await rotate_some(alliance_id, NOW)
    assert missing.value.code is Code.ALLIANCE_KEY_MISSING
    await restore_alliance_key(alliance_id, old, BY, NOW)
    await restore_alliance_key(alliance_id, new, BY, NOW)
    while await rotate_some(alliance_id, NOW):
        pass
    await _assert_all_readable(hosting)
    with pytest.raises(Refusal) as gone:
        await restore_alliance_key(alliance_id, old, BY, NOW)
    assert gone.value.code is Code.ALLIANCE_KEY_INVALID


async def test_an_interrupted_copy_goes_on_and_pending_goes_down(database: str) -> None:
    hosting = await pair()
    section = hosting.mother.sections["ORDERS"].id
    await execute("UPDATE hostings SET closed_at = opened_at")
    for number in range(7):
        await create_topic(section, f"Sujet {number}", "Texte", author(), NOW)
    await execute("UPDATE hostings SET closed_at = NULL")
    await sync_mirrors(hosting.mother.alliance.id)
    left = []
    (mirror,) = [one for one in await mirrors_of_hostings([hosting.hosting_id]) if one.section_id == section]
    while await sync_pending(mirror, 3, NOW):
        rows = await fetch("SELECT count(*) FROM mirror_changes WHERE mirror_id = $1", mirror.pk)
        left.append(rows[0][0])
    assert left == [4, 1, 0]
    rows = await fetch("SELECT count(*) FROM topics WHERE section_id = $1", mirror.mirror_section_id)
    assert rows[0][0] == 7
