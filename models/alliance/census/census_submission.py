"""The post that the service writes for a member's census, in its canonical text."""

from datetime import datetime

from domain.core.refusal import Code, Refusal
from models.account.author import Author
from models.alliance.census.census import CensusView, census_of_post
from models.alliance.member import MemberView
from models.core.transaction import interpret_now, write
from models.forum.lock import lock_open_topic
from models.forum.post import create_post


async def submit_census(member: MemberView, body: str, now: datetime) -> CensusView:
    """A text that reads as a census, in the member's own topic."""

    async def work() -> CensusView:
        topic = await lock_open_topic(member.topic_id or 0)
        post_id = await create_post(topic, body, Author(member.user_id, member.pseudo), now)
        await interpret_now()
        found = await census_of_post(post_id)
        if found is None:
            raise Refusal(Code.BAD_INPUT, "no_census", "text")
        return found

    return await write(work)
