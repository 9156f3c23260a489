"""What a write costs by mirrors that are not its own, and by topics of a mirror that it does not touch: nothing."""

import re

from models.core.transaction import write
from models.forum.lock import lock_known_topic
from models.forum.post import Post, create_post
from models.forum.topic import Topic
from models.forum.topic_change import create_topic
from models.hosting.sync.remote_write import create_post_at_host, delete_post_at_host
from tests.wire.statements import statements
from tests.worlds.hosting import NOW, author, pair


async def test_no_write_counts_a_mirror_or_looks_at_all_of_them(database: str) -> None:
    hosting = await pair()
    pk = await create_topic(hosting.mother.sections["ORDERS"].id, "Une commande", "Un", author(), NOW)
    copy = await Topic.get(uuid=(await Topic.get(id=pk)).uuid, section_id=hosting.orders.mirror_section_id)

    async def reply() -> None:
        await create_post(await lock_known_topic(pk), "Deux", author(), NOW)

    async with statements() as seen:
        await write(reply)
        of_reply = len(seen)
        theirs = await write(lambda: create_post_at_host(hosting.orders, copy.id, "Trois", author("ana"), NOW))
        await write(lambda: delete_post_at_host(hosting.orders, copy.id, theirs, NOW))
    assert of_reply <= 23, "eight or nine of the post itself, and what its copy takes"
    assert [sql for sql in seen if re.search(r"count\(\*\) FROM (posts|topics)|sum\(", sql)] == []
    lookups = [sql for sql in seen if "mirror_marks k ON" in sql]
    assert lookups
    assert all("UNION" in sql and " OR " not in sql for sql in lookups)
    await copy.refresh_from_db()
    assert copy.post_count == 2 == await Post.filter(topic_id=copy.id, deleted_at=None).count()
