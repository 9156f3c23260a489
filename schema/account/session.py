"""Signing in and out as clients do it.

Tested in tests/resolvers/account/sign_in/test_session.py.
"""

from datetime import datetime

import strawberry

from engine.execution.price import price
from engine.operation.context import Info
from engine.operation.secret_answer import SECRET_ANSWER
from resolvers.account.sign_in import session
from schema.account.user import User
from schema.core.access import public, requires_account


@strawberry.type(description="A sign-in. Send `Authorization: Bearer <accessToken>` with each request.")
class AuthPayload:
    access_token: str = strawberry.field(description="A JWT, opaque to clients; worth nothing after `expiresAt`.")
    refresh_token: str = strawberry.field(
        description="For one use of `refreshSession`. Using it again ends the session, since one of the two is a thief."
    )
    expires_at: datetime = strawberry.field(description="When the access token expires.")
    user: User = strawberry.field(description="The account that is signed in now.")
    invited_to: str | None = strawberry.field(
        description="Of `register` by an alliance's invitation: its tag, where `claimMember` asks for a place."
    )


@strawberry.input(description="A new account's name, address and password.")
class RegisterInput:
    username: str = strawberry.field(description="1 to 32 characters that show, no `@`; unique whatever its case.")
    email: str = strawberry.field(
        description="At most 254 characters; unique whatever its case. Only its form is looked at."
    )
    password: str = strawberry.field(
        description="8 to 128 characters, three of them different; no name or address, none that many people choose."
    )
    invitation: str | None = strawberry.field(
        default=None,
        description="The code of an invitation: needed where the service takes no others (FORBIDDEN). BAD_INPUT for "
        "one that is wrong, expired, revoked or used up.",
    )


@strawberry.input(description="Which account, and the proof.")
class LoginInput:
    login: str = strawberry.field(description="Username or email, in any case; at most 254 characters.")
    password: str = strawberry.field(description="The account's password, at most 1,024 characters.")


# Named `input` for clients: the word is Python's as well.
async def register(info: Info, input: RegisterInput) -> session.Grant:  # noqa: A002
    return await session.register(info, input.username, input.email, input.password, input.invitation)


async def login(info: Info, input: LoginInput) -> session.Grant:  # noqa: A002
    return await session.login(info, input.login, input.password)


@strawberry.type
class SessionMutation:
    register: AuthPayload = public(
        register,
        any_token=True,
        arguments={"input": "The account to make; BAD_INPUT and CONFLICT name the field."},
        description="A new account with the role `player`, signed in. CONFLICT with `field`; FORBIDDEN "
        "where registration is closed or takes an invitation.",
        metadata=price(2500, once=True) | SECRET_ANSWER,
    )
    login: AuthPayload = public(
        login,
        any_token=True,
        arguments={"input": "Whom to sign in."},
        description=(
            "UNAUTHENTICATED for an unknown account and for a wrong password alike; RATE_LIMITED with `retryAfter` "
            "seconds after too many, right ones included; FORBIDDEN for the right password of an inactive account. "
            "TOO_COMPLEX with a second `login` or `register` in the operation."
        ),
        metadata=price(2500, once=True) | SECRET_ANSWER,
    )
    refresh_session: AuthPayload = public(
        session.refresh_session,
        any_token=True,
        arguments={"refresh_token": "The session's newest one; UNAUTHENTICATED for any other and once it has expired."},
        description="New tokens for old. A second use of one refresh token ends the session, also at the same moment.",
        metadata=SECRET_ANSWER,
    )
    logout: bool = requires_account(
        session.logout, description="Ends the session: its tokens are worth nothing from now on."
    )
