"""Each language says as much as French; each code that the program gives has a sentence, and all that it names."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from engine.operation.message import FOLDER, FRENCH, LANGUAGES, Counted, read_file
from tests.architecture.code import AREAS, ROOT, Module, modules

SENTENCES = LANGUAGES[FRENCH]
CODE_AT = {
    "Refusal": 1,
    "bad_input": 1,
    "forbidden": 0,
    "notify": 3,
    "notify_moderated": 0,
    "localize": 0,
    "too_complex": 0,
}
"""Where each of these takes the code."""
DETAILS_BY_NAME = {"Refusal", "bad_input"}
PAGES = ROOT / "pages" / "browser"
GIVEN_TO_PAGES = {"language", "words", "command", "files", "setup", "page", "main"}
FOR_PROGRAMS = {"retry_after", "after", "field"}
"""What clients read beside the sentence, which need not name it."""


def _forms(sentence: str | Counted) -> tuple[str, ...]:
    return sentence.forms if isinstance(sentence, Counted) else (sentence,)


def _named(sentence: str | Counted) -> set[str]:
    counted = {sentence.by} if isinstance(sentence, Counted) else set()
    return counted | {name for form in _forms(sentence) for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_as_much_as_french(language: str) -> None:
    sentences = LANGUAGES[language]
    assert not sentences.keys() ^ SENTENCES.keys()
    assert not [code for code, said in sentences.items() if _named(said) != _named(SENTENCES[code])]
    assert all(form and form.strip() == form for said in sentences.values() for form in _forms(said))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_stands_twice_and_no_sentence_waits_for_a_translator(language: str) -> None:
    text = "".join(file.read_text() for file in (FOLDER / language).glob("*.po"))
    assert len(re.findall(r'^msgid "\w', text, re.MULTILINE)) == len(LANGUAGES[language])
    assert "#, fuzzy" not in text
    assert {file.name for file in (FOLDER / language).iterdir()} == {file.name for file in (FOLDER / FRENCH).iterdir()}


COUNTS = re.compile(r"\{(least|most|limit|count|days|leaving)\} [a-zà-ÿ]+")
NOT_A_NOUN = {"too_many_at_once", "bad_rights", "bad_points", "out_of_range"}
"""What follows the number is no noun, or the number is of millions."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_has_a_singular(language: str) -> None:
    plain = {code: said for code, said in LANGUAGES[language].items() if isinstance(said, str)}
    assert {code for code, said in plain.items() if COUNTS.search(said)} == NOT_A_NOUN


def _codes(node: ast.AST) -> Iterator[str]:
    """The texts that an expression may be: one, or one of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_codes(node.body), *_codes(node.orelse))


def _spread(function: ast.AST, arguments: list[ast.expr]) -> list[ast.expr]:
    """The arguments in their places, where some stand in a tuple of the function: `words = kind, level, code`."""
    tuples = {
        ast.unparse(node.targets[0]): node.value.elts
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)
    }
    spread = [tuples.get(ast.unparse(one.value), [one]) if isinstance(one, ast.Starred) else [one] for one in arguments]
    return [one for part in spread for one in part]


def _given(node: ast.Call, name: str, arguments: list[ast.expr]) -> set[str] | None:
    """The names of the details; None where it cannot be read here, since the call hands on what it was given."""
    if name in DETAILS_BY_NAME:
        return None if any(one.arg is None for one in node.keywords) else {str(one.arg) for one in node.keywords}
    details = arguments[CODE_AT[name] + 1 :]
    if details and isinstance(details[0], ast.Dict):
        return {str(key.value) for key in details[0].keys if isinstance(key, ast.Constant)}
    return None


@cache
def _nodes() -> list[tuple[Module, ast.AST, ast.AST]]:
    """What of the program may name a code, each with the innermost function that it stands in."""
    found: list[tuple[Module, ast.AST, ast.AST]] = []
    for module in modules():
        waiting: list[tuple[ast.AST, ast.AST]] = [(module.tree, module.tree)]
        while waiting:
            function, node = waiting.pop()
            if isinstance(node, ast.Call | ast.Dict | ast.Constant | ast.JoinedStr):
                found.append((module, function, node))
            within = node if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else function
            waiting += [(within, child) for child in ast.iter_child_nodes(node)]
    return found


@cache
def _calls() -> list[tuple[str, str, set[str] | None]]:
    """Where a code is given, the code, and the names of its details."""
    found = []
    for module, function, node in _nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CODE_AT:
            name, arguments = node.func.id, _spread(function, node.args)
            codes = _codes(arguments[CODE_AT[name]]) if len(arguments) > CODE_AT[name] else ()
            found += [(f"{module.place}:{node.lineno}", code, _given(node, name, arguments)) for code in codes]
    return found


def test_a_code_that_is_given_has_a_sentence() -> None:
    assert len(_calls()) > 150
    assert not [(where, code) for where, code, _ in _calls() if code not in SENTENCES]


def test_a_sentence_is_given_what_it_names_and_nothing_else() -> None:
    for where, code, given in _calls():
        named = _named(SENTENCES[code])
        assert given is None or named <= given <= named | FOR_PROGRAMS, (where, code, given, named)


def test_a_table_of_codes_has_a_sentence_for_each() -> None:
    for module, _, node in _nodes():
        told = {code for value in node.values for code in _codes(value)} if isinstance(node, ast.Dict) else set()
        assert not told & SENTENCES.keys() or told <= SENTENCES.keys(), (module.place, told)


def _said() -> Iterator[tuple[Module, str]]:
    """The codes that stand somewhere, and in which module."""
    for module, _, node in _nodes():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in SENTENCES:
            yield module, node.value


def _put_together() -> Iterator[str]:
    """The codes that a text begins: `mail_{what}`."""
    begun = (node for _, _, node in _nodes() if isinstance(node, ast.JoinedStr))
    for text in {ast.unparse(node)[2:-1] for node in begun}:
        if re.match(r"[a-z]+_\{", text):
            shape = re.sub(r"\{[^}]*\}", "[a-z_]+", text)
            yield from (code for code in SENTENCES if re.fullmatch(shape, code))


def _text_of(folder: Path) -> str:
    """All that a folder of the pages' files says."""
    return "".join(file.read_text() for file in folder.rglob("*") if file.suffix in (".html", ".js"))


def _on_pages() -> Iterator[str]:
    """The codes of the words that a page, or a script beside it or in a folder that these import from, may name."""
    for page in PAGES.rglob("*.html"):
        own = _text_of(page.parent)
        folders = {"shell", *re.findall(r'from "\.\./(\w+)/', own)}
        text = own + "".join(_text_of(PAGES / folder) for folder in sorted(folders))
        yield from (f"{page.stem}.{name}" for name in re.findall(r"\w+", text))


def test_no_sentence_is_left_over() -> None:
    assert not SENTENCES.keys() - {code for _, code in _said()} - {*_put_together(), *_on_pages()}


def test_pages_and_their_scripts_have_the_words_that_they_name() -> None:
    there = {code.partition(".")[2] for code in SENTENCES}
    for script in PAGES.rglob("*.js"):
        assert not {*re.findall(r"\bwords\.(\w+)", script.read_text())} - there, script.name
    for page in PAGES.rglob("*.html"):
        named = {*re.findall(r"\$([a-z]\w+)", page.read_text())} - GIVEN_TO_PAGES
        own = {f"{page.stem}.{name}" for name in named} - {"shell.title"}  # Each page's own.
        assert not {code for code in own if not {code, f"shell.{code.partition('.')[2]}"} & SENTENCES.keys()}, page.name


def test_no_page_says_otherwise_what_the_shell_says() -> None:
    """Its scripts would be told the page's word for it."""
    shell = {code.partition(".")[2] for code in SENTENCES if code.startswith("shell.")}
    pages = {page.stem for page in PAGES.rglob("*.html")} - {"shell", "missing"}
    assert not [code for code in SENTENCES if code.partition(".")[0] in pages and code.partition(".")[2] in shell]


def test_a_sentence_stands_in_the_file_of_its_area() -> None:
    """Or of one to the left of it, as with imports. The engine, which names no noun of ours, has those of core."""
    area_of = {code: file.stem for file in (FOLDER / FRENCH).glob("*.po") for code, _ in read_file(file)}
    for module, code in _said():
        area = module.area or ("live" if module.layer == "engine" else AREAS[-1])
        assert AREAS.index(area_of[code]) <= AREAS.index(area), (module.place, code)
