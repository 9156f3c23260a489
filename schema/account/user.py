"""Accounts as clients see them, and what administrators do with them.

Tested in tests/resolvers/account/test_user.py.
"""

from datetime import datetime

import strawberry

from engine.execution.field import computed
from engine.execution.price import price
from engine.operation.node_type import Node, id_of
from engine.operation.page_type import Connection
from permissions.permission import Permission, allowed
from resolvers.account import user
from schema.account.character import Character
from schema.account.role import Role
from schema.account.session_list import Session
from schema.core.access import public, requires_permission

PAGE = 20
OTHER = "Another account than the caller's own, which is FORBIDDEN."


@strawberry.type(description="An account: it signs in, writes in the forum, plays characters and members of alliances.")
class User(Node):
    id: strawberry.ID = id_of("User")
    username: str = strawberry.field(description="1 to 32 characters, fixed at registration; unique whatever its case.")
    is_active: bool = strawberry.field(description="An inactive account cannot sign in; its posts stay.")
    created_at: datetime = strawberry.field(description="When the account was registered.")
    role: Role = strawberry.field(description="Set by administrators; `player` from registration on.")
    permissions: list[Permission] = computed(
        lambda self: allowed(self.role.level), "What the account's role allows it to do."
    )
    email: str | None = computed(
        lambda self: self.shown_email, "Only for the user's own account and for administrators."
    )
    characters: list[Character] = strawberry.field(description="Living and dead, oldest first.")
    sessions: list[Session] | None = strawberry.field(
        description="The newest hundred sign-ins that live; null for all but the user's own account.",
        metadata=price(20, items=3),
    )


UserConnection = Connection[User]


@strawberry.type
class UserQuery:
    me: User | None = public(user.me, description="The account that is signed in; null for nobody.")
    users: UserConnection | None = requires_permission(
        Permission.MANAGE_USERS,
        user.users,
        arguments={
            "search": "What a name or an address begins with, whatever its case; with an @ in front, what the "
            "host of an address begins with. At most 254 characters.",
            "role": "The name of a role, such as `player`; null for all.",
            "is_active": "True for active accounts alone, false for inactive ones; null for all.",
        },
        description="All accounts, in the order of their registration.",
    )


@strawberry.type
class UserMutation:
    update_user_role: User = requires_permission(
        Permission.MANAGE_USERS,
        user.update_user_role,
        arguments={
            "user_id": OTHER,
            "role": "The name of an active role, such as `player`; BAD_INPUT for any other.",
        },
        description="Gives another account a role by name; it holds at that account's next request.",
    )
    activate_user: User = requires_permission(
        Permission.MANAGE_USERS,
        user.activate_user,
        arguments={"user_id": OTHER},
        description="Lets another account sign in again.",
    )
    deactivate_user: User = requires_permission(
        Permission.MANAGE_USERS,
        user.deactivate_user,
        arguments={"user_id": OTHER},
        description="Shuts another account out from its next request on, and ends its sessions.",
    )
