"""A new password for who has lost theirs, by a one-time code. Nothing here tells who has an account."""

import strawberry

from domain.account.password import check_password
from domain.core.refusal import Code, Refusal, bad_input, not_found
from engine.operation.context import Info
from engine.operation.node import row_id
from engine.throttle.throttle import Limit, admit, place_of
from models.account.administration import lock_administration
from models.account.code.one_time_code import BY_HAND, MadeCode, code_owner, make_code, use_code
from models.account.credential import change_password
from models.account.password import new_hash
from models.account.session import revoke_all_of
from models.account.user import users_by_id
from models.core.transaction import write
from models.live.notification import NotificationKind, NotificationLevel, notify
from observability.failed_sign_in import note_failed_sign_in
from resolvers.account.mail import tell_by_mail

TYPED_CODES = Limit("code-address", 30, 900)
"""Codes cannot be guessed; this keeps those who try from asking the database all day."""


async def create_password_reset(info: Info, user_id: strawberry.ID) -> MadeCode:
    """A code for another account, which is told of it. One's own password is changed by who knows it."""
    context = info.context
    target, actor = row_id(user_id, "User", "userId"), context.viewer.user_id or 0
    if target == actor:
        raise Refusal(Code.FORBIDDEN, "own_password")

    async def work() -> MadeCode:
        await lock_administration(actor)
        if not await users_by_id([target]):
            raise not_found("userId")
        words = NotificationKind.ACCOUNT, NotificationLevel.WARNING, "password_reset_made"
        notify([target], *words, {}, None, context.now())
        return await make_code(target, context.now(), BY_HAND)

    return await write(work)


async def reset_password(info: Info, code: str, password: str) -> bool:
    """Sets the password of the account that the code is for, once, and ends all of its sessions."""
    context = info.context
    await admit(context.runtime.throttle, (TYPED_CODES, place_of(context.address)))
    owner = await code_owner(code, context.now())
    if owner is None:
        refusal = bad_input("code", "bad_code")
        note_failed_sign_in(context.address, context.viewer.user_id, refusal, "code")
        raise refusal
    check_password(password, owner.username, owner.email)
    password_hash = await new_hash(password)

    async def work() -> None:
        if not await use_code(code, owner.user_id):
            raise bad_input("code", "bad_code")
        await change_password(owner.user_id, password_hash, context.now())
        await revoke_all_of(owner.user_id, context.now())

    await write(work)
    tell_by_mail(context, owner.email, owner.username, "password_changed")
    return True
