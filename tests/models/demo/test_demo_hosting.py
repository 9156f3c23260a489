"""The demo's hosting: three guests, sealed mirrors without anything waiting, and a convoy that came from the host."""

from datetime import UTC, datetime

from models.alliance.member import Member
from models.core.database import fetch
from models.demo.demo import seed_demo
from models.forum.post import Post
from models.hosting.key.alliance_key import use_master_keys
from models.orders.convoy import Convoy
from tests.wire.client import MASTER

NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)


async def test_the_second_alliance_houses_three_members_of_the_first(database: str) -> None:
    use_master_keys([MASTER])
    await seed_demo(lambda _: "!", NOW)
    guests = await Member.filter(alliance__tag="FDR", hosted_by__tag="TRM").values_list("id", flat=True)
    assert len(guests) == 3
    assert await fetch("SELECT 1 FROM mirror_changes") == []
    sealed = await Post.filter(is_sealed=True, topic__section__alliance__tag="TRM")
    assert len(sealed) > 20
    at_host = {post.uuid for post in sealed}
    convoys = await Convoy.filter(sender_id__in=guests, materials=1_500_000).prefetch_related("post")
    assert len(convoys) == 1
    assert convoys[0].post.uuid in at_host
    assert not convoys[0].post.is_sealed
