"""Who may register, and the invitations for it: made, listed and revoked. Whose, the schema has asked before."""

from collections.abc import Sequence
from datetime import timedelta

import strawberry

from domain.core.refusal import Code, Refusal, bad_input, not_found
from engine.operation.context import Context, Info
from engine.operation.node import node_loader, row_id
from engine.operation.selection import Selection, below, selection_of
from engine.throttle.throttle import Limit, admit, place_of
from models.account.code import invitation as invitation_rows
from models.account.code.invitation import (
    InvitationView,
    MadeInvitation,
    invitations_by_ids,
    invitations_of,
    make_invitation,
    usable_invitation,
    use_invitation,
)
from models.account.user import users_by_id
from models.core.transaction import write
from models.live.notification import NotificationKind, NotificationLevel, notify
from permissions.permission import Permission, has
from permissions.registration import Registration
from permissions.viewer import Viewer
from resolvers.account.user import fill_users

MOST_USES, MOST_DAYS = 1_000, 90
USUAL_USES, USUAL_DAYS = 1, 7
TYPED = Limit("invitation-address", 30, 900)


# ---- registering --------------------------------------------------------------------


async def admitted(context: Context, code: str | None) -> InvitationView | None:
    """The invitation that somebody registers by, if any. FORBIDDEN where there must be one; one answer for bad ones."""
    if context.runtime.registration is Registration.CLOSED:
        raise Refusal(Code.FORBIDDEN, "registration_closed")
    if code is None:
        if context.runtime.registration is Registration.INVITE:
            raise Refusal(Code.FORBIDDEN, "invitation_needed", "invitation")
        return None
    await admit(context.runtime.throttle, (TYPED, place_of(context.address)))
    found = await usable_invitation(code, context.now())
    if found is None:
        raise bad_input("invitation", "bad_invitation")
    return found


async def accept_invitation(context: Context, invitation: InvitationView, username: str) -> None:
    """Counts it, and tells whoever invited. For use inside write()."""
    if not await use_invitation(invitation.pk, context.now()):
        raise bad_input("invitation", "bad_invitation")
    inviter = [] if invitation.created_by_id is None else [invitation.created_by_id]
    words = NotificationKind.ACCOUNT, NotificationLevel.INFO, "invitation_used"
    notify(inviter, *words, {"username": username}, None, context.now())


# ---- inviting -----------------------------------------------------------------------


async def invitations(info: Info) -> list[InvitationView]:
    return await listed(info, None)


async def create_invitation(info: Info, uses: int = USUAL_USES, days: int = USUAL_DAYS) -> MadeInvitation:
    return await made(info, None, uses, days)


async def revoke_invitation(info: Info, invitation_id: strawberry.ID) -> InvitationView:
    pk = row_id(invitation_id, "Invitation", "invitationId")
    found = (await invitations_by_ids([pk])).get(pk)
    if found is None or found.alliance_id is not None:
        raise not_found("invitationId")
    return await revoked(info, found)


async def listed(info: Info, alliance_id: int | None) -> list[InvitationView]:
    """Those of an alliance, or of the service, that still hold."""
    found = await invitations_of(alliance_id, info.context.now())
    await fill_invitations(info.context, found, selection_of(info))
    return found


async def made(info: Info, alliance_id: int | None, uses: int, days: int) -> MadeInvitation:
    """A new one, by the viewer."""
    if not 1 <= uses <= MOST_USES:
        raise bad_input("uses", "out_of_range", least=1, most=MOST_USES)
    if not 1 <= days <= MOST_DAYS:
        raise bad_input("days", "out_of_range", least=1, most=MOST_DAYS)
    context = info.context
    new = await write(
        lambda: make_invitation(alliance_id, context.viewer.user_id, uses, timedelta(days=days), context.now())
    )
    await fill_invitations(context, [new.invitation], below(selection_of(info), "invitation"))
    return new


async def revoked(info: Info, invitation: InvitationView) -> InvitationView:
    """As it was. Who registers at the same moment is either in or refused."""
    await write(lambda: invitation_rows.revoke_invitation(invitation.pk))
    await fill_invitations(info.context, [invitation], selection_of(info))
    return invitation


async def fill_invitations(context: Context, found: Sequence[InvitationView], selection: Selection) -> None:
    """Sets who made them, where that is selected."""
    if "createdBy" not in selection:
        return
    users = {one.pk: one for one in await users_by_id({view.created_by_id for view in found if view.created_by_id})}
    await fill_users(context, list(users.values()), below(selection, "createdBy"))
    for view in found:
        view.created_by = users.get(view.created_by_id or 0)


def sees_invitation(viewer: Viewer, alliance_id: int | None) -> bool:
    """Those who may revoke it."""
    return has(viewer, Permission.MANAGE_USERS) if alliance_id is None else viewer.administers(alliance_id)


@node_loader("Invitation")
async def _invitation(context: Context, pk: int, selection: Selection) -> InvitationView | None:
    found = (await invitations_by_ids([pk])).get(pk) if context.viewer.is_authenticated else None
    if found is None or not sees_invitation(context.viewer, found.alliance_id):
        return None
    await fill_invitations(context, [found], selection)
    return found
