"""Accounts: the list for administrators, and what a selection asks of those that are there already."""

from collections.abc import Awaitable, Callable, Sequence

import strawberry

from domain.account.user import MAX_EMAIL
from domain.core.name import name_key
from domain.core.refusal import bad_input, forbidden, not_found
from domain.core.text import storable_text
from engine.operation.context import Context, Info
from engine.operation.node import node_loader, row_id
from engine.operation.page import USUAL_PAGE, Page, Paging, page_of, window_of
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import Selection, below, selection_of
from models.account import user as accounts
from models.account.administration import lock_administration
from models.account.character import characters_of
from models.account.role import all_roles
from models.account.session import revoke_all_of
from models.account.session_list import SessionView
from models.account.user import (
    UserFilter,
    UserView,
    emails_of,
    user_count,
    user_page,
    users_by_id,
)
from models.core.transaction import write
from models.live.notification import NotificationKind, NotificationLevel, notify
from permissions.permission import Permission, has
from resolvers.account.character import fill_characters
from resolvers.account.role import roles_of
from resolvers.account.sign_in.session_list import own_sessions


async def fill_users(
    context: Context, users: Sequence[UserView], selection: Selection, *, own_id: int | None = None
) -> None:
    """Sets what is selected and no column of the account itself; `own_id` is an account that has just signed in."""
    if not users:
        return
    if {"role", "permissions"} & selection.keys():
        roles = await roles_of(context)
        for user in users:
            user.role = roles[user.role_id]
    if "email" in selection:
        await _fill_emails(context, users, own_id or context.viewer.user_id)
    if "sessions" in selection:
        for user in users:
            if user.pk == context.viewer.user_id:
                user.sessions = await context.once(SessionView, lambda: own_sessions(context))
    if "characters" in selection:
        await _fill_own_characters(context, users, selection["characters"])


async def _fill_emails(context: Context, users: Sequence[UserView], own_id: int | None) -> None:
    """One's own address, or all of them for administrators. The others never leave the database."""
    sees_all = has(context.viewer, Permission.MANAGE_USERS)
    shown = {user.pk for user in users if sees_all or user.pk == own_id}
    emails = await emails_of(shown) if shown else {}
    for user in users:
        user.shown_email = emails.get(user.pk)


async def _fill_own_characters(context: Context, users: Sequence[UserView], selection: Selection) -> None:
    found = await characters_of({user.pk for user in users})
    for user in users:
        user.characters = found.get(user.pk, [])
    await fill_characters(context, [character for owned in found.values() for character in owned], selection)


async def user_by_id(context: Context, pk: int, selection: Selection) -> UserView | None:
    found = await users_by_id([pk])
    await fill_users(context, found, selection)
    return found[0] if found else None


async def me(info: Info) -> UserView | None:
    """The viewer's own account, as it was read with the operation; None for nobody."""
    viewer = info.context.viewer
    if viewer.user_id is None or viewer.created_at is None:
        return None
    own = UserView(
        viewer.user_id, viewer.username, is_active=True, created_at=viewer.created_at, role_id=viewer.role_id
    )
    await fill_users(info.context, [own], selection_of(info))
    return own


async def users(
    info: Info,
    *,
    first: First = USUAL_PAGE,
    after: After = None,
    last: Last = None,
    before: Before = None,
    search: str | None = None,
    role: str | None = None,
    is_active: bool | None = None,
) -> Page[UserView]:
    """Accounts by number, which is the order of their registration."""
    context, selection = info.context, selection_of(info)
    window = window_of(info, Paging(first=first, after=after, last=last, before=before), int)
    search_key = name_key(storable_text(search or "", "search", MAX_EMAIL)).strip()
    wanted = UserFilter(search_key, storable_text(role, "role", 32) if role is not None else None, is_active)
    rows = await user_page(wanted, window)
    page = page_of(rows, window, lambda user: (user.pk,))
    await fill_users(context, page.nodes, below(selection, "edges", "node"))
    if "totalCount" in selection:
        page.total_count = await user_count(wanted)
    return page


async def update_user_role(info: Info, user_id: strawberry.ID, role: str) -> UserView:
    """Gives an account a role that is in use; it holds at that account's very next request."""
    context = info.context

    async def work(target: int) -> None:
        wanted = next((one for one in await all_roles() if one.name == role and one.is_active), None)
        if wanted is None:
            raise bad_input("role", "unknown_role")
        if await accounts.update_user_role(target, wanted.pk, context.now()):
            await accounts.tell_role(target, wanted.label, context.now())

    return await _administer(info, user_id, work)


async def activate_user(info: Info, user_id: strawberry.ID) -> UserView:
    """Lets an account sign in again. Sessions that its deactivation ended stay ended."""
    context = info.context

    async def work(target: int) -> None:
        if await accounts.activate_user(target, context.now()):
            await _tell(context, target, "account_activated")

    return await _administer(info, user_id, work)


async def deactivate_user(info: Info, user_id: strawberry.ID) -> UserView:
    """Shuts an account out at its very next request, and ends its sessions."""
    context = info.context

    async def work(target: int) -> None:
        await accounts.deactivate_user(target, context.now())
        await revoke_all_of(target, context.now())

    return await _administer(info, user_id, work)


async def _tell(context: Context, user_id: int, message: str, **details: str) -> None:
    notify([user_id], NotificationKind.ACCOUNT, NotificationLevel.INFO, message, details, None, context.now())


async def _administer(info: Info, user_id: str, work: Callable[[int], Awaitable[None]]) -> UserView:
    """Makes one change to an account that is there and is not the viewer's own."""
    context = info.context
    target, actor = row_id(user_id, "User", "userId"), context.viewer.user_id or 0
    if target == actor:
        raise forbidden("own_account")

    async def change() -> None:
        await lock_administration(actor)
        if not await users_by_id([target]):
            raise not_found("userId")
        await work(target)

    await write(change)
    changed = await user_by_id(context, target, selection_of(info))
    if changed is None:
        raise not_found("userId")
    return changed


@node_loader("User")
async def _user(context: Context, pk: int, selection: Selection) -> UserView | None:
    return await user_by_id(context, pk, selection) if context.viewer.is_authenticated else None
