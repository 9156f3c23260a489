"""Proves that a member's title reads back whatever the rank looks like, and that no title raises."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.alliance.member import (
    LONGEST_PSEUDO_KEY,
    MAX_COEFFICIENT,
    MAX_NAME,
    MAX_TDC,
    Adjustment,
    MemberTitle,
    SavedRights,
    is_coefficient,
    is_pseudo,
    is_rank,
    read_member_title,
    write_member_title,
)
from domain.core.number import LARGEST, LARGEST_INT
from domain.core.parsing import MAX_TITLE, ParseError, Reason

SAVED = SavedRights(33.5, Adjustment.UP, 793800, datetime(2026, 3, 14, 10, 17, tzinfo=UTC), -1250)
TAIL = "33.5 / à la hausse / 793800 / 14 mars 2026 à 10h17 / -1.250"

numbers = st.integers(-LARGEST, LARGEST)
places = st.none() | st.integers(0, 1000)
words = st.text(max_size=20) | st.sampled_from(
    ["Chef", "5", "-1", "0.000", "/", "Ouvrier / Convoyeur", "a /", "/ a", ""]
)
pseudos = words.filter(is_pseudo)
# Ranks made of the title's own pieces: numbers, slashes, whole tails.
ranks = (words | st.lists(words | st.sampled_from([TAIL, *TAIL.split(" / ")]), max_size=6).map(" / ".join)).filter(
    is_rank
)
rights = st.builds(
    SavedRights,
    coefficient=st.floats(0, MAX_COEFFICIENT, allow_nan=False),
    adjustment=st.sampled_from(Adjustment),
    tdc_at_last_update=st.integers(0, MAX_TDC),
    last_updated_at=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001
        lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
    accumulated_thousandths=numbers,
)


@st.composite
def titles(draw: st.DrawFn) -> MemberTitle:
    rank = draw(st.none() | ranks)
    order = None if rank is None else draw(st.integers(-LARGEST_INT, LARGEST_INT))
    state = draw(st.none() | rights)
    return MemberTitle(draw(pseudos), draw(places), draw(places), draw(places), rank, order, state)


@given(titles())
@example(MemberTitle("a", 1, 2, 3, TAIL, 4))
@example(MemberTitle("a", 1, 2, 3, TAIL.removesuffix(" / -1.250"), 0))
@example(MemberTitle("a", 1, 2, 3, TAIL, 4, SAVED))
@example(MemberTitle("a", 1, 2, 3, "0.000", 0))
def test_titles_read_back_whatever_the_rank(title: MemberTitle) -> None:
    assert read_member_title(write_member_title(title)) == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Attila / 51431 / -1 / -1 / Conseil / 5", MemberTitle("Attila", 51431, None, None, "Conseil", 5)),
        ("Bérénice / 85844 / 299 / 113", MemberTitle("Bérénice", 85844, 299, 113)),
        ("Čárka / 1 / 0 / 2 / Ouvrier / Convoyeur / 2", MemberTitle("Čárka", 1, 0, 2, "Ouvrier / Convoyeur", 2)),
        (f"Zoé / 2 / -1 / -1 / {TAIL}", MemberTitle("Zoé", 2, None, None, rights=SAVED)),
        (f"Zoé / 2 / -1 / -1 / Chef / 0 / {TAIL}", MemberTitle("Zoé", 2, None, None, "Chef", 0, SAVED)),
    ],
)
def test_titles_as_they_are_met(text: str, title: MemberTitle) -> None:
    assert read_member_title(text) == title
    assert write_member_title(title) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.WRONG_SHAPE),
        ("Attila", Reason.WRONG_SHAPE),
        ("Attila / 51431 / -1", Reason.WRONG_SHAPE),
        (f"{'0' * 990} / 1 / 2 / 3", Reason.WRONG_SHAPE),
        ("Attila / 51431 / -1 / -1 / Chef", Reason.WRONG_SHAPE),
        ("a / 1 / 2 / 3" + " / 1" * 50_000, Reason.WRONG_SHAPE),
        (f"Attila / {LARGEST_INT + 1} / -1 / -1", Reason.TOO_BIG),
        (f"Attila / 1 / 2 / 3 / Chef / {LARGEST_INT + 1}", Reason.TOO_BIG),
        (f"Attila / 1 / 2 / 3 / {TAIL.replace('793800', str(MAX_TDC + 1))}", Reason.TOO_BIG),
        (f"{'a' * 101} / 1 / 2 / 3", Reason.WRONG_SHAPE),
        (f"Attila / 1 / 2 / 3 / {'a' * 101} / 4", Reason.WRONG_SHAPE),
        (f"a / 1 / 2 / 3 / {TAIL}".replace("hausse", "hausses"), Reason.UNKNOWN_NAME),
        (f"a / 1 / 2 / 3 / {TAIL}".replace("33.5", "1000.1"), Reason.TOO_BIG),
        (f"a / 1 / 2 / 3 / {TAIL}".replace("33.5", "nan"), Reason.NOT_A_NUMBER),
        (f"a / 1 / 2 / 3 / {TAIL}".replace("793800", "-1"), Reason.NEGATIVE),
        (f"a / 1 / 2 / 3 / {TAIL}".replace("mars", "marz"), Reason.NOT_A_TIME),
    ],
)
def test_what_is_no_title(text: str, reason: Reason) -> None:
    assert read_member_title(text) == ParseError(1, text[:80].strip(), reason)


def test_a_title_of_a_thousand_characters_is_read() -> None:
    longest = "a / 1 / 2 / " + "0" * (MAX_TITLE - 13) + "3"
    assert read_member_title(longest) == MemberTitle("a", 1, 2, 3)
    too_long = read_member_title(longest.replace("/ 0", "/ 00"))
    assert too_long == ParseError(1, longest.replace("/ 0", "/ 00")[:80].strip(), Reason.WRONG_SHAPE)


def test_the_largest_rights_are_read_and_whole_coefficients_written_short() -> None:
    saved = SavedRights(1000.0, Adjustment.EXACT, MAX_TDC, SAVED.last_updated_at, 0)
    title = f"a / 1 / 2 / 3 / 1000 / Exact / {MAX_TDC} / 14 mars 2026 à 10h17 / 0.000"
    assert write_member_title(MemberTitle("a", 1, 2, 3, rights=saved)) == title
    assert read_member_title(title) == MemberTitle("a", 1, 2, 3, rights=saved)
    assert (MAX_TDC, MAX_COEFFICIENT, MAX_NAME, LONGEST_PSEUDO_KEY) == (10**12, 1000.0, 100, 300)


def test_the_longest_ranks_and_pseudos() -> None:
    assert is_rank("a" * 100)
    assert is_pseudo("a" * 100)
    assert is_pseudo("\ufdfa" * 16 + "abcdefghijkl"), "a key of 300 characters"
    assert not is_pseudo("\ufdfa" * 16 + "abcdefghijklm")


@pytest.mark.parametrize("sign", [*"\x00\x1f\x7f\x85\u2028\u2029\ud800\udfff"])
def test_no_line_is_broken_in_a_rank(sign: str) -> None:
    assert not is_rank(f"a{sign}b")


def test_adjustments_in_french() -> None:
    assert [(one.value, one.french) for one in Adjustment] == [
        ("EXACT", "Exact"),
        ("UP", "à la hausse"),
        ("DOWN", "à la baisse"),
    ]


@given(st.text() | st.lists(words, max_size=14).map(" / ".join))
def test_any_text_gives_a_value(text: str) -> None:
    assert isinstance(read_member_title(text), MemberTitle | ParseError)


def test_what_a_title_can_carry() -> None:
    assert [is_pseudo(text) for text in ("L'Ancien", "a/b", "", " a", "a / b", "a\nb", "\ud800", "a" * 101)] == [
        *(True, True),
        *[False] * 6,
    ]
    assert [is_coefficient(value) for value in (0, 1000, -1, 1000.5, float("nan"), float("inf"))] == [
        *(True, True),
        *[False] * 4,
    ]
