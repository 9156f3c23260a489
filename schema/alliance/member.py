"""Members as clients see them, and the changes of who is one.

Tested in tests/resolvers/alliance/test_member.py.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from engine.execution.field import resolved
from engine.execution.price import price
from engine.execution.scalar import BigInt
from engine.guard.row_filter import seen_by
from engine.operation.node_type import Node, id_of
from permissions.row_filter import RowFilter
from resolvers.alliance import census as reports
from resolvers.alliance import member
from schema.account.user import User
from schema.alliance.access import PARENT, by_member, requires_alliance_administration
from schema.alliance.census import Census, CensusConnection
from schema.core.access import requires_account
from schema.forum.topic import Topic

if TYPE_CHECKING:
    from schema.alliance.alliance import Alliance


@strawberry.type(description="That an account asks for a member's place with `claimMember`.")
class MemberClaim:
    user: User = strawberry.field(description="The account that asks.")
    claimed_at: datetime = strawberry.field(description="When it asked first.")


@strawberry.type(description="What whoever claims a place is told of it: what they knew, and its id.")
class ClaimedMember:
    member_id: strawberry.ID = id_of("Member", "What `confirmMember` takes of administrators; the member's own `id`.")
    pseudo: str = strawberry.field(description="The player's name in the game, as the alliance writes it.")


@strawberry.type(description="A player of an alliance, there or gone; the row and its history stay.")
class Member(Node):
    id: strawberry.ID = id_of("Member")
    pseudo: str = strawberry.field(
        description="The player's name in the game, 1 to 100 characters; unique in the alliance whatever its case."
    )
    alliance: Annotated["Alliance", strawberry.lazy("schema.alliance.alliance")] = seen_by(
        RowFilter.SIGNED_IN, description="The member's own alliance, also while another one houses the player."
    )
    user: User | None = strawberry.field(
        description="The account that holds the place, once an administrator confirmed it; null for a free place."
    )
    claimed_by: User | None = requires_alliance_administration(
        of=PARENT, description="The account of the oldest of `claims`; null for none."
    )
    claims: list[MemberClaim] | None = requires_alliance_administration(
        of=PARENT, description="Who asks for the place, oldest first; empty for a place that is taken."
    )
    topic: Topic | None = seen_by(
        RowFilter.SECTION_VISIBILITY,
        description="It opens the alliance's tables to who holds the place; null where the viewer may not see it.",
    )
    hosted_by: Annotated["Alliance", strawberry.lazy("schema.alliance.alliance")] | None = seen_by(
        RowFilter.SIGNED_IN, description="The alliance that houses the member at present, if any."
    )
    rank: str = strawberry.field(
        description="Free text of at most 100 characters, set by administrators; empty for none (seed: rang)."
    )
    rank_order: int = strawberry.field(
        description="Place of the rank in lists, highest first; 0 for none (seed: ordre du rang)."
    )
    player_id: int | None = strawberry.field(description="The game's own number of the player; null while not known.")
    x: int | None = strawberry.field(description="Column of the colony on the game's map; null while not known.")
    y: int | None = strawberry.field(description="Row of the colony on the game's map; null while not known.")
    can_administer: bool = strawberry.field(
        description="Whether the member administers the alliance; an alliance always has one who does."
    )
    tdc: BigInt = strawberry.field(
        description="Hunting ground, cm²: the newest of what the game's table and the member's censuses said "
        "(seed: TdC actuel)."
    )
    census: Census | None = seen_by(
        RowFilter.ALLIANCE_INSIGHT,
        description="The newest one; null without any, and to those who may not look into the alliance.",
    )
    censuses: CensusConnection | None = resolved(
        reports.censuses,
        description="All that posts of the member's topic report, newest first: the first is `census`. Empty to those "
        "who may not look into the alliance.",
        metadata=price(60),
    )
    travel_time: int | None = seen_by(
        RowFilter.ALLIANCE_INSIGHT,
        description="Seconds that the viewer's convoys take to the member: from their own place in the alliance, which "
        "needs a topic, at the level of VITESSE_ATTAQUE in their newest census (seed: Tdt). Null where one is unknown.",
        metadata=price(2),
    )
    joined_at: datetime = strawberry.field(description="When the member came, or came back.")
    left_at: datetime | None = strawberry.field(description="When the member left; null while present.")


@strawberry.type
class MemberMutation:
    claim_member: ClaimedMember = requires_account(
        member.claim_member,
        arguments={
            "alliance_tag": "The alliance's tag, whatever its case; NOT_FOUND where no alliance has it.",
            "pseudo": "A present member's without an account, whatever its case; NOT_FOUND for any other, taken or not "
            "there. CONFLICT if the caller holds another place in the alliance.",
        },
        description="Asks for a member's place; an administrator confirms it. An administrator's own holds at once. "
        "Claims stand side by side; an account has one an alliance, and a new one takes the place of its own.",
    )
    confirm_member: Member = requires_alliance_administration(
        member.confirm_member,
        of=by_member("member_id"),
        arguments={
            "user_id": "The account that was seen among `claims`; CONFLICT if it does not claim the place any more."
        },
        description="Gives the place to an account that claims it, and declines the other claims. CONFLICT while "
        "another account holds the place: `releaseMember` frees it.",
    )
    decline_claim: Member = requires_alliance_administration(
        member.decline_claim,
        of=by_member("member_id"),
        arguments={"user_id": "The account whose claim goes; CONFLICT if it does not claim the place."},
        description="Takes a claim away; the account is told.",
    )
    release_member: Member = requires_alliance_administration(
        member.release_member,
        of=by_member("member_id"),
        description="Takes the place and its administration from whoever holds or claims it; they lose access at "
        "their next request.",
    )
    leave_alliance: bool = requires_account(
        member.leave_alliance,
        arguments={"alliance_tag": "The alliance's tag, whatever its case; NOT_FOUND where no alliance has it."},
        description="Gives up the caller's place and claims in an alliance, with its administration; true for who had "
        "none too. CONFLICT for the last administrator while other members have accounts.",
    )
    update_member_rank: Member = requires_alliance_administration(
        member.update_member_rank,
        of=by_member("member_id"),
        arguments={
            "rank": "Free text of at most 100 characters on one line.",
            "rank_order": "Place of the rank in lists, highest first.",
            "can_administer": "Whether the member administers the alliance; CONFLICT where nobody would.",
        },
        description="What is left out stays; null or an empty text takes a rank away. An alliance always has an "
        "administrator.",
    )
