"""Manifests as builds write them, and requests that name a document."""

import hashlib
import json
from typing import Any

import pytest

from domain.core.refusal import Code, Refusal
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
    assert read_manifest(json.dumps({f"sha256:{digest(TEXT)}": TEXT})) == {digest(TEXT): TEXT}


NEITHER = "neither an object from SHA-256 to document nor Apollo's manifest"
OTHER_VERSION = "Apollo's manifest is read in version 1"
INCOMPLETE = "an operation lacks its id or its body"
OPERATION = {"id": digest(TEXT), "body": TEXT}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[]", NEITHER),
        ("{}", NEITHER),
        ("3", NEITHER),
        (manifest(**{NAME: TEXT}), f"{NAME} is not the SHA-256 of its document"),
        (json.dumps({digest(TEXT): None}), f"{digest(TEXT)} is not the SHA-256 of its document"),
        (json.dumps({**APOLLO, "version": 2, "operations": [OPERATION]}), OTHER_VERSION),
        (json.dumps({**APOLLO, "operations": OPERATION}), OTHER_VERSION),
        (json.dumps({**APOLLO, "operations": [{"id": digest(TEXT)}]}), INCOMPLETE),
        (json.dumps({**APOLLO, "operations": ["a"]}), INCOMPLETE),
    ],
)
def test_what_is_no_manifest_is_refused(content: str, reason: str) -> None:
    with pytest.raises(BadManifestError) as refused:
        read_manifest(content)
    assert str(refused.value) == reason


def test_a_digest_is_sha256_of_any_text_that_json_can_hold() -> None:
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest("\ud800") == hashlib.sha256(b"\xed\xa0\x80").hexdigest()


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
    asked = dict(request_)
    spell_out(asked, read_manifest(manifest()))
    assert asked["query"] == TEXT


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"documentId": NAME}, "unknown_document"),
        ({"documentId": 3}, "bad_document_id"),
        ({"documentId": digest(TEXT), "query": TEXT + " "}, "foreign_document_id"),
        ({"documentId": NAME, "query": 3}, "unknown_document"),
        ({"extensions": {"persistedQuery": {"sha256Hash": 3}}}, "bad_document_id"),
    ],
)
def test_a_name_that_is_wrong_is_refused(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(Refusal) as caught:
        spell_out(dict(request_), read_manifest(manifest()))
    assert caught.value.message == message
    assert caught.value.code is (Code.NOT_FOUND if message == "unknown_document" else Code.BAD_INPUT)
    assert caught.value.field == ("documentId" if "documentId" in request_ else "extensions.persistedQuery.sha256Hash")


def test_clients_of_persisted_queries_are_told_to_send_the_text() -> None:
    asked = {"extensions": {"persistedQuery": {"sha256Hash": NAME}}}
    for known, code in (
        (read_manifest(manifest()), Code.PERSISTED_QUERY_NOT_FOUND),
        (None, Code.PERSISTED_QUERY_NOT_SUPPORTED),
    ):
        with pytest.raises(Refusal) as caught:
            spell_out(dict(asked), known)
        assert (caught.value.code, caught.value.field) == (code, None)


def test_without_a_manifest_no_name_is_known() -> None:
    with pytest.raises(Refusal, match="unknown_document"):
        spell_out({"documentId": digest(TEXT)}, None)
