"""Manifests as builds write them, and requests that name a document."""

import json
from typing import Any

import pytest

from domain.core.refusal import Refusal
from domain.core.trusted_document import BadManifestError, digest, read_manifest, spell_out

TEXT = "query Me { me { username } }"
NAME = "db31e8e0a86ec0b8ebf1c1a1b4ba3e8cdd3ff9b8d7c6f7dd0de8f9a6f0de5d4a"
APOLLO = {"format": "apollo-persisted-query-manifest", "version": 1}


def manifest(**more: str) -> str:
    return json.dumps({digest(TEXT): TEXT, **more})


def test_both_formats_say_the_same() -> None:
    operation = {"id": digest(TEXT), "name": "Me", "type": "query", "body": TEXT}
    assert read_manifest(json.dumps({**APOLLO, "operations": [operation]})) == {digest(TEXT): TEXT}
    assert read_manifest(manifest()) == {digest(TEXT): TEXT}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "3",
        manifest(**{NAME: TEXT}),
        json.dumps({digest(TEXT): None}),
        json.dumps({**APOLLO, "version": 2, "operations": []}),
        json.dumps({**APOLLO, "operations": [{"id": digest(TEXT)}]}),
        json.dumps({**APOLLO, "operations": ["a"]}),
    ],
)
def test_what_is_no_manifest_is_refused(content: str) -> None:
    with pytest.raises(BadManifestError):
        read_manifest(content)


@pytest.mark.parametrize(
    "request_",
    [
        {"documentId": digest(TEXT)},
        {"documentId": f"sha256:{digest(TEXT)}"},
        {"documentId": digest(TEXT).upper(), "query": None},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(TEXT)}}, "query": ""},
        {"documentId": digest(TEXT), "query": TEXT},
        {"query": TEXT},
        {"query": TEXT, "extensions": {"persistedQuery": None}},
        {"query": TEXT, "extensions": 3},
    ],
)
def test_a_request_that_names_its_document_gets_its_text(request_: dict[str, Any]) -> None:
    spell_out(request_, read_manifest(manifest()))
    assert request_["query"] == TEXT


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"documentId": NAME}, "unknown_document"),
        ({"documentId": 3}, "bad_document_id"),
        ({"documentId": digest(TEXT), "query": TEXT + " "}, "foreign_document_id"),
        ({"extensions": {"persistedQuery": {"sha256Hash": NAME}}}, "unknown_document"),
    ],
)
def test_a_name_that_is_wrong_is_refused(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(Refusal) as caught:
        spell_out(request_, read_manifest(manifest()))
    assert caught.value.message == message
    assert caught.value.field in ("documentId", "extensions.persistedQuery.sha256Hash")


def test_without_a_manifest_no_name_is_known() -> None:
    with pytest.raises(Refusal):
        spell_out({"documentId": digest(TEXT)}, None)
