"""What players read: the sentence of a code in the reader's language. Sentences stand in `messages/`, none here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from gettext import c2py
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parents[2] / "messages"
FRENCH, ENGLISH = "fr", "en"
MOST_RANGES = 20
"""Of a header that are looked at."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A sentence with a form for each kind of number: one, few, many; `by` names the argument that is counted."""

    by: str
    forms: tuple[str, ...]
    form_of: Callable[[int], int]


Sentences = dict[str, str | Counted]


def read_sentences(folder: Path) -> Sentences:
    """Those of one language, whose files stand in a folder of its name: one for each area."""
    return {code: sentence for file in sorted(folder.glob("*.po")) for code, sentence in read_file(file)}


def read_file(file: Path) -> Iterator[tuple[str, str | Counted]]:
    with file.open("rb") as source:
        catalog = read_po(source, locale=file.parent.name, abort_invalid=True)
    for message in catalog:
        if message.id:
            yield _sentence(message.id, message.string, catalog)


def _sentence(code: Any, text: Any, catalog: Catalog) -> tuple[str, str | Counted]:
    if isinstance(code, str):
        return code, str(text)
    singular, counted = code
    return singular, Counted(counted, tuple(text), c2py(catalog.plural_expr))


LANGUAGES = {folder.name: read_sentences(folder) for folder in sorted(FOLDER.iterdir()) if any(folder.glob("*.po"))}


def localize(message: str, language: str, details: dict[str, object] | None = None) -> str:
    """The text of a code in a language, its placeholders filled."""
    sentence, values = LANGUAGES[language][message], details or {}
    if isinstance(sentence, Counted):
        sentence = sentence.forms[sentence.form_of(int(str(values[sentence.by])))]
    return sentence.format(**values)


def words(page: str, language: str) -> dict[str, str]:
    """What a page shows, by the page's own names: the sentences whose codes are `page.name`.

    Their placeholders, if any, are filled by the page's script.
    """
    codes = {code: code.partition(".")[2] for code in LANGUAGES[language] if code.startswith(f"{page}.")}
    return {name: str(LANGUAGES[language][code]) for code, name in codes.items()}


def preferred_language(accept_language: str) -> str:
    """The language that the header ranks highest of those that there are (`q` values of RFC 9110); else French."""
    if not accept_language:
        return FRENCH
    best, best_quality = FRENCH, 0.0
    for part in accept_language.split(",")[:MOST_RANGES]:
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language not in LANGUAGES:
            continue
        try:
            quality = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        if quality > best_quality:
            best, best_quality = language, quality
    return best
