"""Rows of the rights' history that become one: what followed each other of one member, summed without a loss."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace

from domain.core.number import LARGEST


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """What of a row of the history is summed, or says where it goes on from. An administrator's has no harvest."""

    pk: int
    member_id: int
    harvest_id: int | None
    harvest_count: int
    intervals: int
    tdc_before: int
    alliance_production: float
    entitlement_thousandths: int
    player_production_thousandths: int
    quantity_sent: int
    quantity_received: int
    accumulated_before_thousandths: int
    accumulated_after_thousandths: int


SUMMED = (
    *("harvest_count", "intervals", "alliance_production", "entitlement_thousandths", "player_production_thousandths"),
    *("quantity_sent", "quantity_received"),
)
KEPT_OF_THE_FIRST = ("tdc_before", "accumulated_before_thousandths")
"""The rest is the last row's: its shares and its coefficient, when it was, and where the history goes on."""


def folded(rows: Iterable[HistoryRow], harvests: Container[int]) -> tuple[list[HistoryRow], list[int]]:
    """The rows that now stand for several, and the numbers of those that go.

    `rows` come by member and in the order of their history, of which none is left out; only those of `harvests` are
    folded. A row goes on from the one before it where it begins with the rights that that one ended with: nothing of an
    administrator's lies between them, and every row still says accumulated before, its sums, accumulated after.
    """
    made: dict[int, HistoryRow] = {}
    gone: list[int] = []
    last: HistoryRow | None = None
    for row in rows:
        together = row
        if last is not None and _goes_on(last, row, harvests):
            sums = {name: getattr(last, name) + getattr(row, name) for name in SUMMED}
            if all(abs(value) <= LARGEST for value in sums.values()):
                together = replace(row, **sums, **{name: getattr(last, name) for name in KEPT_OF_THE_FIRST})
                made.pop(last.pk, None)
                made[row.pk] = together
                gone.append(last.pk)
        last = together
    return list(made.values()), gone


def _goes_on(last: HistoryRow, row: HistoryRow, harvests: Container[int]) -> bool:
    return (
        last.member_id == row.member_id
        and last.harvest_id in harvests
        and row.harvest_id in harvests
        and last.accumulated_after_thousandths == row.accumulated_before_thousandths
    )
