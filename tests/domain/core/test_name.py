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
