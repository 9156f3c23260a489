"""The widest query of a root field: every field below it that needs no argument, as deep as asked.

What differs from row to row is a variable, and such documents are kept however long they are: to read one takes far
longer than to answer it, and tests ask the same of many rows, viewers and worlds.
"""

import dataclasses
from functools import cache
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from engine.document import document
from engine.kept.field import Kept, hole_of
from schema.root import schema

SCHEMA: Any = schema._schema


DEAR = frozenset({"Alliance.deliveryPlan", "Alliance.rightsCurves", "Alliance.rightsHistory"})
"""Asked apart from the rest of an alliance: together they cost more than one operation may."""

BUT_DEAR = frozenset(f"Alliance.{name}" for name in SCHEMA.type_map["Alliance"].fields) - DEAR


def root_fields() -> dict[str, GraphQLField]:
    return dict(SCHEMA.query_type.fields)


@dataclasses.dataclass(frozen=True)
class Question:
    """A document and its variables."""

    text: str
    variables: dict[str, Any] = dataclasses.field(default_factory=dict)


def keep_documents(patch: pytest.MonkeyPatch) -> None:
    """Has the service keep all documents that it reads."""
    patch.setattr(document, "KEPT_TOKENS", document.MAX_TOKENS)
    patch.setattr(document, "KEPT_LENGTH", document.MAX_QUERY_LENGTH)


@cache
def selection(type_: Any, depth: int, without: frozenset[str] = frozenset()) -> str:
    """All leaves of a type and, down to `depth`, all objects below it. `without` names `Type.field`s to leave out."""
    assert isinstance(type_, GraphQLObjectType)
    parts = ["__typename"]
    for name, field in type_.fields.items():
        if f"{type_.name}.{name}" in without or any(is_required_argument(arg) for arg in field.args.values()):
            continue
        below = get_named_type(field.type)
        if is_leaf_type(below):
            parts.append(name)
        elif depth > 0:
            parts.append(f"{name} {{ {selection(below, depth - 1, without)} }}")
    return " ".join(parts)


def query(name: str, depth: int, without: frozenset[str] = frozenset(), **arguments: Any) -> Question:
    """A query of one root field with everything below it."""
    root = root_fields()[name]
    type_ = get_named_type(root.type)
    below = "" if is_leaf_type(type_) else f" {{ {selection(type_, depth, without)} }}"
    if not arguments:
        return Question(f"{{ {name}{below} }}")
    declared = ", ".join(f"$its_{one}: {root.args[one].type}" for one in arguments)
    given = ", ".join(f"{one}: $its_{one}" for one in arguments)
    variables = {f"its_{one}": value for one, value in arguments.items()}
    return Question(f"query({declared}) {{ {name}({given}){below} }}", variables)


def beyond(declared: Kept) -> frozenset[str]:
    """All `Type.field`s that are not among those that may be kept below a root field."""
    return frozenset(
        f"{type_.name}.{name}"
        for type_ in SCHEMA.type_map.values()
        if isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items()
        if name not in declared.shows.get(type_.name, ()) and hole_of(field) is None
    )


def node_query(identifier: str, typename: str, depth: int, without: frozenset[str] = frozenset()) -> Question:
    """A query of a row by its id with everything below its type; all types in one would disagree on what is null."""
    below = selection(SCHEMA.type_map[typename], depth, without)
    return Question(f"query($id: ID!) {{ node(id: $id) {{ ... on {typename} {{ {below} }} }} }}", {"id": identifier})
