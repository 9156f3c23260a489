"""The straight line of hosting: topics are pushed sealed, what the host writes is pulled, both at once converge."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from domain.hosting.mirror_title import read_mirror_title
from models.core.database import execute, fetch
from models.core.transaction import write
from models.forum.lock import LockedTopic, lock_topic
from models.forum.post import Post, create_post, delete_post, restore_post, update_post
from models.forum.post_revision import PostRevision
from models.forum.section import Section
from models.forum.topic import Topic
from models.forum.topic_change import create_topic, delete_topic, move_topic, restore_topic, update_topic
from models.hosting.mirror.mirror import Mirror
from models.hosting.mirror.mirror_change import sync_mirrors
from models.hosting.sync.inbound import pull_from_hosts
from models.hosting.sync.remote_write import create_post_at_host, delete_post_at_host, update_post_at_host
from tests.worlds import world
from tests.worlds.hosting import NOW, Pair, author, carry_all, house, open_pair, pair


async def own(pk: int) -> LockedTopic:
    found = await lock_topic(pk)
    assert found is not None
    return found


async def host_topic(pair: Pair, uuid: UUID) -> Topic:
    return await Topic.get(uuid=uuid, section_id=pair.orders.mirror_section_id)


async def test_topics_and_posts_go_out_sealed_and_come_home(database: str) -> None:
    mother, host = await house("MAMAN"), await house("HOTE")
    section = mother.sections["ORDERS"].id
    before = await create_topic(section, "Une commande", "Bonjour", author(), NOW)
    hosting = await open_pair(mother, host)
    topic = await Topic.get(id=before)
    copy = await host_topic(hosting, topic.uuid)
    read = read_mirror_title(copy.title)
    assert read is not None
    assert (read.tag, copy.is_sealed, copy.author_name, copy.post_count) == ("MAMAN", True, "MAMAN", 1)

    async def reply() -> None:
        await create_post(await own(before), "Un convoi", author(), NOW + timedelta(minutes=1))

    await write(reply)
    assert await Post.filter(topic_id=copy.id, is_sealed=True).count() == 2
    await write(
        lambda: create_post_at_host(hosting.orders, copy.id, "De chez eux", author("ana"), NOW + timedelta(minutes=2))
    )
    assert await Post.filter(topic_id=before).count() == 2
    await pull_from_hosts(mother.alliance.id, NOW)
    home = await Post.filter(topic_id=before).order_by("created_at")
    assert [(post.body, post.author_name, post.is_sealed) for post in home][2] == ("De chez eux", "ana", False)
    assert {post.uuid for post in home} == {post.uuid for post in await Post.filter(topic_id=copy.id)}
    assert home[2].created_at == NOW + timedelta(minutes=2)
    assert await fetch("SELECT 1 FROM mirror_changes") == []


async def test_edits_of_both_sides_are_kept_and_the_higher_revision_wins(database: str) -> None:
    hosting = await pair()
    pk = await create_topic(hosting.mother.sections["ORDERS"].id, "Une commande", "v0", author(), NOW)
    topic = await Topic.get(id=pk)
    copy = await host_topic(hosting, topic.uuid)
    mine, theirs = await Post.get(topic_id=pk), await Post.get(topic_id=copy.id)
    await write(lambda: update_post_at_host(hosting.orders, copy.id, theirs.id, "host 1", author("ana"), NOW))
    await write(lambda: update_post_at_host(hosting.orders, copy.id, theirs.id, "host 2", author("ana"), NOW))

    async def edit() -> None:
        await update_post(await own(pk), mine.id, "mother 1", author(), NOW)

    await write(edit)
    await pull_from_hosts(hosting.mother.alliance.id, NOW)
    await mine.refresh_from_db()
    assert (mine.body, mine.revision) == ("host 2", 2)
    revisions = await PostRevision.filter(post_id=mine.id).order_by("number")
    assert [(one.body, one.editor_name) for one in revisions] == [
        ("v0", "zoe"),
        ("mother 1", "ana"),
        ("host 1", "ana"),
    ]
    assert await PostRevision.filter(post_id=theirs.id).count() == 0


async def test_what_loses_at_the_host_is_kept_by_the_mother(database: str) -> None:
    hosting = await pair()
    pk = await create_topic(hosting.mother.sections["ORDERS"].id, "Une commande", "v0", author(), NOW)
    copy = await host_topic(hosting, (await Topic.get(id=pk)).uuid)
    mine, theirs = await Post.get(topic_id=pk), await Post.get(topic_id=copy.id)
    await execute("UPDATE hostings SET closed_at = opened_at")
    for text in ("mother 1", "mother 2"):

        async def edit(text: str = text) -> None:
            await update_post(await own(pk), mine.id, text, author(), NOW)

        await write(edit)
    await execute("UPDATE hostings SET closed_at = NULL")
    await write(lambda: update_post_at_host(hosting.orders, copy.id, theirs.id, "host 1", author("ana"), NOW))
    await pull_from_hosts(hosting.mother.alliance.id, NOW)
    await mine.refresh_from_db()
    revisions = await PostRevision.filter(post_id=mine.id).order_by("number")
    assert (mine.body, mine.revision) == ("mother 2", 2)
    assert [(one.body, one.editor_name) for one in revisions] == [
        ("v0", "zoe"),
        ("mother 1", "zoe"),
        ("host 1", "zoe"),  # Whose edit stands in its place.
    ]


async def test_what_is_deleted_or_moved_goes_at_the_host_and_comes_back_when_restored(database: str) -> None:
    hosting = await pair()
    pk = await create_topic(hosting.mother.sections["ORDERS"].id, "Une commande", "v0", author(), NOW)
    topic = await Topic.get(id=pk)
    copy = await host_topic(hosting, topic.uuid)

    async def state() -> tuple[bool, int]:
        found = await host_topic(hosting, topic.uuid)
        return found.deleted_at is None, await Post.filter(topic_id=copy.id, deleted_at=None).count()

    async def delete() -> None:
        await delete_topic(await own(pk), NOW)

    async def restore() -> None:
        await restore_topic(await own(pk), NOW)

    async def move(to: str) -> None:
        await move_topic(await own(pk), hosting.mother.sections[to].id, NOW)

    assert await state() == (True, 1)
    for away, back in ((delete, restore), (lambda: move("DISCUSSION"), lambda: move("ORDERS"))):
        await write(away)
        assert await state() == (False, 0)
        await carry_all(hosting)
        await write(back)
        assert await state() == (True, 1)
    post = await Post.get(topic_id=pk)

    async def delete_one() -> None:
        await delete_post(await own(pk), post.id, NOW)

    async def restore_one() -> None:
        await restore_post(await own(pk), post.id, NOW)

    await write(delete_one)
    assert await state() == (True, 0)
    await write(restore_one)
    assert await state() == (True, 1)
    theirs = await Post.get(topic_id=copy.id)
    await write(lambda: delete_post_at_host(hosting.orders, copy.id, theirs.id, NOW))
    await pull_from_hosts(hosting.mother.alliance.id, NOW)
    await post.refresh_from_db()
    assert post.deleted_at is not None


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_topic_that_is_restored_where_it_was_moved_to_lives_on(database: str, is_open: bool) -> None:
    hosting = await pair()
    sections = hosting.mother.sections
    pk = await create_topic(sections["ORDERS"].id, "Une commande", "v0", author(), NOW)
    topic = await Topic.get(id=pk)

    async def compare() -> None:
        await sync_mirrors(hosting.mother.alliance.id)
        await carry_all(hosting)
        await topic.refresh_from_db()

    async def move(to: str) -> None:
        await move_topic(await own(pk), sections[to].id, NOW)

    async def delete() -> None:
        await delete_topic(await own(pk), NOW)

    async def restore() -> None:
        await restore_topic(await own(pk), NOW)

    await write(lambda: move("DISCUSSION"))
    for _ in range(2):
        await write(delete)
        await compare()
        if not is_open:
            await execute("UPDATE hostings SET closed_at = opened_at")
        await write(restore)
        await execute("UPDATE hostings SET closed_at = NULL")
        await compare()
        copy = await host_topic(hosting, topic.uuid)
        assert (topic.deleted_at is None, copy.deleted_at is None) == (True, False)
    await write(lambda: move("ORDERS"))
    await compare()
    copy = await host_topic(hosting, topic.uuid)
    assert (topic.deleted_at, copy.deleted_at, copy.post_count) == (None, None, 1)
    assert {one.faults for one in await Mirror.all()} == {"[]"}


async def test_a_post_that_is_restored_where_its_topic_was_moved_to_lives_on(database: str) -> None:
    """The hosting is closed meanwhile: the host would have let go of the post's tombstone otherwise."""
    hosting = await pair()
    pk = await create_topic(hosting.mother.sections["ORDERS"].id, "Une commande", "v0", author(), NOW)
    post = await Post.get(topic_id=pk)

    async def delete() -> None:
        await delete_post(await own(pk), post.id, NOW)

    async def move() -> None:
        await move_topic(await own(pk), hosting.mother.sections["DISCUSSION"].id, NOW)

    async def restore() -> None:
        await restore_post(await own(pk), post.id, NOW)

    await write(delete)
    await execute("UPDATE hostings SET closed_at = opened_at")
    await write(move)
    await write(restore)
    await execute("UPDATE hostings SET closed_at = NULL")
    await sync_mirrors(hosting.mother.alliance.id)
    await carry_all(hosting)
    await post.refresh_from_db()
    assert post.deleted_at is None


async def test_titles_are_carried_and_sections_counted(database: str) -> None:
    hosting = await pair()
    pk = await create_topic(hosting.mother.sections["MEMBERS"].id, "Un membre", "v0", author(), NOW)

    async def retitle() -> None:
        await update_topic(await own(pk), NOW, title="Un autre titre")

    await write(retitle)
    topic = await Topic.get(id=pk)
    copy = await Topic.get(uuid=topic.uuid, section_id=hosting.members.mirror_section_id)
    assert (topic.revision, copy.revision) == (1, 1)
    rows = await fetch("SELECT topic_count, post_count FROM sections WHERE id = $1", hosting.members.mirror_section_id)
    assert tuple(rows[0]) == (1, 1)


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_counter_that_moves_is_told_to_every_host(database: str, is_open: bool) -> None:
    """Both hosts are written to, and then the mother, who did not look: her text stands, under the next counter."""
    hosting = await pair()
    other = await open_pair(hosting.mother, await house("AUTRE"))
    pk = await create_topic(hosting.mother.sections["ORDERS"].id, "Une commande", "v0", author(), NOW)
    mine, topic = await Post.get(topic_id=pk), await Topic.get(id=pk)
    if not is_open:
        await execute("UPDATE hostings SET closed_at = opened_at WHERE id = $1", other.hosting_id)
    copy = await Topic.get(uuid=topic.uuid, section_id=other.orders.mirror_section_id)
    theirs = await Post.get(topic_id=copy.id)
    await write(lambda: update_post_at_host(other.orders, copy.id, theirs.id, "host", author("ana"), NOW))

    async def edit() -> None:
        await update_post(await own(pk), mine.id, "mother", author(), NOW)

    await write(edit)
    await execute("UPDATE hostings SET closed_at = NULL")
    for one in (other, hosting):
        await carry_all(one)
    rows = await fetch("SELECT revision FROM posts WHERE uuid = $1", mine.uuid)
    assert [row[0] for row in rows] == [2, 2, 2]
    assert (await Post.get(id=mine.id)).body == "mother"
    assert [one.body for one in await PostRevision.filter(post_id=mine.id).order_by("number")] == ["v0", "host"]


async def test_what_waits_comes_home_into_a_deleted_section_too(
    database: str,
) -> None:
    hosting = await pair()
    hall = await world.section("general", "Salle")
    orders = hosting.mother.sections["ORDERS"].id
    moved, other = [await create_topic(orders, title, "v0", author(), NOW) for title in ("Une", "Autre")]
    copies = [await host_topic(hosting, (await Topic.get(id=pk)).uuid) for pk in (moved, other)]
    for copy in copies:
        await write(partial(create_post_at_host, hosting.orders, copy.id, "De chez eux", author("ana"), NOW))
    # Moved and deleted by hand, so that nothing is carried on the way.
    await Topic.filter(id=moved).update(section_id=hall.id)
    await Section.filter(id=hall.id).update(deleted_at=NOW, slug=None)
    await pull_from_hosts(hosting.mother.alliance.id, NOW)
    await carry_all(hosting)
    for pk in (moved, other):
        assert await Post.filter(topic_id=pk, body="De chez eux").count() == 1
    await hall.refresh_from_db()
    assert hall.post_count == 1
