"""Roles as clients see them."""

import strawberry

from engine.operation.node_type import Node, id_of
from resolvers.account import role
from schema.core.access import requires_account


@strawberry.type(description="What an account may do. A higher level allows everything that a lower one does.")
class Role(Node):
    id: strawberry.ID = id_of("Role")
    name: str = strawberry.field(description="The name that `updateUserRole` takes, such as `player`.")
    label: str = strawberry.field(description="The name that people read, in French.")
    description: str = strawberry.field(description="What the role is for, in French.")
    level: int = strawberry.field(description="admin 100, moderator 50, game_master 30, player 10.")
    is_active: bool = strawberry.field(description="Only active roles can be given.")


@strawberry.type
class RoleQuery:
    roles: list[Role] | None = requires_account(role.roles, description="The roles in use, highest level first.")
