"""What administrators do with their alliance's key: take it out, put it back, exchange it. All of it leaves a trail.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

from datetime import datetime
from secrets import token_bytes

from domain.core.refusal import Code, Refusal, bad_input
from domain.hosting.alliance_key import AllianceKey, KeyFault, read_key, write_key
from domain.hosting.envelope import KEY_BYTES
from models.core.database import execute
from models.core.transaction import write
from models.hosting.key.alliance_key import KeyRecord, KeyState, key_refusal, keys_of, present_keys
from models.hosting.key.key_notification import ask_for_export, export_done, notify_key_state
from models.hosting.key.trail import Actor, KeyAction, record_key_use
from models.hosting.key.vault import forget_vault_post, make_key, put_in_vault
from models.hosting.lock import lock_keys


async def export_alliance_key(alliance_id: int, by: Actor, now: datetime) -> str:
    """The key for its administrators to keep; made if the alliance never had one. Refused where it is not there."""

    async def work() -> str:
        await lock_keys(alliance_id)
        await make_key(alliance_id, by, now)
        keys = await present_keys(alliance_id)
        if keys.current is None:
            raise key_refusal(KeyState.MISSING)
        await record_key_use(alliance_id, KeyAction.EXPORTED, keys.kid, by, now)
        await export_done(keys)
        return write_key(keys.current)

    return await write(work)


async def restore_alliance_key(alliance_id: int, text: str, by: Actor, now: datetime) -> None:
    """Puts a key back into the VAULT, sealed anew. ALLIANCE_KEY_INVALID for any but the one the mirrors need."""
    key = read_key(text)
    if isinstance(key, KeyFault):
        raise bad_input("key", "bad_alliance_key" if key is KeyFault.MALFORMED else "mistyped_alliance_key")

    async def work() -> None:
        await lock_keys(alliance_id)
        record = await KeyRecord.get_or_none(alliance_id=alliance_id)
        if record is None or key.kid not in (record.kid, record.old_kid):
            raise Refusal(Code.ALLIANCE_KEY_INVALID, "wrong_alliance_key", "key")
        post_id = await put_in_vault(alliance_id, key, now)
        is_current = key.kid == record.kid
        await forget_vault_post(record.post_id if is_current else record.old_post_id, now)
        column = "post_id" if is_current else "old_post_id"
        await execute(f"UPDATE alliance_keys SET {column} = $2 WHERE alliance_id = $1", alliance_id, post_id)
        await record_key_use(alliance_id, KeyAction.RESTORED, key.kid, by, now)
        await notify_key_state(alliance_id, now)

    await write(work)


async def rotate_alliance_key(alliance_id: int, by: Actor, now: datetime) -> None:
    """A new key seals from now on; what lies under the old one is sealed anew by `rotation`. CONFLICT during one."""

    async def work() -> None:
        await lock_keys(alliance_id)
        keys = await present_keys(alliance_id)
        if keys.old_kid is not None:
            raise Refusal(Code.CONFLICT, "rotation_under_way")
        key = AllianceKey(token_bytes(KEY_BYTES))
        post_id = await put_in_vault(alliance_id, key, now)
        await execute(
            """UPDATE alliance_keys SET old_kid = kid, old_post_id = post_id, kid = $2, post_id = $3, stage = 0,
                rotated_until = 0 WHERE alliance_id = $1""",
            alliance_id,
            key.kid,
            post_id,
        )
        await record_key_use(alliance_id, KeyAction.ROTATED, key.kid, by, now)
        await ask_for_export(alliance_id, now)

    await write(work)


async def is_rotating(alliance_id: int) -> bool:
    keys = await keys_of(alliance_id)
    return keys is not None and keys.old_kid is not None
