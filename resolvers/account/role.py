"""Roles: the list of those in use, and each by number for whoever shows an account."""

from engine.operation.context import Context, Info
from engine.operation.node import node_loader
from engine.operation.selection import Selection
from models.account.role import RoleView, all_roles


async def roles_of(context: Context) -> dict[int, RoleView]:
    """Every role by number, read once an operation."""
    return {role.pk: role for role in await context.once(RoleView, all_roles)}


async def roles(info: Info) -> list[RoleView]:
    """The roles in use, highest level first."""
    return [role for role in (await roles_of(info.context)).values() if role.is_active]


@node_loader("Role")
async def _role(context: Context, pk: int, _selection: Selection) -> RoleView | None:
    return (await roles_of(context)).get(pk) if context.viewer.is_authenticated else None
