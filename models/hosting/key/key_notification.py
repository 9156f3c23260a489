"""Telling an alliance's members, once, that its key is gone, and once that it is back."""

from datetime import datetime

from models.core.database import execute, fetch
from models.core.transaction import write
from models.hosting.key.alliance_key import KeyState, keys_of
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
        rows = await fetch(
            "SELECT DISTINCT user_id FROM members WHERE alliance_id = $1 AND left_at IS NULL AND user_id IS NOT NULL",
            alliance_id,
        )
        readers = [row[0] for row in rows]
        await withdraw(readers, NotificationKind.ALLIANCE_KEY, {"alliance": keys.tag})
        level = NotificationLevel.SUCCESS if keys.state is KeyState.PRESENT else NotificationLevel.ERROR
        message = _MESSAGES.get(keys.state, "alliance_key_back_told")
        await notify(readers, NotificationKind.ALLIANCE_KEY, level, message, {"alliance": keys.tag}, None, now)

    await write(work)
