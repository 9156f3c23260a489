"""What an account leaves in alliances when it goes for good: its places are free, its claims withdrawn.

Tested in tests/resolvers/account/test_deletion.py.
"""

from datetime import datetime

from domain.core.refusal import Code, Refusal
from models.alliance.alliance import alliances_by_ids
from models.alliance.member_place import leave_alliance
from models.core.database import fetch

_ALLIANCES = """SELECT alliance_id FROM members WHERE user_id = $1
    UNION SELECT m.alliance_id FROM member_claims k JOIN members m ON m.id = k.member_id WHERE k.user_id = $1
    ORDER BY alliance_id"""


async def leave_alliances(user_id: int, now: datetime) -> None:
    """CONFLICT, with its tag, for an alliance of others that nobody would administer. For use inside write()."""
    for (alliance_id,) in await fetch(_ALLIANCES, user_id):
        try:
            await leave_alliance(alliance_id, user_id, now)
        except Refusal as refusal:
            if refusal.message != "last_administrator":
                raise
            tag = (await alliances_by_ids([alliance_id]))[alliance_id].tag
            raise Refusal(Code.CONFLICT, "last_administrator_of", alliance=tag) from None
