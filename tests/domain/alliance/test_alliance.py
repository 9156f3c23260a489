"""Tags and names of alliances: what they may be, and what refusals say."""

from collections.abc import Callable

import pytest

from domain.alliance.alliance import MOST_MEMBERS, SECTION_NAMES, checked_alliance_name, checked_tag
from domain.core.refusal import Code, Refusal


def test_a_tag_keeps_its_look_and_gets_a_key() -> None:
    assert checked_tag("  XÉé ") == ("XÉé", "xéé")
    assert checked_tag("a" * 16) == ("a" * 16, "a" * 16)


def test_a_name_is_one_line_without_the_spaces_around_it() -> None:
    assert checked_alliance_name(" La Horde ") == "La Horde"
    assert checked_alliance_name("a" * 120) == "a" * 120
    assert checked_alliance_name("\ufdfa" * 13 + "abcdef") == "\ufdfa" * 13 + "abcdef", "a key of 240 characters"


@pytest.mark.parametrize(
    ("refused", "field", "message"),
    [
        (lambda: checked_tag("a" * 17), "tag", "long_text"),
        (lambda: checked_tag("a\tb"), "tag", "bad_name"),
        (lambda: checked_tag("\tab"), "tag", "bad_name"),
        (lambda: checked_tag("", "alliance"), "alliance", "short_text"),
        (lambda: checked_alliance_name("a" * 121), "name", "long_text"),
        (lambda: checked_alliance_name(" "), "name", "empty_text"),
        (lambda: checked_alliance_name("a\nb", "title"), "title", "one_line"),
        (lambda: checked_alliance_name("\ufdfa" * 13 + "abcdefg"), "name", "long_text"),
    ],
)
def test_a_refusal_says_why(refused: Callable[[], object], field: str, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        refused()
    assert (caught.value.code, caught.value.field, caught.value.message) == (Code.BAD_INPUT, field, message)


def test_the_longest_name_is_told() -> None:
    with pytest.raises(Refusal) as caught:
        checked_alliance_name("\ufdfa" * 14)
    assert caught.value.details == {"most": 120}


def test_the_games_extension_finds_the_sections() -> None:
    assert SECTION_NAMES == {"MEMBERS": "Outiiil_Membre", "ORDERS": "Outiiil_Commande", "VAULT": "Coffre"}
    assert MOST_MEMBERS == 1000
