"""Telling an alliance's members, once, that its key is gone, and once that it is back; asking for its export.

Tested in tests/schema/hosting/test_lost_key.py.
"""

from datetime import datetime

from models.alliance.member_place import administrators_of
from models.core.database import execute, fetch
from models.core.transaction import write
from models.hosting.key.alliance_key import Keys, KeyState, keys_never_exported, keys_of
from models.live.notification import NotificationKind, NotificationLevel, notify, withdraw

_MESSAGES = {KeyState.MISSING: "alliance_key_missing_told", KeyState.INVALID: "alliance_key_invalid_told"}


async def notify_key_state(alliance_id: int, now: datetime) -> None:
    """One notification for everybody concerned when the state is another than the one last told."""

    async def work() -> None:
        keys = await keys_of(alliance_id)
        if keys is None or keys.state is keys.told:
            return
        touched = await execute(
            "UPDATE alliance_keys SET told = $2 WHERE alliance_id = $1 AND told <> $2", alliance_id, keys.state.value
        )
        if not touched:
            return
        level = NotificationLevel.SUCCESS if keys.state is KeyState.PRESENT else NotificationLevel.ERROR
        await tell_members(keys, level, _MESSAGES.get(keys.state, "alliance_key_back_told"), now)

    await write(work)


async def tell_members(keys: Keys, level: NotificationLevel, message: str, now: datetime, **more: object) -> None:
    """Everybody of an alliance, in the place of what they were told of its key before. For use inside write()."""
    rows = await fetch(
        "SELECT DISTINCT user_id FROM members WHERE alliance_id = $1 AND left_at IS NULL AND user_id IS NOT NULL",
        keys.alliance_id,
    )
    readers = [row[0] for row in rows]
    await withdraw(readers, NotificationKind.ALLIANCE_KEY, {"alliance": keys.tag})
    details = {"alliance": keys.tag, **more}
    notify(readers, NotificationKind.ALLIANCE_KEY, level, message, details, None, now)


async def ask_for_export(alliance_id: int, now: datetime) -> None:
    """Asks its administrators to keep a key that nobody has outside of the service. For use inside write()."""
    keys = await keys_of(alliance_id)
    if keys is not None and keys.tag in await keys_never_exported():
        await export_done(keys)  # Of the key before this one nobody need be asked.
        readers, level = await administrators_of(alliance_id), NotificationLevel.WARNING
        message, details = "alliance_key_export_wanted", _wanted(keys)
        notify(readers, NotificationKind.ALLIANCE_KEY, level, message, details, None, now)


async def export_done(keys: Keys) -> None:
    """Nobody has to be asked any more. For use inside write()."""
    await withdraw(await administrators_of(keys.alliance_id), NotificationKind.ALLIANCE_KEY, _wanted(keys))


def _wanted(keys: Keys) -> dict[str, object]:
    """Of whichever key, and unlike what is told of the key's state."""
    return {"alliance": keys.tag, "is_export": True}
