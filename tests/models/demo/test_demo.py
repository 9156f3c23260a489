"""The demo: what the source document lists is there, once, and each account sees its own forum."""

from datetime import UTC, datetime

from models.account.user import User
from models.alliance.alliance import Alliance
from models.demo.demo import ACCOUNTS, seed_demo
from models.forum.post import Post
from models.forum.section import Section
from models.forum.topic import Topic
from tests.wire.client import Client

NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)
TREE = "{ categories { sections { name subsections { name subsections { name subsections { name } } } } } }"
# The forum's own sections, and of each alliance three: to staff both, to members theirs, with the vault to those who
# administer it. The second alliance's members and its guest of the first see the two mirrors there.
SEEN = {
    "admin_test": 16 + 6 + 2,
    "moderator_test": 16 + 6 + 2,
    "gm_test": 16 + 6 + 2,
    "player_mutant": 12 + 4,
    "player_pure": 11 + 4 + 2,
    "player_neutral": 9 + 3 + 2,
    "player_no_char": 4 + 3 + 2,
}


def _count(sections: list[dict[str, object]]) -> int:
    total = 0
    for section in sections:
        below = section.get("subsections", [])
        assert isinstance(below, list)
        total += 1 + _count(below)
    return total


async def test_the_demo_is_planted_once(client: Client) -> None:
    assert await seed_demo(lambda _: "!", NOW)
    assert not await seed_demo(lambda _: "!", NOW)
    assert await User.all().count() == len(ACCOUNTS) == 7
    assert await Topic.filter(section__alliance_id=None).count() == 5
    assert await Alliance.all().count() == 2
    assert await Section.filter(parent_id=None).count() >= 6
    for topic in await Topic.all():
        assert topic.post_count == await Post.filter(topic=topic).count()


async def test_each_demo_account_sees_another_forum(client: Client) -> None:
    await seed_demo(lambda _: "!", NOW)
    seen = {}
    for name in SEEN:
        viewer = await client.as_user(await User.get(username=name))
        seen[name] = sum(_count(category["sections"]) for category in (await viewer.data(TREE))["categories"])
    assert seen == SEEN
