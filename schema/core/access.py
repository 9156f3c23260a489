"""Who may call a field, as far as the account tells: directives and the guards that print them.

Every root field carries exactly one directive of this kind, here or in the access of another area.

Tested in tests/schema/test_guard_matrix.py.
"""

from collections.abc import Callable
from typing import Any

import strawberry
from strawberry.schema_directive import Location

from domain.core.refusal import Code, Refusal, forbidden
from engine.execution.described_enum import described_enum
from engine.guard.guard import Check, Guard, guarded
from engine.operation.context import Context
from permissions.permission import Permission, has

described_enum(
    Permission,
    "Something that takes a role. A role has all that roles of a lower level have; `User.permissions` lists them.",
    {
        Permission.MANAGE_USERS: "List accounts and their addresses, give roles, activate and deactivate: level 100.",
        Permission.MANAGE_SECTIONS: "Create, change, move, delete and restore sections: from level 50.",
        Permission.MODERATE_FORUM: "Pin, lock, move, delete and restore; change what others wrote: from level 50.",
        Permission.MANAGE_FACTIONS: "Make factions and clans, rename them, take them out of use: from level 50.",
        Permission.DECLARE_DEATHS: "Declare the death of a character, or take it back: from level 30.",
        Permission.APPROVE_CHARACTERS: "See the characters that wait, approve and refuse them: from level 30.",
    },
)


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], name="public", description="Anybody may call it, without an account."
)
class Public:
    def sentence(self) -> str:
        return "For everybody."


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], name="requiresAccount", description="Any signed-in account may call it."
)
class RequiresAccount:
    def sentence(self) -> str:
        return "For any signed-in account."


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requiresPermission",
    description="Accounts whose role has the permission may call it.",
)
class RequiresPermission:
    permission: Permission = strawberry.field(description="What the account's role must allow.")
    or_administration_of: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Way to the argument that names a row of the forum, such as `id`: those who administer the "
        "alliance that its section is of may call it too.",
    )

    def sentence(self) -> str:
        of = ", and in an alliance's sections for those who administer it" if self.or_administration_of else ""
        return f"For accounts with the permission {self.permission.name}{of}."


def public(resolver: Callable[..., Any], *, any_token: bool = False, **options: Any) -> Any:
    """A field for everybody. `any_token` lets even an expired token pass: signing in must work with one at hand."""
    return guarded(resolver, Guard(Public(), _let_pass if any_token else check_token), **options)


def requires_account(resolver: Callable[..., Any], **options: Any) -> Any:
    return guarded(resolver, Guard(RequiresAccount(), check_account), **options)


def requires_permission(permission: Permission, resolver: Callable[..., Any], **options: Any) -> Any:
    return guarded(resolver, Guard(RequiresPermission(permission=permission), _check_permission(permission)), **options)


def _let_pass(_context: Context) -> None:
    """Nothing is asked, not even whether a token that was sent is worth something."""


def check_token(context: Context) -> None:
    """A token that was sent and is worth nothing is refused even where none is needed."""
    if context.token_refusal is not None:
        raise context.token_refusal


def check_account(context: Context) -> None:
    check_token(context)
    if not context.viewer.is_authenticated:
        raise Refusal(Code.UNAUTHENTICATED, "sign_in_first")


def _check_permission(permission: Permission) -> Check:
    def check(context: Context) -> None:
        check_account(context)
        if not has(context.viewer, permission):
            raise forbidden()

    return check
