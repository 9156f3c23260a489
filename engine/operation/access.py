"""The only permission glue: who may call a field, printed into the SDL. What may be seen is decided elsewhere.

Every root field carries exactly one of these; a field without one fails the tests.
"""

from collections.abc import Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.schema_directive import Location

from domain.core.refusal import Code, Refusal, forbidden
from engine.execution.described_enum import described_enum
from engine.execution.field import Granted
from engine.operation.context import Context
from permissions.permission import Permission, has

described_enum(
    Permission,
    "Something that takes a role. A role has all that roles of a lower level have; `User.permissions` lists them.",
    {
        Permission.MANAGE_USERS: "List accounts and their addresses, give roles, activate and deactivate: level 100.",
        Permission.MANAGE_SECTIONS: "Create, change, move, delete and restore sections: from level 50.",
        Permission.MODERATE_FORUM: "Pin, lock, move, delete and restore; change what others wrote: from level 50.",
        Permission.DECLARE_DEATHS: "Declare the death of a character, or take it back: from level 30.",
    },
)
_ON_FIELDS = [Location.FIELD_DEFINITION]


@strawberry.schema_directive(
    locations=_ON_FIELDS, name="public", description="Anybody may call it, without an account."
)
class Public:
    pass


@strawberry.schema_directive(
    locations=_ON_FIELDS, name="requiresAccount", description="Any signed-in account may call it."
)
class RequiresAccount:
    pass


@strawberry.schema_directive(
    locations=_ON_FIELDS, name="requiresPermission", description="Accounts whose role has the permission may call it."
)
class RequiresPermission:
    permission: Permission


@strawberry.schema_directive(
    locations=_ON_FIELDS,
    name="requiresAllianceAdministration",
    description="Those who administer the alliance that the row, or what the arguments name, belongs to.",
)
class RequiresAllianceAdministration:
    pass


@strawberry.schema_directive(
    locations=_ON_FIELDS,
    name="requiresMembership",
    description="Members of the alliance that the arguments name, who have a topic of their own among its members.",
)
class RequiresMembership:
    pass


class Guard(FieldExtension):
    """Runs before the resolver and reads memory only: the viewer was loaded with the operation."""

    def __init__(self, check: Callable[[Context], None]) -> None:
        self.check = check

    def resolve(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self.check(info.context)
        return next_(source, info, **kwargs)

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self.check(info.context)
        return await next_(source, info, **kwargs)


class StreamGuard(Guard):
    """The same before a subscription starts. What it may see of each event is asked again for each."""

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        self.check(info.context)
        return next_(source, info, **kwargs)


def _check_token(context: Context) -> None:
    """A token that was sent and is worth nothing is refused even where none is needed."""
    if context.token_refusal is not None:
        raise context.token_refusal


def _check_account(context: Context) -> None:
    _check_token(context)
    if not context.viewer.is_authenticated:
        raise Refusal(Code.UNAUTHENTICATED, "sign_in_first")


def _check_permission(permission: Permission) -> Callable[[Context], None]:
    def check(context: Context) -> None:
        _check_account(context)
        if not has(context.viewer, permission):
            raise forbidden()

    return check


def public(resolver: Callable[..., Any], *, any_token: bool = False, **options: Any) -> Any:
    """A field for everybody. `any_token` lets even an expired token pass: signing in must work with one at hand."""
    guards: list[FieldExtension] = [] if any_token else [Guard(_check_token)]
    return strawberry.field(resolver=resolver, extensions=guards, directives=[Public()], **options)


def requires_account(resolver: Callable[..., Any], **options: Any) -> Any:
    return strawberry.field(
        resolver=resolver, extensions=[Guard(_check_account)], directives=[RequiresAccount()], **options
    )


def requires_permission(permission: Permission, resolver: Callable[..., Any], **options: Any) -> Any:
    return strawberry.field(
        resolver=resolver,
        extensions=[Guard(_check_permission(permission))],
        directives=[RequiresPermission(permission=permission)],
        **options,
    )


def public_stream(resolver: Callable[..., Any], **options: Any) -> Any:
    """A subscription for everybody."""
    return strawberry.subscription(
        resolver=resolver, extensions=[StreamGuard(_check_token)], directives=[Public()], **options
    )


def requires_account_stream(resolver: Callable[..., Any], **options: Any) -> Any:
    return strawberry.subscription(
        resolver=resolver, extensions=[StreamGuard(_check_account)], directives=[RequiresAccount()], **options
    )


def _check_administration(context: Context, alliance_id: int) -> None:
    _check_account(context)
    if not context.viewer.administers(alliance_id):
        raise forbidden("not_administrator")


def for_administrators(resolver: Any = None, **options: Any) -> Any:
    """A field of a row that has an `alliance_id`, for those who administer that alliance: its own, not any."""
    return strawberry.field(
        resolver=resolver,
        extensions=[Granted(_check_administration, "alliance_id")],
        directives=[RequiresAllianceAdministration()],
        **options,
    )


def requires_alliance_administration(resolver: Callable[..., Any], **options: Any) -> Any:
    """A root field. Which alliance is meant, its resolver finds out, and asks `resolvers.alliance` for the verdict."""
    return strawberry.field(
        resolver=resolver,
        extensions=[Guard(_check_account)],
        directives=[RequiresAllianceAdministration()],
        **options,
    )


def requires_membership(resolver: Callable[..., Any], **options: Any) -> Any:
    """The same for members."""
    return strawberry.field(
        resolver=resolver, extensions=[Guard(_check_account)], directives=[RequiresMembership()], **options
    )
