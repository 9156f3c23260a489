"""An account's own password and address, changed by who knows the password. Resets are in password_reset."""

from uuid import UUID

from tortoise.exceptions import IntegrityError

from domain.account.password import check_password
from domain.account.user import check_email
from domain.core.refusal import Code, Refusal
from engine.operation.context import Info
from engine.operation.selection import selection_of
from models.account import credential as credentials
from models.account.code.one_time_code import forget_codes
from models.account.credential import refuse_taken_email
from models.account.password import new_hash
from models.account.session_list import end_other_sessions
from models.account.user import UserView
from models.core.transaction import write
from resolvers.account.mail import tell_by_mail
from resolvers.account.own_password import confirmed
from resolvers.account.user import user_by_id


async def change_password(info: Info, current_password: str, new_password: str) -> UserView:
    """Ends all other sessions, and what codes were made under the old password."""
    context = info.context
    found = await confirmed(context, current_password, "currentPassword")
    check_password(new_password, found.username, found.email, field="newPassword")
    password_hash, now = await new_hash(new_password), context.now()

    async def work() -> None:
        if not await credentials.change_password(found.user_id, password_hash, now, instead_of=found.password_hash):
            raise Refusal(Code.CONFLICT, "conflict")
        await end_other_sessions(found.user_id, [UUID(context.viewer.session_id or "")], now)
        await forget_codes(found.user_id)

    await write(work)
    tell_by_mail(context, found.email, found.username, "password_changed")
    return await _own(info)


async def change_email(info: Info, email: str, password: str) -> UserView:
    """Codes that were sent to the old address are worth nothing from now on."""
    context, address = info.context, check_email(email)
    found = await confirmed(context, password, "password")
    await refuse_taken_email(address[1], found.user_id)

    async def work() -> None:
        await credentials.change_email(found.user_id, address, context.now())
        await forget_codes(found.user_id)

    try:
        await write(work)
    except IntegrityError:
        raise Refusal(Code.CONFLICT, "email_taken", "email") from None
    tell_by_mail(context, found.email, found.username, "email_changed")
    return await _own(info)


async def _own(info: Info) -> UserView:
    own = await user_by_id(info.context, info.context.viewer.user_id or 0, selection_of(info))
    if own is None:
        raise Refusal(Code.UNAUTHENTICATED, "ended_session")
    return own
