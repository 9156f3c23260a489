"""Passwords and addresses as clients change and reset them.

Tested in tests/resolvers/account/test_password_change.py.
"""

from datetime import datetime

import strawberry

from engine.execution.price import price
from engine.operation.context import Info
from engine.operation.secret_answer import SECRET_ANSWER
from models.account.user import UserView
from permissions.permission import Permission
from resolvers.account import deletion, mail, password_change, password_reset
from schema.account.user import OTHER, User
from schema.core.access import public, requires_account, requires_permission

CHOSEN = "8 to 128 characters, three of them different; no name or address, none that many people choose."
TYPED = "The account's password, at most 1,024 characters; BAD_INPUT for a wrong one, RATE_LIMITED after too many."


@strawberry.type(description="A code by which a password can be set once. It is shown here and never again.")
class OneTimeCode:
    code: str = strawberry.field(
        description="Six groups of four letters and digits. Case, hyphens, and O for 0 or I for 1 do not matter."
    )
    expires_at: datetime = strawberry.field(description="When it is worth nothing any more: after a day.")


@strawberry.input(description="The old password and the new one.")
class ChangePasswordInput:
    current_password: str = strawberry.field(description=TYPED)
    new_password: str = strawberry.field(description=CHOSEN)


@strawberry.input(description="The new address, and the password.")
class ChangeEmailInput:
    email: str = strawberry.field(
        description="At most 254 characters; unique whatever its case, otherwise CONFLICT. Only its form is looked at."
    )
    password: str = strawberry.field(description=TYPED)


@strawberry.input(description="The code, and the password to be.")
class ResetPasswordInput:
    code: str = strawberry.field(description="At most 64 characters; BAD_INPUT for one that is wrong, used or expired.")
    password: str = strawberry.field(description=CHOSEN)


# Named `input` for clients: the word is Python's as well.
async def change_password(info: Info, input: ChangePasswordInput) -> UserView:  # noqa: A002
    return await password_change.change_password(info, input.current_password, input.new_password)


async def change_email(info: Info, input: ChangeEmailInput) -> UserView:  # noqa: A002
    return await password_change.change_email(info, input.email, input.password)


async def reset_password(info: Info, input: ResetPasswordInput) -> bool:  # noqa: A002
    return await password_reset.reset_password(info, input.code, input.password)


# What is asked holds a password: no key of idempotency may keep a digest of it, which would be guessed by.
@strawberry.type
class PasswordMutation:
    change_password: User = requires_account(
        change_password,
        arguments={"input": "Both passwords; BAD_INPUT names the field."},
        description="Changes one's own password, ends all other sessions and all codes, and tells the account.",
        metadata=price(5000, once=True) | SECRET_ANSWER,
    )
    change_email: User = requires_account(
        change_email,
        arguments={"input": "Address and password; BAD_INPUT and CONFLICT name the field."},
        description="Changes one's own address, ends all codes, and tells the account.",
        metadata=price(2800, once=True) | SECRET_ANSWER,
    )
    create_password_reset: OneTimeCode = requires_permission(
        Permission.MANAGE_USERS,
        password_reset.create_password_reset,
        arguments={"user_id": OTHER},
        description="Makes a code by which another account sets a new password, for who has lost theirs. The account "
        "is told.",
        metadata=SECRET_ANSWER,
    )
    reset_password: bool = public(
        reset_password,
        any_token=True,
        arguments={"input": "Code and password; BAD_INPUT names the field."},
        description="Sets the password of the account that a code is for, and ends all of its sessions. RATE_LIMITED "
        "after too many tries.",
        metadata=price(2800, once=True) | SECRET_ANSWER,
    )
    request_password_reset: bool = public(
        mail.request_password_reset,
        any_token=True,
        arguments={"login": "Username or address of the account, in any case; at most 254 characters."},
        description="Has a code for `resetPassword` mailed to the account's address, good for an hour. True, after the "
        "same time, whether there is such an account or not. FORBIDDEN where the service sends no mail, RATE_LIMITED "
        "after ten in an hour from one address; an account gets three.",
        metadata=price(1000, once=True) | SECRET_ANSWER,
    )
    delete_account: bool = requires_account(
        deletion.delete_account,
        arguments={"password": TYPED},
        description="Deletes one's own account for good: sign-ins, characters, notifications; places in alliances are "
        "free. What it wrote stays under the name that it was signed with. CONFLICT for the last who administers the "
        "service, or an alliance of others.",
        metadata=price(5000, once=True) | SECRET_ANSWER,
    )
