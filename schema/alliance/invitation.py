"""Invitations to an alliance as those who administer it make them.

Tested in tests/resolvers/account/test_invitation.py.
"""

import strawberry

from engine.operation.secret_answer import SECRET_ANSWER
from models.account.code.invitation import invitations_by_ids
from resolvers.alliance import invitation
from schema.account.invitation import DAYS, LISTED, USES, Invitation, MadeInvitation
from schema.alliance.access import HIDDEN, by_row, by_tag, requires_alliance_administration


@strawberry.type
class AllianceInvitationQuery:
    alliance_invitations: list[Invitation] | None = requires_alliance_administration(
        invitation.alliance_invitations,
        of=by_tag("alliance_tag"),
        description="Those to the alliance that still hold, newest first; at most a hundred.",
        metadata=LISTED,
    )


@strawberry.type
class AllianceInvitationMutation:
    create_alliance_invitation: MadeInvitation = requires_alliance_administration(
        invitation.create_alliance_invitation,
        of=by_tag("alliance_tag"),
        arguments={"uses": USES, "days": DAYS},
        description="Makes an invitation to the alliance: who registers by it is told of the alliance, and claims a "
        "place there as everybody does. CONFLICT beyond a hundred that still hold.",
        metadata=SECRET_ANSWER,
    )
    revoke_alliance_invitation: Invitation = requires_alliance_administration(
        invitation.revoke_alliance_invitation,
        of=by_row("invitation_id", "Invitation", "invitation", invitations_by_ids, description=f"Which. {HIDDEN}"),
        description="Takes an invitation back; who registered by it stays. The answer is what it was.",
    )
