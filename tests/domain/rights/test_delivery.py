"""Proves the window of deliveries: from the minute of the last update, up to the running minute, signs kept."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.rights.delivery import quantities_since

NOW = datetime(2026, 3, 14, 10, 30, 40, tzinfo=UTC)
around = st.integers(-200, 200).map(lambda seconds: NOW + timedelta(seconds=seconds))


@given(
    st.lists(st.tuples(st.sampled_from("abc"), around, st.integers(-(10**12), 10**12)), max_size=20),
    st.dictionaries(st.sampled_from("abd"), around),
)
def test_each_member_has_its_own_window(rows: list[tuple[str, datetime, int]], since: dict[str, datetime]) -> None:
    def minute(at: datetime) -> int:
        return int(at.timestamp()) // 60

    expected = {
        key: sum(m for k, at, m in rows if k == key and minute(start) <= minute(at) < minute(NOW))
        for key, start in since.items()
    }
    assert quantities_since(rows, since, NOW) == expected


def test_two_windows_in_a_row_count_a_convoy_once() -> None:
    updates = [NOW - timedelta(minutes=60), NOW - timedelta(minutes=30), NOW]
    rows = [("a", NOW - timedelta(seconds=20 * at), 10**at) for at in range(15)] + [("a", NOW, -7)]
    parts = [quantities_since(rows, {"a": start}, end)["a"] for start, end in pairwise(updates)]
    assert sum(parts) == quantities_since(rows, {"a": updates[0]}, NOW)["a"]
    # The running minute waits for the next update, counter-entries with it.
    waiting = quantities_since(rows, {"a": NOW}, NOW + timedelta(minutes=1))["a"]
    assert waiting == 1 + 10 + 100 - 7
    assert sum(parts) + waiting == sum(materials for _, _, materials in rows)
