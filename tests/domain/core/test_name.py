"""Names that cannot be told apart share a key or are refused; nothing a database cannot hold passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.core.name import check_name, name_key
from domain.core.refusal import Code, Refusal


@given(st.text(max_size=40))
def test_a_key_is_its_own_key(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)


@pytest.mark.parametrize(
    ("one", "other"), [("Zoé", "ZOÉ"), ("Zoé", "Zoe\u0301"), ("Straße", "STRASSE"), ("Ａnt", "ant"), ("℡", "tel")]
)
def test_names_that_differ_by_case_or_form_share_a_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize("name", ["a", "Zoé", "Reine des Prés", "Кот", "蟻の王", "l'Ombre-2", "x" * 64])
def test_names_that_show_are_taken(name: str) -> None:
    assert check_name(name, "name", 64) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ant",
        "ant ",
        "an  t",
        "an\tt",
        "an\nt",
        "an\u00a0t",
        "an\u2003t",
        "an\u3000t",
        "an\u200bt",
        "an\u200dt",
        "\ufeffant",
        "an\u202et",
        "an\u3164t",
        "an\u2800t",
        "an\ufe0ft",
        "\u0301ant",
        "an\x00t",
        "an\x7ft",
        "an\ud800t",
        "an\ue000t",
        "\ufdfa" * 11,
        "x" * 65,
    ],
)
def test_names_with_something_unseen_are_refused(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_name(name, "name", 64)
    assert (refused.value.code, refused.value.field) == (Code.BAD_INPUT, "name")


@given(st.text(max_size=70))
def test_a_name_that_is_taken_fits_its_columns_and_stays_itself(text: str) -> None:
    try:
        name = check_name(text, "name", 64)
    except Refusal:
        return
    assert 1 <= len(name) <= 64
    assert len(name_key(name)) <= 192
    assert check_name(name, "name", 64) == name


def reason(text: str, longest: int) -> str:
    with pytest.raises(Refusal) as refused:
        check_name(text, "name", longest)
    return refused.value.message


def test_refusals_say_why() -> None:
    assert [reason(name, 64) for name in ("an\u200bt", " ant", "\ufdfa" * 11)] == ["bad_name"] * 3
    assert (reason("", 64), reason("x" * 65, 64)) == ("short_text", "long_text")


def test_a_name_may_begin_and_end_with_an_x_and_its_key_take_three_times_its_bound() -> None:
    assert check_name("Xavier X", "name", 64) == "Xavier X"
    assert check_name("\ufdfa", "name", 6) == "\ufdfa"
    assert reason("\ufdfa", 5) == "bad_name"


@pytest.mark.parametrize(
    "sign",
    [
        *"\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufe00\ufe0f",
        "\U000e0100",
        "\U000e01ef",
    ],
)
def test_signs_that_show_nothing_are_in_no_name(sign: str) -> None:
    assert reason(f"an{sign}t", 64) == "bad_name"


def test_what_stands_beside_the_ranges_of_the_unseen_is_taken() -> None:
    assert check_name("an\ufe10t", "name", 64) == "an\ufe10t"
