"""What players read: in the language that they prefer, of those that there are."""

from pathlib import Path

import pytest

from engine.operation.message import (
    ENGLISH,
    FRENCH,
    LANGUAGES,
    localize,
    preferred_language,
    read_sentences,
)

SPANISH = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "not_found"
msgstr "No se encuentra."

msgid "hosting_declined_lately"
msgid_plural "days"
msgstr[0] "Mañana."
msgstr[1] "Dentro de {days} días."
"""


def test_a_translator_adds_a_language_by_files_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "core.po").write_text(SPANISH)
    monkeypatch.setitem(LANGUAGES, "es", read_sentences(tmp_path / "es"))
    assert preferred_language("es-MX, en;q=0.5") == "es"
    assert localize("not_found", "es") == "No se encuentra."
    told = [localize("hosting_declined_lately", "es", {"days": days}) for days in (1, 7)]
    assert told == ["Mañana.", "Dentro de 7 días."]


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


def test_one_is_told_in_the_singular() -> None:
    told = [localize("short_text", language, {"least": least}) for language in (FRENCH, ENGLISH) for least in (1, 2)]
    assert told == [
        "Il faut au moins 1 caractère.",
        "Il faut au moins 2 caractères.",
        "At least 1 character is needed.",
        "At least 2 characters are needed.",
    ]
