"""What a host may do to sealed rows behind the service: each is refused by name, and the mother loses nothing."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from domain.hosting.sealed_text import SealedText
from models.core.database import execute, fetch
from models.core.transaction import write
from models.forum.lock import lock_known_topic
from models.forum.post import Post, create_post, update_post
from models.forum.topic import Topic
from models.forum.topic_change import create_topic, update_topic
from models.hosting.mirror.mirror import MirrorFault, mirrors_of_hostings
from models.hosting.mirror.mirror_change import enqueue_change, sync_mirrors
from models.hosting.mirror.mirror_reader import open_posts, open_topics
from models.hosting.sync.inbound import pull_from_hosts, sync_status
from models.hosting.sync.topic import sync_topic
from tests.wire.statements import statements
from tests.worlds.hosting import NOW, Pair, author, carry_all, house, open_pair, pair


class Scene:
    """An order's topic of two posts, and its copy."""

    def __init__(self, hosting: Pair, topic: Topic, copy: Topic, own: list[Post], sealed: list[Post]) -> None:
        self.hosting, self.topic, self.copy, self.own, self.sealed = hosting, topic, copy, own, sealed

    async def reasons(self) -> list[tuple[UUID | None, str]]:
        await sync_mirrors(self.hosting.mother.alliance.id)
        await carry_all(self.hosting)
        mirrors = await mirrors_of_hostings([self.hosting.hosting_id])
        return [(fault.post, fault.reason) for mirror in mirrors for fault in mirror.faults]

    async def assert_nothing_lost(self) -> None:
        assert [post.body for post in await Post.filter(topic_id=self.topic.id).order_by("id")] == [
            post.body for post in self.own
        ]


async def scene() -> Scene:
    hosting = await pair()
    pk = await create_topic(hosting.mother.sections["ORDERS"].id, "Une commande", "Un", author(), NOW)

    async def reply() -> None:
        await create_post(await lock_known_topic(pk), "Deux", author(), NOW + timedelta(minutes=1))

    await write(reply)
    topic = await Topic.get(id=pk)
    copy = await Topic.get(uuid=topic.uuid, section_id=hosting.orders.mirror_section_id)
    own = await Post.filter(topic_id=pk).order_by("id")
    return Scene(hosting, topic, copy, own, await Post.filter(topic_id=copy.id).order_by("id"))


async def set_body(post: Post, body: str, **values: Any) -> None:
    await Post.filter(id=post.id).update(body=body, **values)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda body: body[:-1] + ("A" if body[-1] != "A" else "B"), {"swapped", "non-canonical"}),
        (lambda body: body[: len(body) // 2], {"truncated"}),
        (lambda body: "PHM1", {"truncated"}),
        (lambda body: "Un texte en clair", {"non-canonical"}),
        (lambda body: body.replace(body[5:21], "0123456789abcdef"), {"unknown kid"}),
    ],
)
async def test_a_damaged_token_is_named(database: str, damage: Any, reason: set[str]) -> None:
    found = await scene()
    victim = found.sealed[1]
    damaged = damage(victim.body)
    await set_body(victim, damaged)
    ((post, name),) = await found.reasons()
    assert post == victim.uuid
    assert name in reason
    await found.assert_nothing_lost()
    # The mother writes on; the damaged row is not written over, and its neighbour is.
    for own in found.own:

        async def edit(own: Post = own) -> None:
            await update_post(await lock_known_topic(found.topic.id), own.id, f"{own.body} bis", author(), NOW)

        await write(edit)
    await victim.refresh_from_db()
    assert (victim.body, victim.revision) == (damaged, 0)
    assert (await Post.get(id=found.sealed[0].id)).revision == 1


async def test_swapped_tokens_are_refused_on_both_sides_of_the_swap(database: str) -> None:
    found = await scene()
    one, two = found.sealed
    await set_body(one, two.body)
    await set_body(two, one.body)
    assert sorted(await found.reasons(), key=str) == sorted([(one.uuid, "swapped"), (two.uuid, "swapped")], key=str)
    await found.assert_nothing_lost()
    await set_body(one, one.body)
    await set_body(two, two.body)
    assert await found.reasons() == []


async def test_an_older_revision_is_a_replay(database: str) -> None:
    found = await scene()
    old = found.sealed[0]

    async def edit() -> None:
        await update_post(await lock_known_topic(found.topic.id), found.own[0].id, "Un bis", author(), NOW)

    await write(edit)
    await set_body(old, old.body, revision=0)
    assert await found.reasons() == [(old.uuid, "replayed")]
    assert (await Post.get(id=found.own[0].id)).body == "Un bis"


async def test_a_deletion_cannot_be_undone_by_the_host(database: str) -> None:
    found = await scene()
    old = found.sealed[0]
    await Post.filter(id=found.own[0].id).update(deleted_at=NOW)
    assert await found.reasons() == []
    await set_body(old, old.body, revision=0, deleted_at=None)
    assert await found.reasons() == [(old.uuid, "replayed")]
    assert (await Post.get(id=found.own[0].id)).deleted_at is not None


async def test_a_row_that_the_host_threw_away_is_sealed_again(database: str) -> None:
    found = await scene()
    await execute("DELETE FROM topics WHERE id = $1", found.copy.id)
    assert await found.reasons() == []
    copy = await Topic.get(uuid=found.topic.uuid, section_id=found.hosting.orders.mirror_section_id)
    assert copy.post_count == 2


async def test_another_mothers_topics_are_not_touched(database: str) -> None:
    found = await scene()
    other = await open_pair(await house("AUTRE"), found.hosting.host)
    assert other.orders.mirror_section_id == found.hosting.orders.mirror_section_id
    await create_topic(other.mother.sections["ORDERS"].id, "La leur", "Texte", author("ana"), NOW)
    sql = "SELECT id, title, revision FROM topics WHERE title LIKE '[AUTRE]%'"
    before = [tuple(row) for row in await fetch(sql)]
    assert len(before) == 1
    assert await found.reasons() == []
    assert [tuple(row) for row in await fetch(sql)] == before
    # A topic of ours under their tag is not read, and not doubled either.
    stolen = found.copy.title.replace("[MAMAN]", "[AUTRE]")
    await Topic.filter(id=found.copy.id).update(title=stolen)
    assert await found.reasons() == [(None, "swapped")]
    assert await Topic.filter(section_id=found.hosting.orders.mirror_section_id).count() == 2


async def test_nothing_changed_costs_one_small_statement(database: str) -> None:
    found = await scene()
    mother = found.hosting.mother.alliance.id
    async with statements() as seen:
        news = await sync_status([mother, found.hosting.host.alliance.id])
    assert len(seen) == 1
    assert (list(news), news[mother].is_waiting) == ([mother], False)
    await pull_from_hosts(mother, NOW)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_readers_side_by_side_wait_once_for_each_topic_and_not_each_for_all(database: str) -> None:
    found = await scene()
    section = found.hosting.mother.sections["ORDERS"].id
    topics = [await create_topic(section, f"Commande {number}", "Un", author(), NOW) for number in range(4)]
    for topic in await Topic.filter(id__in=topics):
        await write(partial(enqueue_change, found.hosting.orders.pk, topic.uuid, None, from_host=True))
    mother = found.hosting.mother.alliance.id
    async with statements() as seen:
        await asyncio.gather(*(pull_from_hosts(mother, NOW) for _ in range(6)))
    assert sum("FROM alliances WHERE id = $1 FOR NO KEY UPDATE" in sql for sql in seen) == len(topics)
    assert not (await sync_status([mother]))[mother].is_waiting


async def test_a_neighbours_tag_that_begins_alike_is_not_ours(database: str) -> None:
    found = await scene()
    neighbour = await open_pair(await house("MAMAN] G"), found.hosting.host)
    for number in range(3):
        await create_topic(neighbour.mother.sections["ORDERS"].id, f"La leur {number}", "Texte", author("ana"), NOW)
    await set_body(found.sealed[0], "PHM1")
    assert await found.reasons() == [(found.sealed[0].uuid, "truncated")]
    neighbours = await mirrors_of_hostings([neighbour.hosting_id])
    await sync_mirrors(neighbour.mother.alliance.id)
    await carry_all(neighbour)
    assert [mirror.faults for mirror in neighbours] == [[], []]


async def test_a_row_that_the_host_moved_is_a_fault_where_it_stands_and_whole_where_it_belongs(database: str) -> None:
    found = await scene()
    pk = await create_topic(found.hosting.mother.sections["ORDERS"].id, "Une autre", "Trois", author(), NOW)
    other = await Topic.get(uuid=(await Topic.get(id=pk)).uuid, section_id=found.copy.section_id)
    victim = found.sealed[1]
    await Post.filter(id=victim.id).update(topic_id=other.id)
    mirror = found.hosting.orders
    for topics in ([other.uuid, found.topic.uuid], [found.topic.uuid, other.uuid], [found.topic.uuid]):
        for topic in topics:
            await write(partial(enqueue_change, mirror.pk, topic, None))
            await sync_topic(mirror.pk, topic, NOW)
        (mirror,) = [one for one in await mirrors_of_hostings([found.hosting.hosting_id]) if one.pk == mirror.pk]
        assert mirror.faults == [MirrorFault(other.uuid, victim.uuid, "swapped")]
    assert await Post.filter(topic_id=found.copy.id).count() == 2  # It was sealed anew in its own topic.
    await Post.filter(id=victim.id).delete()
    assert await found.reasons() == []


async def test_a_guest_is_shown_no_replay(database: str) -> None:
    found = await scene()
    old, mother = found.sealed[0], found.hosting.mother.alliance.id
    assert {pk: text.text for pk, text in (await open_posts([old.id], [mother])).items()} == {old.id: "Un"}

    async def edit() -> None:
        topic = await lock_known_topic(found.topic.id)
        await update_post(topic, found.own[0].id, "Un bis", author(), NOW)
        await update_topic(topic, NOW, title="Un autre titre")

    await write(edit)
    await set_body(old, old.body, revision=0)
    await Topic.filter(id=found.copy.id).update(title=found.copy.title, revision=0)
    assert await open_posts([post.id for post in found.sealed], [mother]) == {
        found.sealed[1].id: SealedText("Deux", "zoe", None, None, NOW + timedelta(minutes=1))
    }
    assert await open_topics([found.copy.id], [mother]) == {}
    assert await found.reasons() == [(None, "replayed"), (old.uuid, "replayed")]
