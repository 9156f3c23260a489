"""Pages and cursors: what was written is read back, and nothing else is."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.core.refusal import Code, Refusal
from engine.operation.page import check_size, page_of, read_cursor, write_cursor
from models.core.keyset import Window


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.integers(0, 2**31),
    st.booleans(),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
)
def test_a_cursor_is_read_back(at: datetime, number: int, flag: Any, text: str) -> None:
    assert read_cursor(write_cursor(at, number, flag, text), datetime, int, bool, str) == (at, number, flag, text)


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")) | st.integers().map(write_cursor))
def test_anything_else_is_refused_with_the_argument(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_cursor(text, datetime, int)
    assert (refused.value.code, refused.value.field) == (Code.BAD_INPUT, "after")


def test_a_cursor_without_an_offset_is_refused() -> None:
    naive = datetime(2026, 1, 1, tzinfo=timezone.utc).replace(tzinfo=None)  # noqa: UP017
    with pytest.raises(Refusal):
        read_cursor(write_cursor(naive), datetime)


@pytest.mark.parametrize("first", [0, -1, 101, 2**31])
def test_a_page_has_1_to_100_items(first: int) -> None:
    with pytest.raises(Refusal):
        check_size(first)


def test_the_row_too_many_says_that_there_is_more() -> None:
    page = page_of([1, 2, 3], Window(2), lambda row: (row,))
    assert (page.nodes, page.page_info.has_next_page) == ([1, 2], True)
    assert read_cursor(page.page_info.end_cursor, int) == (2,)


@pytest.mark.parametrize("place", ["a\0b", "\ud800"])
def test_a_cursor_holds_no_text_that_a_database_would_choke_on(place: str) -> None:
    with pytest.raises(Refusal):
        read_cursor(urlsafe_b64encode(json.dumps([place]).encode()).decode(), str)


def test_a_cursor_holds_no_instant_before_the_first() -> None:
    with pytest.raises(Refusal):
        read_cursor(urlsafe_b64encode(b'["0001-01-01T00:00:00+14:00"]').decode(), datetime)
