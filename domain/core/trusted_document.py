"""Trusted documents: the manifest that a frontend's build writes, and how a request names one. Decides nothing.

Two formats are read: an object from SHA-256 to text, as graphql-codegen's persistedDocuments writes it with
`hashAlgorithm: "sha256"`, newer versions with `sha256:` before each; and Apollo's `apollo-persisted-query-manifest`,
version 1.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from domain.core.refusal import Code, Refusal, bad_input

APOLLO = "apollo-persisted-query-manifest"
DOCUMENT_ID = "documentId"
PREFIX = "sha256:"

Manifest = Mapping[str, str]
"""From a document's SHA-256, in hexadecimal, to its text."""


class BadManifestError(ValueError):
    """Not a manifest, or one whose hashes are not those of its texts."""


def read_manifest(text: str) -> dict[str, str]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise BadManifestError(f"no JSON: {error}") from None
    found = _apollo(content) if isinstance(content, dict) and content.get("format") == APOLLO else content
    if not isinstance(found, dict) or not found:
        raise BadManifestError("neither an object from SHA-256 to document nor Apollo's manifest")
    for name, document in found.items():
        if not isinstance(document, str) or digest(document) != name.removeprefix(PREFIX):
            raise BadManifestError(f"{name} is not the SHA-256 of its document")
    return {name.removeprefix(PREFIX): document for name, document in found.items()}


def _apollo(content: dict[str, Any]) -> Any:
    operations = content.get("operations")
    if content.get("version") != 1 or not isinstance(operations, list):
        raise BadManifestError("Apollo's manifest is read in version 1")
    try:
        return {operation["id"]: operation["body"] for operation in operations}
    except (TypeError, KeyError):
        raise BadManifestError("an operation lacks its id or its body") from None


def digest(document: str) -> str:
    return hashlib.sha256(document.encode(errors="surrogatepass")).hexdigest()


def spell_out(request: dict[str, Any], manifest: Manifest | None) -> None:
    """Puts the text into a request that names its document by `documentId` or `extensions.persistedQuery`.

    BAD_INPUT for a name that is none, or is not that of a text sent with it; for one that nobody knows NOT_FOUND, or
    what has clients of automatic persisted queries send the text: this time, or from now on where there is no manifest.
    """
    field, name = _named(request)
    if name is None:
        return
    if not isinstance(name, str):
        raise bad_input(field, "bad_document_id")
    name = name.removeprefix(PREFIX).lower()
    text = request.get("query")
    if isinstance(text, str) and text:
        if digest(text) != name:
            raise bad_input(field, "foreign_document_id")
        return
    if manifest is None or name not in manifest:
        raise _unknown(field, manifest)
    request["query"] = manifest[name]


def _unknown(field: str, manifest: Manifest | None) -> Refusal:
    if field == DOCUMENT_ID:
        return Refusal(Code.NOT_FOUND, "unknown_document", field)
    if manifest is None:
        return Refusal(Code.PERSISTED_QUERY_NOT_SUPPORTED, "persisted_query_not_supported")
    return Refusal(Code.PERSISTED_QUERY_NOT_FOUND, "persisted_query_not_found")


def _named(request: dict[str, Any]) -> tuple[str, Any]:
    if request.get(DOCUMENT_ID) is not None:
        return DOCUMENT_ID, request[DOCUMENT_ID]
    extensions = request.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    name = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return "extensions.persistedQuery.sha256Hash", name
