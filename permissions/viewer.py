"""The one who asks: what the rules need to know of an account, loaded once a request. Holds facts, decides nothing."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LivingCharacter:
    """A living character of the viewer; the dead open nothing. `is_approved`: a game master has let it in."""

    id: int
    name: str
    faction_id: int | None
    clan_id: int | None
    is_approved: bool = False


@dataclass(frozen=True, slots=True)
class Membership:
    """A place that the viewer holds in an alliance (a confirmed claim of a present member).

    `pseudo`: the member's name in the game, by which the others know them.
    `has_topic`: it has a living topic in the members section, without which the alliance's tables stay closed.
    `hosted_by_id`: the alliance that houses the member at present.
    """

    alliance_id: int
    member_id: int
    can_administer: bool
    has_topic: bool = False
    hosted_by_id: int | None = None
    pseudo: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """An account, or nobody when `user_id` is None. `created_at` is when an account was registered."""

    user_id: int | None = None
    username: str = ""
    created_at: datetime | None = None
    role_id: int = 0
    role_name: str = ""
    role_level: int = 0
    session_id: str | None = None
    characters: tuple[LivingCharacter, ...] = ()
    memberships: tuple[Membership, ...] = field(default=())

    @property
    def is_authenticated(self) -> bool:
        return self.user_id is not None

    @property
    def is_hosted(self) -> bool:
        """Whether the viewer plays from a host, for whichever of their alliances."""
        return any(one.hosted_by_id is not None for one in self.memberships)

    def belongs_to(self, alliance_id: int | None) -> bool:
        return any(membership.alliance_id == alliance_id for membership in self.memberships)

    def is_guest_of(self, alliance_id: int | None) -> bool:
        return bool(self.mothers_at(alliance_id))

    def mothers_at(self, host_id: int | None) -> list[int]:
        """The alliances as whose member, with a topic of their own there, the viewer plays from a host."""
        return [
            one.alliance_id
            for one in self.memberships
            if host_id is not None and one.hosted_by_id == host_id and one.has_topic
        ]

    def takes_part_in(self, alliance_id: int | None) -> bool:
        return any(membership.alliance_id == alliance_id and membership.has_topic for membership in self.memberships)

    def membership_in(self, alliance_id: int) -> Membership | None:
        return next((membership for membership in self.memberships if membership.alliance_id == alliance_id), None)

    def administers(self, alliance_id: int | None) -> bool:
        return any(
            membership.alliance_id == alliance_id and membership.can_administer for membership in self.memberships
        )

    @property
    def administers_any(self) -> bool:
        return any(membership.can_administer for membership in self.memberships)


ANONYMOUS = Viewer()
