"""Posts of a members section as censuses: each is read when it is written, edited, deleted or restored.

A post that means to be one and cannot be read stays what it is; the forum tells its author which line failed.

Tested in tests/models/orders/test_interpretation.py.
"""

from datetime import datetime

from domain.alliance.census import Census, read_census
from domain.core.name import name_key
from domain.core.parsing import ParseError, Reason, parse_error
from models.alliance.census.census import delete_census, record_census
from models.alliance.member import MemberView, member_of_topic, members_by_keys
from models.alliance.member_topic import retitle_members
from models.alliance.tdc import renew_tdc
from models.core.database import execute, fetch
from models.forum.interpretation import PostText, interpret_topic
from models.forum.lock import LockedTopic
from models.live.notice import Words
from models.live.notification import NotificationKind
from permissions.visibility import SectionKind


class CensusInterpreter:
    """Of a topic that is no member's, nothing is read."""

    notification = NotificationKind.CENSUS

    def failure_of(self, body: str, written_at: datetime) -> ParseError | None:
        del written_at
        found = read_census(body)
        return found if isinstance(found, ParseError) else None

    async def words_of(self, topic: LockedTopic) -> Words:
        return "new_post_of_member", {"title": topic.title}

    async def interpret(
        self, topic_id: int, text: PostText, now: datetime, *, as_counted: bool = False
    ) -> ParseError | None:
        del as_counted
        census = read_census(text.body)
        member = await member_of_topic(topic_id) if census is not None else None
        failure = census if isinstance(census, ParseError) and member is not None else None
        if isinstance(census, Census) and member is not None:
            if await _may_report(member, text):
                await record_census(member.pk, text.post_id, text.written_at, census)
                await renew_tdc([member.pk], now)
                return None
            failure = parse_error(1, text.body.strip().partition("\n")[0], Reason.NOT_YOURS)
        await renew_tdc(await delete_census(text.post_id), now)
        return failure

    async def retract(self, topic_id: int, post_id: int, now: datetime) -> None:
        del topic_id
        await renew_tdc(await delete_census(post_id), now)

    async def retract_topic(self, topic_id: int, now: datetime) -> None:
        """The member waits for the topic's return."""
        del now
        await execute("DELETE FROM censuses WHERE member_id IN (SELECT id FROM members WHERE topic_id = $1)", topic_id)

    async def restore_topic(self, topic_id: int, now: datetime) -> None:
        await interpret_topic(SectionKind.MEMBERS, topic_id, now)

    async def detach_topic(self, topic_id: int, now: datetime) -> None:
        """The member stays, without a topic."""
        await self.retract_topic(topic_id, now)
        await execute("UPDATE members SET topic_id = NULL WHERE topic_id = $1", topic_id)

    async def is_at_home(self, topic_id: int, alliance_id: int) -> bool:
        return await _without_topic(topic_id, alliance_id) is not None

    async def attach_topic(self, topic_id: int, now: datetime) -> None:
        rows = await fetch("SELECT alliance_id FROM topics WHERE id = $1 AND alliance_id IS NOT NULL", topic_id)
        member_id = await _without_topic(topic_id, rows[0][0]) if rows else None
        if member_id is not None:
            await execute("UPDATE members SET topic_id = $2 WHERE id = $1", member_id, topic_id)
            await retitle_members([member_id], now)
            await interpret_topic(SectionKind.MEMBERS, topic_id, now)


async def _without_topic(topic_id: int, alliance_id: int) -> int | None:
    """The member whom a topic's title names, which nobody edits without its becoming a title like any other."""
    rows = await fetch("SELECT shown_title FROM topics WHERE id = $1 AND alliance_id = $2", topic_id, alliance_id)
    if not rows or rows[0][0] is None:
        return None
    key = name_key(rows[0][0])
    member = (await members_by_keys(alliance_id, [key])).get(key)
    return member.pk if member is not None and member.topic_id is None else None


async def _may_report(member: MemberView, text: PostText) -> bool:
    """Members report for themselves, administrators for anybody: a census moves everybody's share.

    Texts without an account came from another forum, which had its own rules.
    """
    if text.author_id is None or text.author_id == member.user_id:
        return True
    rows = await fetch(
        """SELECT 1 FROM members WHERE alliance_id = $1 AND user_id = $2 AND can_administer = $3
            AND left_at IS NULL""",
        member.alliance_id,
        text.author_id,
        True,
    )
    return bool(rows)
