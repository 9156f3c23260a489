"""Giving up a key that is gone for good: what was sealed under it is taken away, and a new one begins.

What its own sections say was never sealed, and opens again. Only what hosts' copies alone held is lost.

Tested in tests/schema/hosting/test_lost_key.py.
"""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_bytes

from domain.core.refusal import Code, Refusal
from domain.hosting.alliance_key import AllianceKey
from domain.hosting.envelope import KEY_BYTES
from models.alliance.lock import lock_alliance
from models.alliance.member_place import administrators_of
from models.alliance.member_state import recall_members
from models.core.database import execute, fetch
from models.core.transaction import write
from models.forum.copy import delete_copies
from models.forum.lock import lock_mirror_section
from models.hosting.key.alliance_key import KeyRecord, Keys, KeyState, keys_of
from models.hosting.key.key_notification import ask_for_export, tell_members
from models.hosting.key.trail import Actor, KeyAction, record_key_use
from models.hosting.key.vault import forget_vault_post, put_in_vault
from models.hosting.lock import lock_keys
from models.hosting.mirror.mirror import MirrorView, forget_mirrors, mirrors_of_mother
from models.live.notification import NotificationKind, NotificationLevel, notify


async def abandon_alliance_key(alliance_id: int, by: Actor, now: datetime) -> None:
    """Closes the hostings, empties the mirrors, puts a new key into the vault. CONFLICT where the key is not lost."""

    async def work() -> None:
        await lock_alliance(alliance_id)  # Nobody writes at a host until this ends.
        await lock_keys(alliance_id)
        keys = await keys_of(alliance_id)
        if keys is None or keys.state is KeyState.PRESENT:
            raise Refusal(Code.CONFLICT, "key_not_lost")
        mirrors = await mirrors_of_mother(alliance_id, closed=True)
        lost = await _lost_posts(mirrors)
        await _begin_anew(keys, by, now)
        await _close_hostings(keys, now)
        for section_id in sorted({mirror.mirror_section_id for mirror in mirrors}):
            await lock_mirror_section(section_id)
            await delete_copies(section_id, alliance_id)
        await forget_mirrors([mirror.pk for mirror in mirrors])
        await tell_members(keys, NotificationLevel.WARNING, "alliance_key_abandoned_told", now, lost=lost)
        await ask_for_export(alliance_id, now)

    await write(work)


async def _lost_posts(mirrors: Sequence[MirrorView]) -> int:
    """How many posts of hosts waited for the mother: what only the copies have."""
    rows = await fetch(
        """SELECT count(DISTINCT row_uuid) FROM mirror_changes
        WHERE mirror_id = ANY($1) AND from_host = $2 AND row_uuid IS NOT NULL""",
        [mirror.pk for mirror in mirrors],
        True,
    )
    return int(rows[0][0])


async def _begin_anew(keys: Keys, by: Actor, now: datetime) -> None:
    record = await KeyRecord.get(alliance_id=keys.alliance_id)
    key = AllianceKey(token_bytes(KEY_BYTES))
    post_id = await put_in_vault(keys.alliance_id, key, now)
    for old in (record.post_id, record.old_post_id):
        await forget_vault_post(old, now)
    await execute(
        """UPDATE alliance_keys SET kid = $2, post_id = $3, old_kid = NULL, old_post_id = NULL, stage = 0,
            rotated_until = 0, told = $4 WHERE alliance_id = $1""",
        keys.alliance_id,
        key.kid,
        post_id,
        KeyState.PRESENT.value,
    )
    await record_key_use(keys.alliance_id, KeyAction.ABANDONED, keys.kid, by, now)
    await record_key_use(keys.alliance_id, KeyAction.CREATED, key.kid, by, now)


async def _close_hostings(keys: Keys, now: datetime) -> None:
    """The hosts' administrators are told."""
    hosts = await fetch(
        """SELECT h.host_id, b.tag FROM hostings h JOIN alliances b ON b.id = h.host_id
        WHERE h.mother_id = $1 AND h.closed_at IS NULL ORDER BY h.id""",
        keys.alliance_id,
    )
    await execute(
        "UPDATE hostings SET closed_at = $2 WHERE mother_id = $1 AND closed_at IS NULL", keys.alliance_id, now
    )
    for host_id, tag in hosts:
        await recall_members(keys.alliance_id, host_id)
        details = {"mother": keys.tag, "host": tag}
        level, message = NotificationLevel.WARNING, "hosting_closed_key_abandoned"
        readers = await administrators_of(host_id)
        notify(readers, NotificationKind.HOSTING, level, message, details, None, now)
