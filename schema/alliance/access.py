"""Who of an alliance may call a field: directives, and the guards that print them. Of which alliance, `of` says.

Rules are in permissions; what is read, by the functions that `of` is made with.

Tested in tests/schema/test_guard_matrix.py.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import strawberry
from strawberry.schema_directive import Location

from domain.core.refusal import Refusal, forbidden, not_found
from engine.execution.field import RowGuard
from engine.guard.guard import TargetGuard, guarded
from engine.guard.target import Target, rows_by_id
from engine.operation.context import Context
from models.alliance.alliance import AllianceView
from models.alliance.member import MemberView, members_by_ids
from permissions.alliance import knows_alliance
from permissions.permission import is_staff
from resolvers.alliance.alliance import tagged
from schema.core.access import check_account

Row = TypeVar("Row")


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requiresAllianceAdministration",
    description="Those who administer the alliance of what the argument `of` names (of a hosting: the mother or the "
    "host), by the flag of their member alone; without `of`, the alliance of the row itself.",
)
class RequiresAllianceAdministration:
    of: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Way to the argument that names the alliance or a row of it, such as `allianceTag` or "
        "`input.memberId`; left out where the field's own row says it.",
    )
    with_topic: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="True asks besides for a topic of their own among the alliance's members, as its tables do.",
    )

    def sentence(self) -> str:
        topic = " and have a topic of their own there" if self.with_topic else ""
        return f"For those who administer the alliance{topic}."


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requiresMembership",
    description="Members of the alliance of what the argument `of` names, who have a topic of their own among its "
    "members; with `orStaff`, administrators, moderators and game masters of the site too.",
)
class RequiresMembership:
    of: str = strawberry.field(
        description="Way to the argument that names the alliance or a row of it, such as `allianceTag` or "
        "`input.orderId`."
    )
    or_staff: bool | None = strawberry.field(
        default=strawberry.UNSET, description="True lets the site's staff pass too, who read along."
    )

    def sentence(self) -> str:
        return f"For the alliance's members with a topic of their own there{', and staff' if self.or_staff else ''}."


# ---- of which alliance --------------------------------------------------------------


def _its_own(row: Any) -> Collection[int]:
    return (row.alliance_id,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Of(Target[Row]):
    """A row of an alliance, named by an argument. It does not exist for those who do not know the alliance."""

    alliances: Callable[[Row], Collection[int]] = _its_own
    is_known_to_all: bool = False


@dataclass(frozen=True, slots=True)
class Parent:
    """The row that a field stands on, by its attribute that holds the alliance's number."""

    attribute: str = "alliance_id"


PARENT = Parent()


def by_tag(argument: str, gives: str = "alliance") -> Of[AllianceView]:
    """The alliance of this tag. Every account knows which there are."""

    async def read(tags: Sequence[str], field: str) -> list[AllianceView | Refusal]:
        return [await tagged(tag, field) for tag in tags]

    return Of(argument=argument, gives=gives, type=str, read=read, is_known_to_all=True, description=_TAG)


_TAG = "The alliance's tag, whatever its case; NOT_FOUND where no alliance has it."
HIDDEN = "NOT_FOUND for one of an alliance that the viewer does not belong to, as for none."


def by_row(
    argument: str, typename: str, gives: str, read: Callable[[list[int]], Awaitable[Mapping[int, Row]]], **options: Any
) -> Of[Row]:
    """The row of this id, in the alliance that it says by `alliance_id`, or in those that `alliances` gives."""
    type_ = list[strawberry.ID] if options.get("most") else strawberry.ID
    return Of(argument=argument, gives=gives, type=type_, read=rows_by_id(typename, read), **options)


def by_member(argument: str) -> Of[MemberView]:
    return by_row(argument, "Member", "member", members_by_ids, description=f"The member. {HIDDEN}")


# ---- who may ------------------------------------------------------------------------


class AllianceGuard(TargetGuard[Row]):
    """Judges by the alliances of the row that the field is of."""

    of: Of[Row]

    def __init__(self, directive: Callable[[str], object], of: Of[Row]) -> None:
        if not isinstance(of, Of):
            raise TypeError("a guard needs to know of which alliance: of=…")
        super().__init__(directive(of.path), check_account, of)

    def known_alliances(self, context: Context, row: Row) -> Collection[int]:
        """Those of the row; NOT_FOUND where the viewer knows none of them."""
        found = self.of.alliances(row)
        if not self.of.is_known_to_all and not any(knows_alliance(context.viewer, pk) for pk in found):
            raise not_found(self.of.field)
        return found


class Administration(AllianceGuard[Row]):
    """Lets through who administers an alliance of the row, whatever the role of others."""

    def judge(self, context: Context, row: Row, _arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if not any(context.viewer.administers(pk) for pk in self.known_alliances(context, row)):
            raise forbidden("not_administrator")
        return {}


class Participation(AllianceGuard[Row]):
    """Lets through who has a topic of their own among the members, and hands on the viewer's membership."""

    def __init__(self, of: Of[Row], *, or_staff: bool) -> None:
        printed = True if or_staff else strawberry.UNSET
        super().__init__(lambda path: RequiresMembership(of=path, or_staff=printed), of)
        self.or_staff = or_staff

    @property
    def offered(self) -> frozenset[str]:
        return super().offered | {"membership"}

    def judge(self, context: Context, row: Row, _arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        (alliance_id,) = self.known_alliances(context, row)
        membership = context.viewer.membership_in(alliance_id)
        if self.or_staff and is_staff(context.viewer):
            return {"membership": membership}
        if membership is None:
            raise forbidden("not_member")
        if not membership.has_topic:
            raise forbidden("no_member_topic")
        return {"membership": membership}


def requires_alliance_administration(
    resolver: Callable[..., Any] | None = None, *, of: Of[Any] | Parent, with_topic: bool = False, **options: Any
) -> Any:
    """A field for those who administer the alliance: its own, not any. `with_topic` is for what its tables show."""
    if isinstance(of, Parent):
        check = check_administration_with_topic if with_topic else check_administration
        printed = RequiresAllianceAdministration(with_topic=True if with_topic else strawberry.UNSET)
        return guarded(resolver, RowGuard(check, of.attribute, printed), **options)
    if with_topic:
        raise TypeError("with_topic is for the fields of a row")
    return guarded(resolver, Administration(lambda path: RequiresAllianceAdministration(of=path), of), **options)


def check_administration(context: Context, alliance_id: int) -> None:
    check_account(context)
    if not context.viewer.administers(alliance_id):
        raise forbidden("not_administrator")


def check_administration_with_topic(context: Context, alliance_id: int) -> None:
    check_administration(context, alliance_id)
    if not context.viewer.takes_part_in(alliance_id):
        raise forbidden("no_member_topic")


def requires_membership(resolver: Callable[..., Any], *, of: Of[Any], or_staff: bool = False, **options: Any) -> Any:
    """A field for members with a topic of their own; `or_staff` for those who may look into the alliance."""
    return guarded(resolver, Participation(of, or_staff=or_staff), **options)
