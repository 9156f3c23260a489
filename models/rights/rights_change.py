"""Changing what is saved of a member's rights by hand: the row, its entry in the history, its topic's title.

Tested in tests/resolvers/rights/test_rights_change.py.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.alliance.member import Adjustment
from domain.core.refusal import not_found
from domain.rights.delivery import NOTHING
from domain.rights.rights_entry import unproductive_entry
from models.alliance.lock import lock_alliance
from models.alliance.member import MemberView
from models.alliance.member_state import save_rights
from models.alliance.member_topic import retitle_members
from models.core.transaction import write
from models.forum.lock import lock_topic
from models.live.event import EventKind, publish
from models.rights.harvest import last_harvest
from models.rights.rights import AllianceSheet
from models.rights.rights_entry import insert_entries
from permissions.viewer import Viewer

_SHARES = ("baseShare", "adjustedShare")
DECIMALS = 6
"""Of a coefficient in percent. More would only make titles long."""


@dataclass(frozen=True, slots=True)
class RightsChange:
    """Percent and thousandths of materials. What is None stays."""

    coefficient: float | None
    adjustment: Adjustment | None
    accumulated_thousandths: int | None


async def update_member_rights(member: MemberView, change: RightsChange, editor: Viewer, now: datetime) -> None:
    """Writes a change that makes a difference, with who made it. NOT_FOUND for a member who has left."""

    async def work() -> None:
        await lock_alliance(member.alliance_id)
        if member.topic_id is not None:
            await lock_topic(member.topic_id)
        sheet = AllianceSheet(member.alliance_id, now)
        await sheet.load(())
        saved = next((one for one in sheet.members if one.pk == member.pk), None)
        if saved is None:
            raise not_found("memberId")
        coefficient = saved.coefficient if change.coefficient is None else round(change.coefficient, DECIMALS)
        adjustment = change.adjustment or saved.adjustment
        kept = saved.accumulated_thousandths
        accumulated = kept if change.accumulated_thousandths is None else change.accumulated_thousandths
        if (coefficient, adjustment, accumulated) == (saved.coefficient, saved.adjustment, kept):
            return
        await save_rights(member.pk, coefficient, adjustment, accumulated)
        await _record(member, kept, editor, now)
        await retitle_members([member.pk], now)
        # The shares moved: who follows the alliance's rights is told by its last harvest, told once more.
        latest = await last_harvest(member.alliance_id)
        if latest is not None:
            publish(EventKind.RIGHTS, latest.pk, member.alliance_id)

    await write(work)


async def _record(member: MemberView, before_thousandths: int, editor: Viewer, now: datetime) -> None:
    """An entry without intervals: nothing was produced or sent, an administrator set the value."""
    sheet = AllianceSheet(member.alliance_id, now)
    await sheet.load(_SHARES)
    saved = next(one for one in sheet.members if one.pk == member.pk)
    shares = sheet.rows(_SHARES)[member.pk]
    entry = unproductive_entry(
        saved, before_thousandths, NOTHING, shares.base_share or 0.0, shares.adjusted_share or 0.0
    )
    await insert_entries({member.pk: entry}, now, None, editor.user_id)
