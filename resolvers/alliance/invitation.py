"""Invitations to an alliance: they say which, and give no place in it. Who may, the schema has asked before."""

from engine.operation.context import Info
from models.account.code.invitation import InvitationView, MadeInvitation
from models.alliance.alliance import AllianceView
from resolvers.account.invitation import USUAL_DAYS, USUAL_USES, listed, made, revoked


async def alliance_invitations(info: Info, alliance: AllianceView) -> list[InvitationView]:
    return await listed(info, alliance.pk)


async def create_alliance_invitation(
    info: Info, alliance: AllianceView, uses: int = USUAL_USES, days: int = USUAL_DAYS
) -> MadeInvitation:
    return await made(info, alliance.pk, uses, days)


async def revoke_alliance_invitation(info: Info, invitation: InvitationView) -> InvitationView:
    return await revoked(info, invitation)
