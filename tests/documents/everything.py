"""The widest query of a root field: every field below it that needs no argument, as deep as asked."""

from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from schema.root import schema

SCHEMA: Any = schema._schema


def root_fields() -> dict[str, GraphQLField]:
    return dict(SCHEMA.query_type.fields)


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


def query(name: str, arguments: str, depth: int, without: frozenset[str] = frozenset()) -> str:
    """A query of one root field with everything below it."""
    type_ = get_named_type(root_fields()[name].type)
    below = "" if is_leaf_type(type_) else f" {{ {selection(type_, depth, without)} }}"
    return f"{{ {name}{arguments}{below} }}"


def node_query(identifier: str, typename: str, depth: int) -> str:
    """A query of a row by its id with everything below its type; all types in one would disagree on what is null."""
    return f'{{ node(id: "{identifier}") {{ ... on {typename} {{ {selection(SCHEMA.type_map[typename], depth)} }} }} }}'
