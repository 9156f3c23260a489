"""Who may change an order or a convoy: the directive, and the guards that print it.

Tested in tests/schema/test_guard_matrix.py.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import strawberry
from strawberry.schema_directive import Location

from domain.core.refusal import forbidden
from domain.orders.order import OrderStatus
from engine.guard.guard import guarded
from engine.operation.context import Context
from models.orders.convoy import ConvoyView, convoy_by_id
from models.orders.order import OrderView, orders_by_ids
from permissions.alliance import plays
from permissions.order import BY_REQUESTER, may_set_status
from schema.alliance.access import HIDDEN, AllianceGuard, Of, by_row

Row = TypeVar("Row")


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requiresOwnership",
    description="The member that the row which the argument `of` names is of (its requester or sender), and those who "
    "administer its alliance. Where `status` is given, these are the states that the member may set; others are for "
    "those who administer.",
)
class RequiresOwnership:
    of: str = strawberry.field(description="Way to the argument that names the row or rows, such as `id`.")
    status: list[OrderStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="The states that the requester may set; left out where all is theirs."
    )

    def sentence(self) -> str:
        states = f" (who sets {', '.join(state.name for state in self.status)})" if self.status else ""
        return f"For the member whose it is{states}, and those who administer the alliance."


# ---- of which row -------------------------------------------------------------------


def by_order(argument: str, gives: str = "order", *, most: int | None = None) -> Of[OrderView]:
    named = "The order." if most is None else f"Up to {most} orders, each judged by itself."
    return by_row(argument, "Order", gives, orders_by_ids, most=most, description=f"{named} {HIDDEN}")


def by_convoy(argument: str) -> Of[ConvoyView]:
    """A convoy together with its order."""

    async def read(pks: Sequence[int]) -> dict[int, ConvoyView]:
        found = [one for pk in pks if (one := await convoy_by_id(pk)) is not None]
        orders = await orders_by_ids([convoy.order_id for convoy in found])
        for convoy in found:
            if convoy.order_id in orders:
                convoy.order = orders[convoy.order_id]
        return {convoy.pk: convoy for convoy in found if convoy.order_id in orders}

    return by_row(
        argument,
        "Convoy",
        "convoy",
        read,
        alliances=lambda convoy: (convoy.order.alliance_id,),
        description=f"The convoy. {HIDDEN}",
    )


# ---- who may ------------------------------------------------------------------------


class Ownership(AllianceGuard[Row]):
    """Lets through the member that the row is of, and who administers its alliance."""

    def __init__(
        self, of: Of[Row], owner: Callable[[Row], int], refusal: str, states: Sequence[OrderStatus] | None = None
    ) -> None:
        printed = strawberry.UNSET if states is None else list(states)
        super().__init__(lambda path: RequiresOwnership(of=path, status=printed), of)
        self.owner: Callable[[Row], int] = owner
        self.refusal = refusal

    def judge(self, context: Context, row: Row, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        (alliance_id,) = self.known_alliances(context, row)
        if not self.allows(context, alliance_id, self.owner(row), arguments):
            raise forbidden(self.refusal)
        return {}

    def allows(self, context: Context, alliance_id: int, owner_id: int, _arguments: Mapping[str, Any]) -> bool:
        return context.viewer.administers(alliance_id) or plays(context.viewer, owner_id)


class StatusOwnership(Ownership[OrderView]):
    """For the argument `status`: the requester ends an order, the rest is for who administers."""

    def allows(self, context: Context, alliance_id: int, owner_id: int, arguments: Mapping[str, Any]) -> bool:
        return may_set_status(context.viewer, alliance_id, owner_id, arguments["status"])


def requires_ownership_of_order(resolver: Callable[..., Any], *, of: Of[OrderView], **options: Any) -> Any:
    return guarded(resolver, Ownership(of, lambda order: order.requester_id, "not_your_order"), **options)


def requires_ownership_of_convoy(resolver: Callable[..., Any], *, of: Of[ConvoyView], **options: Any) -> Any:
    return guarded(resolver, Ownership(of, lambda convoy: convoy.sender_id, "not_your_convoy"), **options)


def requires_ownership_to_set_status(resolver: Callable[..., Any], *, of: Of[OrderView], **options: Any) -> Any:
    """The resolver has an argument `status`."""
    guard = StatusOwnership(of, lambda order: order.requester_id, "not_administrator", BY_REQUESTER)
    return guarded(resolver, guard, **options)
