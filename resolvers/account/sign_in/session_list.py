"""The viewer's own sign-ins: listed, and ended one by one or all but the one that asks."""

from uuid import UUID

from domain.core.refusal import bad_input, not_found
from engine.operation.context import Context, Info
from models.account import session_list
from models.account.session_list import SessionView, sessions_of
from models.core.transaction import write


async def own_sessions(context: Context) -> list[SessionView]:
    """The newest first; the one that asks is marked."""
    found = await sessions_of(context.viewer.user_id or 0)
    for one in found:
        one.is_current = str(one.key) == context.viewer.session_id
    return found


async def end_session(info: Info, key: str) -> list[SessionView]:
    """Ends one of the viewer's own sessions, and gives those that are left."""
    context = info.context
    try:
        number = UUID(key)
    except ValueError:
        raise bad_input("key", "bad_id") from None
    if not await session_list.end_session(context.viewer.user_id or 0, number, context.now()):
        raise not_found("key")
    return await own_sessions(context)


async def end_other_sessions(info: Info) -> list[SessionView]:
    """Ends all but the one that asks, which is left."""
    context, kept = info.context, UUID(info.context.viewer.session_id or "")
    user_id = context.viewer.user_id or 0
    await write(lambda: session_list.end_other_sessions(user_id, [kept], context.now()))
    return await own_sessions(context)
