"""What players read: complete in both languages, and in the one that they prefer."""

from string import Formatter

import pytest

from engine.operation.message import _MESSAGES, ENGLISH, FRENCH, preferred_language


@pytest.mark.parametrize("message", _MESSAGES)
def test_both_languages_tell_as_much(message: str) -> None:
    french, english = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in _MESSAGES[message])
    assert french == english
    assert all(text.strip() == text and text for text in _MESSAGES[message])


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", FRENCH),
        ("de", FRENCH),
        ("en", ENGLISH),
        ("EN-gb", ENGLISH),
        ("fr, en", FRENCH),
        ("en, fr", ENGLISH),
        ("fr;q=0.5, en;q=0.8", ENGLISH),
        ("de, en;q=0.1", ENGLISH),
        ("en;q=0", FRENCH),
        ("en;q=x, fr;q=0.1", FRENCH),
        ("english", FRENCH),
        ("de," * 20 + "en", FRENCH),
    ],
)
def test_the_header_chooses_the_language(header: str, language: str) -> None:
    assert preferred_language(header) == language
