"""Who plays a member, and who administers: claims, confirmation, departure, ranks.

An alliance whose members have accounts always has an administrator.

Tested in tests/resolvers/alliance/test_member.py.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.alliance.member import is_pseudo
from domain.core.name import name_key
from domain.core.refusal import Code, Refusal, not_found
from models.account.author import Author
from models.alliance.alliance import alliance_by_key, alliances_by_ids
from models.alliance.lock import lock_alliance
from models.alliance.member import MemberView, members_by_ids, members_by_keys
from models.alliance.member_claim import add_claim, claims_of, drop_claim, drop_claims, withdraw_claims
from models.alliance.member_lookup import named_members
from models.alliance.member_topic import members_section, open_member_topics, retitle_members
from models.core.database import execute, fetch
from models.core.transaction import write
from models.live.notification import NotificationKind, NotificationLevel, notify, withdraw
from permissions.viewer import Viewer


async def claim_member(alliance_id: int, pseudo: str, viewer: Viewer, now: datetime) -> MemberView:
    """Asks for a place, which an administrator then confirms; an administrator's own claim is confirmed at once.

    Claims stand side by side. Whoever is no member is told the same of a place that is taken and of one that is not
    there, or claims would tell who plays in an alliance.
    """
    user_id = viewer.user_id or 0

    async def work() -> MemberView:
        await lock_alliance(alliance_id)
        found = (await members_by_keys(alliance_id, [name_key(pseudo)])).get(name_key(pseudo))
        if found is not None and found.left_at is None and found.user_id == user_id:
            return found
        if viewer.belongs_to(alliance_id) and not viewer.administers(alliance_id):
            raise Refusal(Code.CONFLICT, "already_member", "pseudo")
        if found is None or found.left_at is not None or found.user_id is not None:
            raise Refusal(Code.NOT_FOUND, "no_free_place", "pseudo")
        if viewer.administers(alliance_id):
            await _seat(found, user_id)
            await drop_claims([found.pk])
        elif await add_claim(alliance_id, found.pk, user_id, now):
            await _tell_claim(found, viewer.username, now)
        return found

    return await write(work)


async def _tell_claim(member: MemberView, username: str, now: datetime) -> None:
    """Those who administer, since they answer it; once, however often it is withdrawn and made again."""
    alliance = (await alliances_by_ids([member.alliance_id]))[member.alliance_id]
    details = {"alliance": alliance.tag, "pseudo": member.pseudo, "username": username}
    readers = await administrators_of(member.alliance_id)
    await withdraw(readers, NotificationKind.MEMBERSHIP, details)
    level = NotificationLevel.INFO
    notify(readers, NotificationKind.MEMBERSHIP, level, "claim_made", details, None, now)


async def confirm_member(member: MemberView, user_id: int, now: datetime) -> None:
    """Gives a free place to an account that claims it. CONFLICT where it does not, or somebody holds the place."""

    async def work() -> None:
        await lock_alliance(member.alliance_id)
        found = await _present(member.pk)
        if found.user_id == user_id:
            return
        if found.user_id is not None:
            raise Refusal(Code.CONFLICT, "member_taken", "memberId")
        claimants = [claim.user_id for claim in (await claims_of([found.pk]))[found.pk]]
        if user_id not in claimants:
            raise Refusal(Code.CONFLICT, "no_claim", "userId")
        await _seat(found, user_id)
        await drop_claims([found.pk])
        await _tell([user_id], "claim_confirmed", found, NotificationLevel.SUCCESS, now)
        await _tell([pk for pk in claimants if pk != user_id], "claim_declined", found, NotificationLevel.INFO, now)

    await write(work)


async def decline_claim(member: MemberView, user_id: int, now: datetime) -> None:
    """Takes a claim away. CONFLICT where the account does not claim the place."""

    async def work() -> None:
        await lock_alliance(member.alliance_id)
        if not await drop_claim(member.pk, user_id):
            raise Refusal(Code.CONFLICT, "no_claim", "userId")
        await _tell([user_id], "claim_declined", member, NotificationLevel.INFO, now)

    await write(work)


async def leave_alliance(alliance_id: int, user_id: int, now: datetime) -> None:
    """An account gives up its place and its claims in an alliance; who is no member has none.

    The last administrator hands the administration over first; alone, they may leave it without any.
    """

    async def work() -> None:
        await lock_alliance(alliance_id)
        await withdraw_claims(alliance_id, user_id)
        sql = "SELECT id FROM members WHERE alliance_id = $1 AND user_id = $2"
        left = [row[0] for row in await fetch(sql, alliance_id, user_id)]
        sql = "UPDATE members SET user_id = NULL, can_administer = $2 WHERE id = ANY($1)"
        await execute(sql, left, False)
        sql = "SELECT 1 FROM members WHERE alliance_id = $1 AND user_id IS NOT NULL AND left_at IS NULL LIMIT 1"
        if await fetch(sql, alliance_id):
            await check_administered(alliance_id)
        administrators = await administrators_of(alliance_id)
        for member in (await members_by_ids(left)).values():
            if member.left_at is None:
                await _tell(administrators, "member_gone", member, NotificationLevel.INFO, now)

    await write(work)


async def administrators_of(alliance_id: int) -> list[int]:
    """The accounts that administer an alliance."""
    sql = """SELECT DISTINCT user_id FROM members WHERE alliance_id = $1 AND can_administer = $2
        AND user_id IS NOT NULL AND left_at IS NULL ORDER BY user_id"""
    return [row[0] for row in await fetch(sql, alliance_id, True)]


async def _tell(user_ids: list[int], message: str, member: MemberView, level: NotificationLevel, now: datetime) -> None:
    if user_ids:
        alliance = (await alliances_by_ids([member.alliance_id]))[member.alliance_id]
        details = {"alliance": alliance.tag, "pseudo": member.pseudo}
        notify(user_ids, NotificationKind.MEMBERSHIP, level, message, details, None, now)


SHOWN_NAMES = 10
"""Of a crowd that leaves, how many a notification names."""


async def tell_departures(alliance_id: int, gone: Sequence[MemberView], by: int | None, now: datetime) -> None:
    """Tells those whom the game's table has no more, and the others who administer: two statements for any crowd.

    For use inside write().
    """
    if not gone:
        return
    tag = (await alliances_by_ids([alliance_id]))[alliance_id].tag
    level = NotificationLevel.WARNING
    accounts = [view.user_id for view in gone if view.user_id is not None and view.user_id != by]
    notify(accounts, NotificationKind.MEMBERSHIP, level, "member_left_out", {"alliance": tag}, None, now)
    names = ", ".join(view.pseudo for view in gone[:SHOWN_NAMES]) + ("…" if len(gone) > SHOWN_NAMES else "")
    others = [pk for pk in await administrators_of(alliance_id) if pk != by]
    details = {"alliance": tag, "count": len(gone), "pseudos": names}
    notify(others, NotificationKind.MEMBERSHIP, level, "members_left_out", details, None, now)


async def seat_administrator(tag: str, username: str, pseudo: str, now: datetime) -> None:
    """For the operator, after an import: the account plays this member, who is made if nobody bears the name, and
    administers. Raises LookupError for an alliance or account that is not there, ValueError for no pseudo."""
    alliance = await alliance_by_key(name_key(tag.strip()))
    if alliance is None:
        raise LookupError(f"no such alliance: {tag}")
    user_id = await check_seat(username, pseudo)

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


async def check_seat(username: str, pseudo: str) -> int:
    """The number of an account that can be seated by that name; LookupError or ValueError for one that cannot."""
    rows = await fetch("SELECT id FROM users WHERE username_key = $1 AND is_active = $2", name_key(username), True)
    if not rows:
        raise LookupError(f"no such account: {username}")
    if not is_pseudo(pseudo):
        raise ValueError(f"no pseudo: {pseudo!r}")
    user_id: int = rows[0][0]
    return user_id


async def release_member(member: MemberView, now: datetime) -> None:
    """Takes the place from whoever holds or claims it; they lose access at their next request.

    Administration goes with it, or the next account that is confirmed there would have it unasked.
    """

    async def work() -> None:
        await lock_alliance(member.alliance_id)
        holder = (await members_by_ids([member.pk]))[member.pk].user_id
        claimants = [claim.user_id for claim in (await claims_of([member.pk]))[member.pk]]
        await drop_claims([member.pk])
        await execute("UPDATE members SET user_id = NULL, can_administer = $2 WHERE id = $1", member.pk, False)
        await check_administered(member.alliance_id)
        held = [] if holder is None else [holder]
        await _tell(held, "member_released", member, NotificationLevel.WARNING, now)
        await _tell(claimants, "claim_declined", member, NotificationLevel.INFO, now)

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
    await withdraw_claims(member.alliance_id, user_id)
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
    await execute("UPDATE members SET user_id = $2, can_administer = $3 WHERE id = $1", member.pk, user_id, administers)
    await check_administered(member.alliance_id)
