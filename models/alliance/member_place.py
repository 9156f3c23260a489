"""Who plays a member, and who administers: claims, confirmation, ranks. An alliance always has an administrator.

Tested in tests/resolvers/alliance/test_member.py.
"""

from datetime import datetime

from domain.alliance.member import is_pseudo
from domain.core.name import name_key
from domain.core.refusal import Code, Refusal, not_found
from models.account.author import Author
from models.alliance.alliance import alliance_by_key
from models.alliance.lock import lock_alliance
from models.alliance.member import MemberView, members_by_ids, members_by_keys
from models.alliance.member_lookup import named_members
from models.alliance.member_topic import members_section, open_member_topics, retitle_members
from models.core.database import execute, fetch
from models.core.transaction import write
from permissions.viewer import Viewer


async def claim_member(member: MemberView, viewer: Viewer, now: datetime) -> None:
    """Asks for a place, which an administrator then confirms; an administrator's own claim is confirmed at once.

    A newer claim takes the place of an older one, and an account has one claim an alliance.
    """
    user_id = viewer.user_id or 0

    async def work() -> None:
        await lock_alliance(member.alliance_id)
        found = await _present(member.pk)
        if found.user_id == user_id:
            return
        if found.user_id is not None:
            raise Refusal(Code.CONFLICT, "member_taken", "pseudo")
        if viewer.administers(member.alliance_id):
            await _seat(found, user_id)
            return
        if viewer.belongs_to(member.alliance_id):
            raise Refusal(Code.CONFLICT, "already_member", "pseudo")
        await _withdraw_claims(member.alliance_id, user_id)
        await execute("UPDATE members SET claimed_by_id = $2, claimed_at = $3 WHERE id = $1", member.pk, user_id, now)

    await write(work)


async def confirm_member(member: MemberView, user_id: int | None) -> None:
    """Gives the place to an account: the one that claimed it, or the one that is named. CONFLICT without either."""

    async def work() -> None:
        await lock_alliance(member.alliance_id)
        found = await _present(member.pk)
        chosen = found.claimed_by_id if user_id is None else user_id
        if chosen is None:
            raise Refusal(Code.CONFLICT, "no_claim", "memberId")
        if not await fetch("SELECT 1 FROM users WHERE id = $1 AND is_active = $2", chosen, True):
            raise not_found("userId")
        await _seat(found, chosen)

    await write(work)


async def seat_administrator(tag: str, username: str, pseudo: str, now: datetime) -> None:
    """For the operator, after an import: the account plays this member, who is made if nobody bears the name, and
    administers. Raises LookupError for an alliance or account that is not there, ValueError for no pseudo."""
    alliance = await alliance_by_key(name_key(tag.strip()))
    rows = await fetch("SELECT id FROM users WHERE username_key = $1 AND is_active = $2", name_key(username), True)
    if alliance is None or not rows:
        raise LookupError(f"no such {'account: ' + username if alliance else 'alliance: ' + tag}")
    if not is_pseudo(pseudo):
        raise ValueError(f"no pseudo: {pseudo!r}")
    user_id: int = rows[0][0]

    async def work() -> None:
        await lock_alliance(alliance.pk)
        await named_members(alliance.pk, [pseudo], now)
        member = (await members_by_keys(alliance.pk, [name_key(pseudo)]))[name_key(pseudo)]
        await execute("UPDATE members SET can_administer = $2, left_at = NULL WHERE id = $1", member.pk, True)
        await _seat(await _present(member.pk), user_id)
        if member.topic_id is None:
            author = Author(user_id, pseudo)
            await open_member_topics(await members_section(alliance.pk), [member], author, now)

    await write(work)


async def release_member(member: MemberView) -> None:
    """Takes the place from whoever holds or claims it; they lose access at their next request."""

    async def work() -> None:
        await lock_alliance(member.alliance_id)
        await execute(
            "UPDATE members SET user_id = NULL, claimed_by_id = NULL, claimed_at = NULL WHERE id = $1", member.pk
        )
        await check_administered(member.alliance_id)

    await write(work)


async def update_member_rank(
    member: MemberView, rank: str | None, rank_order: int | None, now: datetime, *, can_administer: bool | None
) -> None:
    """What is None stays. An empty rank takes rank and order away."""

    async def work() -> None:
        await lock_alliance(member.alliance_id)
        found = await _present(member.pk)
        new_rank = found.title_rank if rank is None else rank or None
        new_order = found.title_rank_order if rank_order is None else rank_order
        if new_rank is None and rank_order is not None and rank is None:
            new_rank = ""
        kept_order = None if new_rank is None else new_order or 0
        administers = found.can_administer if can_administer is None else can_administer
        await execute(
            "UPDATE members SET rank = $2, rank_order = $3, can_administer = $4 WHERE id = $1",
            member.pk,
            new_rank,
            kept_order,
            administers,
        )
        await check_administered(member.alliance_id)
        await retitle_members([member.pk], now)

    await write(work)


async def check_administered(alliance_id: int) -> None:
    """CONFLICT, which undoes the write, if nobody would be left to administer the alliance."""
    rows = await fetch(
        """SELECT 1 FROM members WHERE alliance_id = $1 AND can_administer = $2 AND user_id IS NOT NULL
            AND left_at IS NULL LIMIT 1""",
        alliance_id,
        True,
    )
    if not rows:
        raise Refusal(Code.CONFLICT, "last_administrator")


async def _present(member_id: int) -> MemberView:
    found = (await members_by_ids([member_id])).get(member_id)
    if found is None or found.left_at is not None:
        raise not_found("memberId")
    return found


async def _seat(member: MemberView, user_id: int) -> None:
    """The account takes the place; another that it held here is free again, and its administration moves along."""
    await _withdraw_claims(member.alliance_id, user_id)
    rows = await fetch(
        "SELECT id, can_administer FROM members WHERE alliance_id = $1 AND user_id = $2 AND id <> $3",
        member.alliance_id,
        user_id,
        member.pk,
    )
    await execute(
        "UPDATE members SET user_id = NULL, can_administer = $2 WHERE id = ANY($1)", [row[0] for row in rows], False
    )
    administers = member.can_administer or any(bool(row[1]) for row in rows)
    await execute(
        """UPDATE members SET user_id = $2, can_administer = $3, claimed_by_id = NULL, claimed_at = NULL
        WHERE id = $1""",
        member.pk,
        user_id,
        administers,
    )
    await check_administered(member.alliance_id)


async def _withdraw_claims(alliance_id: int, user_id: int) -> None:
    await execute(
        "UPDATE members SET claimed_by_id = NULL, claimed_at = NULL WHERE alliance_id = $1 AND claimed_by_id = $2",
        alliance_id,
        user_id,
    )
