"""Hostings, mirrors and alliances' keys as clients see and manage them.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

from datetime import datetime

import strawberry

from engine.execution.described_enum import described_enum
from engine.execution.price import price
from engine.guard.row_filter import seen_by
from engine.operation.node_type import Node, id_of
from engine.operation.secret_answer import SECRET_ANSWER
from models.hosting.hosting_proposal import HostingProposalStatus
from models.hosting.key.alliance_key import KeyState
from permissions.row_filter import RowFilter
from resolvers.hosting import hosting
from schema.alliance.access import by_member, by_tag, requires_alliance_administration
from schema.alliance.alliance import Alliance
from schema.alliance.member import Member
from schema.hosting.access import by_hosting
from schema.hosting.mirror import Mirror


@strawberry.type(
    description="A mother alliance some of whose players are housed by a host. Members and mirrors are shown to those "
    "who may look into the mother."
)
class Hosting(Node):
    id: strawberry.ID = id_of("Hosting")
    mother: Alliance = seen_by(
        RowFilter.SIGNED_IN, description="The alliance whose members are housed (seed: alliance mère)."
    )
    host: Alliance = seen_by(
        RowFilter.SIGNED_IN, description="The alliance that houses them (seed: alliance hébergeuse)."
    )
    members: list[Member] | None = seen_by(
        RowFilter.ALLIANCE_INSIGHT,
        description="The mother's members who play from the host at present, by name; empty for those who may not look "
        "into the mother. Null with ALLIANCE_KEY_MISSING or ALLIANCE_KEY_INVALID while her key is not at hand.",
        metadata=price(20),
    )
    opened_at: datetime = strawberry.field(description="When it was opened, or opened again.")
    closed_at: datetime | None = strawberry.field(description="When it was closed; null while open.")
    key_state: KeyState = strawberry.field(description="Whether the mother's key is at hand.")
    mirrors: list[Mirror] = seen_by(
        RowFilter.ALLIANCE_INSIGHT,
        description="One a shared section; empty for those who may not look into the mother.",
        metadata=price(20),
    )


described_enum(
    HostingProposalStatus,
    "What became of a proposal.",
    {
        HostingProposalStatus.PROPOSED: "It waits for the host's administrators.",
        HostingProposalStatus.ACCEPTED: "The host accepted: the hosting was opened.",
        HostingProposalStatus.DECLINED: "The host declined; another is possible a week later.",
        HostingProposalStatus.WITHDRAWN: "The mother took it back; another is possible a week later.",
    },
)


@strawberry.type(description="That an alliance asks another one to house some of its members: the last time it did.")
class HostingProposal:
    mother: Alliance = seen_by(RowFilter.SIGNED_IN, description="The alliance that asks.")
    host: Alliance = seen_by(RowFilter.SIGNED_IN, description="The alliance that is asked.")
    status: HostingProposalStatus = strawberry.field(description="What became of it.")
    proposed_at: datetime = strawberry.field(description="When it was made.")
    answered_at: datetime | None = strawberry.field(
        description="When it was accepted, declined or withdrawn; null while it waits."
    )


@strawberry.type
class HostingMutation:
    open_hosting: HostingProposal = requires_alliance_administration(
        hosting.open_hosting,
        of=by_tag("mother_tag", gives="mother"),
        arguments={"host_tag": "Tag of the alliance that houses, whatever its case; BAD_INPUT for the mother itself."},
        description="By the mother's administrators. Proposes a hosting, which begins when the host accepts; its "
        "administrators are told, and again while it waits changes nothing. CONFLICT while the hosting is open, and "
        "for a week after a proposal was declined or withdrawn.",
        metadata=price(600),
    )
    withdraw_hosting: HostingProposal = requires_alliance_administration(
        hosting.withdraw_hosting,
        of=by_tag("mother_tag", gives="mother"),
        arguments={"host_tag": "Tag of the alliance that was asked; NOT_FOUND where no proposal waits."},
        description="By the mother's administrators, before the host answers.",
    )
    accept_hosting: Hosting = requires_alliance_administration(
        hosting.accept_hosting,
        of=by_tag("host_tag", gives="host"),
        arguments={"mother_tag": "Tag of the alliance that asks; NOT_FOUND where no proposal waits."},
        description="By the host's administrators. Makes the mirrors that are not there and begins to copy; a closed "
        "hosting is opened again and its mirrors completed. The mother's administrators are told.",
        metadata=price(5000),
    )
    decline_hosting: HostingProposal = requires_alliance_administration(
        hosting.decline_hosting,
        of=by_tag("host_tag", gives="host"),
        arguments={"mother_tag": "Tag of the alliance that asks; NOT_FOUND where no proposal waits."},
        description="By the host's administrators. The mother's administrators are told.",
    )
    close_hosting: Hosting = requires_alliance_administration(
        hosting.close_hosting,
        of=by_hosting("id"),
        description="By the administrators of the mother or of the host. The sealed copies stay.",
    )
    host_member: Member = requires_alliance_administration(
        hosting.host_member,
        of=by_member("member_id"),
        arguments={"host_tag": "Tag of the host, whatever its case; NOT_FOUND where it has no open hosting."},
        description="The member now plays from the host, whose hosting must be open.",
    )
    recall_member: Member = requires_alliance_administration(
        hosting.recall_member, of=by_member("member_id"), description="The member plays from home again."
    )
    sync_mirrors: list[Mirror] = requires_alliance_administration(
        hosting.sync_mirrors,
        of=by_tag("alliance_tag"),
        description="Compares every topic of both sides; goes on in the background where there are many.",
        metadata=price(5000, items=2),
    )
    export_alliance_key: str = requires_alliance_administration(
        hosting.export_alliance_key,
        of=by_tag("alliance_tag"),
        description="The key to keep in a safe place; made where the alliance never had one. Noted in the trail, as "
        "are the next two.",
        metadata=SECRET_ANSWER,
    )
    restore_alliance_key: list[Hosting] = requires_alliance_administration(
        hosting.restore_alliance_key,
        of=by_tag("alliance_tag"),
        arguments={
            "key": "`PHMKEY-` and eight groups, as `exportAllianceKey` gave it; case, spaces and hyphens do not "
            "matter. BAD_INPUT for a text that is no key."
        },
        description="ALLIANCE_KEY_INVALID for any key but the one that the mirrors are sealed under.",
    )
    rotate_alliance_key: list[Hosting] = requires_alliance_administration(
        hosting.rotate_alliance_key,
        of=by_tag("alliance_tag"),
        description="A new key; what lies under the old one is sealed anew in the background.",
        metadata=price(3000, items=2),
    )
    abandon_alliance_key: list[Hosting] = requires_alliance_administration(
        hosting.abandon_alliance_key,
        of=by_tag("alliance_tag"),
        arguments={"confirmation": "The alliance's tag, letter for letter; BAD_INPUT for anything else."},
        description="Gives up a key that nobody can restore, and begins with a new one. All hostings are closed, their "
        "guests recalled, and the sealed copies at hosts, which nobody can open any more, deleted for good. The "
        "alliance's own sections, which were never sealed, open again. What guests wrote at hosts and never came home "
        "is lost: all members are told how much. The hosts' administrators are told too. CONFLICT while the key is "
        "there.",
        metadata=price(3000, items=2),
    )
