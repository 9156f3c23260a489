"""Proposals: what a mother asks of a host, and what became of it. A hosting begins when the host accepts, not here.

Tested in tests/schema/hosting/test_hosting_proposal.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

from domain.core.refusal import Code, Refusal, not_found
from models.alliance.alliance import AllianceView, alliances_by_ids
from models.alliance.member_place import administrators_of
from models.core.database import execute, fetch, insert
from models.core.row import Rows
from models.core.transaction import write
from models.hosting.key.alliance_key import present_keys
from models.hosting.key.trail import Actor
from models.hosting.key.vault import make_key
from models.hosting.lock import lock_keys
from models.live.notification import NotificationKind, NotificationLevel, notify, withdraw

if TYPE_CHECKING:
    from models.alliance.alliance import Alliance

REST = timedelta(days=7)
"""How long a host is left in peace by a mother whose proposal it declined, or who withdrew it."""


class HostingProposalStatus(StrEnum):
    """What became of a proposal."""

    PROPOSED = "PROPOSED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class HostingProposal(Model):
    """The last proposal of a mother to a host, one row a pair."""

    id = fields.IntField(primary_key=True)
    mother: "fields.ForeignKeyRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="hosting_proposals", on_delete=fields.CASCADE
    )
    mother_id: int
    host: "fields.ForeignKeyRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="hosting_requests", on_delete=fields.CASCADE
    )
    host_id: int
    status = fields.CharField(max_length=16)
    proposed_at = fields.DatetimeField()
    answered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "hosting_proposals"
        unique_together = (("mother_id", "host_id"),)
        indexes = (("host_id",),)


@dataclass(slots=True, eq=False)
class HostingProposalView:
    """A proposal as it is read. Both alliances are set by whoever reads it."""

    mother_id: int
    host_id: int
    status: HostingProposalStatus
    proposed_at: datetime
    answered_at: datetime | None
    mother: AllianceView = field(init=False)
    host: AllianceView = field(init=False)


PROPOSALS = Rows(HostingProposalView, "hosting_proposals q")


async def hosting_proposals_of(alliance_id: int) -> list[HostingProposalView]:
    """What an alliance proposed, and what was proposed to it: open ones first, newest first."""
    sql = f"""{PROPOSALS.select} WHERE q.mother_id = $1 OR q.host_id = $1
        ORDER BY q.status <> 'PROPOSED', q.proposed_at DESC, q.id DESC"""
    return PROPOSALS.read(await fetch(sql, alliance_id))


async def hosting_proposal_of(mother_id: int, host_id: int) -> HostingProposalView | None:
    sql = f"{PROPOSALS.select} WHERE q.mother_id = $1 AND q.host_id = $2"
    return PROPOSALS.first(await fetch(sql, mother_id, host_id))


# ---- writing ------------------------------------------------------------------------

# One statement, so that two that propose at once propose once.
_PROPOSE = """INSERT INTO hosting_proposals (mother_id, host_id, status, proposed_at) VALUES ($1, $2, 'PROPOSED', $3)
    ON CONFLICT (mother_id, host_id) DO UPDATE SET status = 'PROPOSED', proposed_at = $3, answered_at = NULL
    WHERE hosting_proposals.status = 'ACCEPTED'
        OR (hosting_proposals.status <> 'PROPOSED' AND hosting_proposals.answered_at <= $4)
    RETURNING id"""


async def open_hosting(mother_id: int, host_id: int, by: Actor, now: datetime) -> None:
    """Proposes to be housed; again while it is open changes nothing. The host's administrators are told once.

    CONFLICT while a hosting is open, and for a week after the host declined or the mother withdrew.
    """
    if mother_id == host_id:
        raise Refusal(Code.BAD_INPUT, "own_host", "hostTag")

    async def work() -> None:
        await lock_keys(mother_id)
        await make_key(mother_id, by, now)
        await present_keys(mother_id)
        sql = "SELECT 1 FROM hostings WHERE mother_id = $1 AND host_id = $2 AND closed_at IS NULL"
        if await fetch(sql, mother_id, host_id):
            raise Refusal(Code.CONFLICT, "hosting_is_open", "hostTag")
        if await insert(_PROPOSE, mother_id, host_id, now, now - REST):
            await _tell([host_id], "hosting_proposed", mother_id, host_id, NotificationLevel.INFO, now)
            return
        known = await hosting_proposal_of(mother_id, host_id)
        if known is None or known.status is not HostingProposalStatus.PROPOSED:
            raise Refusal(Code.CONFLICT, "hosting_declined_lately", "hostTag", days=REST.days)

    await write(work)


async def answer_proposal(
    mother_id: int, host_id: int, status: HostingProposalStatus, now: datetime, field: str
) -> None:
    """Ends an open proposal, NOT_FOUND for none, and tells the mother. For use inside write()."""
    touched = await execute(
        """UPDATE hosting_proposals SET status = $3, answered_at = $4
        WHERE mother_id = $1 AND host_id = $2 AND status = 'PROPOSED'""",
        mother_id,
        host_id,
        status.value,
        now,
    )
    if not touched:
        raise not_found(field)
    # Nobody of the host has to answer any more.
    await withdraw(await administrators_of(host_id), NotificationKind.HOSTING, await _details(mother_id, host_id))
    if status is HostingProposalStatus.ACCEPTED:
        await _tell([mother_id], "hosting_accepted", mother_id, host_id, NotificationLevel.SUCCESS, now)
    if status is HostingProposalStatus.DECLINED:
        await _tell([mother_id], "hosting_declined", mother_id, host_id, NotificationLevel.WARNING, now)


async def decline_hosting(mother_id: int, host_id: int, now: datetime) -> None:
    """By the host."""
    await write(lambda: answer_proposal(mother_id, host_id, HostingProposalStatus.DECLINED, now, "motherTag"))


async def withdraw_hosting(mother_id: int, host_id: int, now: datetime) -> None:
    """By the mother."""
    await write(lambda: answer_proposal(mother_id, host_id, HostingProposalStatus.WITHDRAWN, now, "hostTag"))


async def _details(mother_id: int, host_id: int) -> dict[str, object]:
    tags = await alliances_by_ids([mother_id, host_id])
    return {"mother": tags[mother_id].tag, "host": tags[host_id].tag}


async def _tell(
    alliance_ids: Sequence[int], message: str, mother_id: int, host_id: int, level: NotificationLevel, now: datetime
) -> None:
    readers = [pk for alliance_id in alliance_ids for pk in await administrators_of(alliance_id)]
    if readers:
        details = await _details(mother_id, host_id)
        notify(readers, NotificationKind.HOSTING, level, message, details, None, now)
