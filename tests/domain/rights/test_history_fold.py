"""A folded history says what the unfolded one does: the same sums by day, one chain, every change by hand."""

from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.core.number import LARGEST
from domain.rights.history_fold import SUMMED, HistoryRow, folded

amounts = st.one_of(st.integers(-(10**6), 10**6), st.sampled_from([LARGEST - 1, -LARGEST + 1]))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[HistoryRow], list[frozenset[int]]]:
    """Rows of two members in the order of their ids, and the harvests of each day; some rows are by hand."""
    rows: list[HistoryRow] = []
    days: list[frozenset[int]] = []
    saved = {1: 0, 2: 500}
    pk = 0
    for day in range(draw(st.integers(1, 4))):
        harvests = range(day * 100, day * 100 + draw(st.integers(0, 5)))
        days.append(frozenset(harvests))
        for harvest_id in harvests:
            for member_id in (1, 2):
                if draw(st.integers(0, 4)) == 0:
                    pk += 1
                    after = draw(st.sampled_from([saved[member_id], 7]))
                    rows.append(_row(pk, member_id, None, saved[member_id], after))
                    saved[member_id] = after
                pk += 1
                sent, produced = draw(amounts), draw(st.integers(0, 10**6))
                after = saved[member_id] + 1000 * sent - produced
                row = _row(pk, member_id, harvest_id, saved[member_id], after)
                rows.append(replace(row, quantity_sent=sent, player_production_thousandths=produced, intervals=1))
                saved[member_id] = after
    return sorted(rows, key=lambda row: (row.member_id, row.pk)), days


def _row(pk: int, member_id: int, harvest_id: int | None, before: int, after: int) -> HistoryRow:
    return HistoryRow(pk, member_id, harvest_id, harvest_id is not None, 0, pk, 2.0, 0, 0, 0, 0, before, after)


def _after(rows: list[HistoryRow], days: list[frozenset[int]]) -> list[HistoryRow]:
    """The history once these days were folded, one after the other."""
    for harvests in days:
        made, gone = folded(rows, harvests)
        new = {row.pk: row for row in made}
        rows = [new.get(row.pk, row) for row in rows if row.pk not in gone]
    return rows


def _by_day(rows: list[HistoryRow]) -> dict[Any, list[float]]:
    sums: dict[Any, list[float]] = {}
    for row in rows:
        if row.harvest_id is not None:
            found = sums.setdefault((row.member_id, row.harvest_id // 100), [0] * len(SUMMED))
            for at, name in enumerate(SUMMED):
                found[at] += getattr(row, name)
    return sums


@given(histories(), st.data())
def test_days_that_are_folded_at_any_moment_say_what_they_said(
    history: tuple[list[HistoryRow], list[frozenset[int]]], data: st.DataObject
) -> None:
    rows, days = history
    chosen = data.draw(st.lists(st.sampled_from(days), max_size=6)) if days else []
    after = _after(rows, chosen)
    assert _by_day(after) == _by_day(rows)
    assert [row for row in after if row.harvest_id is None] == [row for row in rows if row.harvest_id is None]
    for _, chain in groupby(after, key=lambda row: row.member_id):
        for one, other in pairwise(chain):
            assert one.accumulated_after_thousandths == other.accumulated_before_thousandths
    for row in after:
        if row.harvest_id is not None:
            change = row.entitlement_thousandths + 1000 * row.quantity_sent - row.player_production_thousandths
            assert row.accumulated_after_thousandths == row.accumulated_before_thousandths + change
            assert all(abs(getattr(row, name)) <= LARGEST for name in SUMMED)
    if all(abs(row.quantity_sent) < LARGEST // 100 for row in rows):  # No sum leaves what a row can hold.
        assert _after(after, chosen) == after, "a day that is folded already stays as it is"
        parted = sum(row.harvest_id is None for row in rows)
        assert set(chosen) != set(days) or len(after) <= 2 * (len(days) + parted)


def test_what_goes_on_of_one_member_becomes_one_row_that_names_what_went() -> None:
    rows = [
        _row(1, 1, 10, 0, 5),
        _row(2, 1, 11, 5, 9),
        _row(3, 1, 12, 9, 7),
        _row(4, 1, 13, 8, 8),
        _row(5, 2, 10, 8, 8),
        _row(6, 2, 99, 8, 8),
    ]
    together = replace(
        rows[2], harvest_count=3, tdc_before=1, alliance_production=6.0, accumulated_before_thousandths=0
    )
    assert folded(rows, range(10, 20)) == ([together], [1, 2])


def test_a_sum_that_no_row_can_hold_is_not_made() -> None:
    first, second = (replace(_row(pk, 1, 10, 0, 0), quantity_sent=LARGEST // 2 + pk) for pk in (0, 1))
    assert folded([first, second], {10})[1] == [0]
    assert folded([first, replace(second, quantity_sent=LARGEST // 2 + 2)], {10})[1] == []
