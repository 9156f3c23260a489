"""Documents are read once within limits, and the short ones kept."""

import pytest

from engine.document import document
from engine.operation.context import Context, Runtime
from tests.wire.client import SECRET


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ " + "a " * 8_000 + "}", "TOO_COMPLEX"),
        ("{ a } " + "# c\n" * 2_000, "TOO_COMPLEX"),
        ("{ a(b: " + "[" * 3_000, "TOO_COMPLEX"),
        ("{ a(b: " + "[" * 3_000 + "]" * 3_000 + ") }", "TOO_COMPLEX"),
        ("{a" * 2_000 + "}" * 2_000, "TOO_COMPLEX"),
        ("{ a }" + " " * 100_000, "TOO_COMPLEX"),
        ("{ a", None),
    ],
    ids=["tokens", "comments", "open lists", "lists", "fields", "length", "syntax"],
)
def test_what_cannot_be_read_is_an_error_and_no_operation(query: str, code: str | None) -> None:
    found = document.read(query)
    assert found.failure is not None
    assert (found.failure.extensions or {}).get("code") == code
    assert found.operation(None) is None


def test_one_operation_reads_its_document_once_however_long(monkeypatch: pytest.MonkeyPatch) -> None:
    context = Context(Runtime(secret_key=SECRET))
    query = "{" + " id" * 4_000 + "}"
    assert document.document_of(context, query) is document.document_of(context, query)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("{ me { id } }", True),
        ("{ me { id } } #" + "x" * document.KEPT_LENGTH, False),
        ("{" + " id" * document.KEPT_TOKENS + "}", False),
    ],
)
def test_short_documents_are_kept(query: str, kept: bool) -> None:
    assert (document.read(query) is document.read(query)) is kept


def test_documents_that_are_kept_are_few_and_the_last_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "KEPT_DOCUMENTS", 2)
    monkeypatch.setattr(document, "_KEPT", {})
    for query in ("{ a }", "{ b }", "{ a }", "{ c }"):
        document.read(query)
    assert list(document._KEPT) == ["{ a }", "{ c }"]
