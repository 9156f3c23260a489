"""Proves the window of deliveries: from the minute of the last update, up to the running minute, signs kept."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.rights.delivery import Quantities, quantities, quantities_since

NOW = datetime(2026, 3, 14, 10, 30, 40, tzinfo=UTC)
around = st.integers(-200, 200).map(lambda seconds: NOW + timedelta(seconds=seconds))
Rows = list[tuple[str, bool, datetime, int]]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), around, st.integers(-(10**12), 10**12)), max_size=20),
    st.dictionaries(st.sampled_from("abd"), around),
)
def test_each_member_has_its_own_window(rows: Rows, since: dict[str, datetime]) -> None:
    def minute(at: datetime) -> int:
        return int(at.timestamp()) // 60

    def total(key: str, side: bool) -> int:
        start = minute(since[key])
        return sum(m for k, is_sent, at, m in rows if (k, is_sent) == (key, side) and start <= minute(at) < minute(NOW))

    expected = [total(key, True) for key in since], [total(key, False) for key in since]
    sums = quantities_since(rows, since, NOW)
    assert sums.columns(list(since)) == expected
    assert sums.sent.keys() | sums.received.keys() <= since.keys()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.integers())))
def test_sums_are_by_member_and_side(rows: list[tuple[str, bool, int]]) -> None:
    def total(key: str, side: bool) -> int:
        return sum(m for k, is_sent, m in rows if (k, is_sent) == (key, side))

    assert quantities(rows).by_member() == {key: Quantities(total(key, True), total(key, False)) for key, _, _ in rows}


def test_two_windows_in_a_row_count_a_convoy_once() -> None:
    updates = [NOW - timedelta(minutes=60), NOW - timedelta(minutes=30), NOW]
    rows: Rows = [("a", True, NOW - timedelta(seconds=20 * at), 10**at) for at in range(15)] + [("a", True, NOW, -7)]
    parts = [quantities_since(rows, {"a": start}, end).sent.get("a", 0) for start, end in pairwise(updates)]
    assert sum(parts) == quantities_since(rows, {"a": updates[0]}, NOW).sent.get("a", 0)
    # The running minute waits for the next update, counter-entries with it.
    waiting = quantities_since(rows, {"a": NOW}, NOW + timedelta(minutes=1)).sent.get("a", 0)
    assert waiting == 1 + 10 + 100 - 7
    assert sum(parts) + waiting == sum(materials for *_, materials in rows)
