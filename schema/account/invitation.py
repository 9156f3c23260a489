"""Invitations as clients see them, and those of the service as its administrators make them.

Tested in tests/resolvers/account/test_invitation.py.
"""

from datetime import datetime

import strawberry

from engine.execution.price import price
from engine.operation.node_type import Node, id_of
from engine.operation.secret_answer import SECRET_ANSWER
from permissions.permission import Permission
from resolvers.account import invitation
from schema.account.user import User
from schema.core.access import requires_permission

USES = "How many may register by it: 1 to 1,000, one by default."
DAYS = "For how many days it holds: 1 to 90, a week by default."
LISTED = price(40, items=3)


@strawberry.type(description="A code by which new accounts are registered. Seen by those who may revoke it.")
class Invitation(Node):
    id: strawberry.ID = id_of("Invitation")
    uses: int = strawberry.field(description="How many may register by it in all.")
    used: int = strawberry.field(description="How many have.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime = strawberry.field(description="When it is worth nothing any more.")
    created_by: User | None = strawberry.field(description="Who made it; null once that account is gone.")
    alliance_tag: str | None = strawberry.field(
        description="The alliance that it invites to, where a place is to be claimed yet; null for one to the service."
    )


@strawberry.type(description="A new invitation with its code, which is shown here and never again.")
class MadeInvitation:
    code: str = strawberry.field(
        description="What `register` takes: six groups of four letters and digits, in any case, hyphens or not."
    )
    invitation: Invitation = strawberry.field(description="The invitation, by which it can be revoked.")


@strawberry.type
class InvitationQuery:
    invitations: list[Invitation] | None = requires_permission(
        Permission.MANAGE_USERS,
        invitation.invitations,
        description="Those to the service that still hold, newest first; at most a hundred.",
        metadata=LISTED,
    )


@strawberry.type
class InvitationMutation:
    create_invitation: MadeInvitation = requires_permission(
        Permission.MANAGE_USERS,
        invitation.create_invitation,
        arguments={"uses": USES, "days": DAYS},
        description="Makes an invitation to the service. CONFLICT beyond a hundred that still hold.",
        metadata=SECRET_ANSWER,
    )
    revoke_invitation: Invitation = requires_permission(
        Permission.MANAGE_USERS,
        invitation.revoke_invitation,
        arguments={"invitation_id": "An invitation to the service; NOT_FOUND for one to an alliance."},
        description="Takes an invitation back; who registered by it stays. The answer is what it was.",
    )
