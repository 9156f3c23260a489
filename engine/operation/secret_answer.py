"""Marks fields whose answers hold tokens or keys: they are for one pair of eyes and never kept. Knows no such field."""

from strawberry import Schema
from strawberry.types import get_object_definition

_MARK = "pheromone_secret_answer"
SECRET_ANSWER: dict[object, object] = {_MARK: True}
"""The metadata of such a field: `strawberry.field(metadata=SECRET_ANSWER)`."""


def secret_answers(schema: Schema) -> frozenset[str]:
    """The names of the mutations that are marked."""
    if schema.mutation is None:
        return frozenset()
    fields = get_object_definition(schema.mutation, strict=True).fields
    return frozenset(schema.config.name_converter.get_graphql_name(one) for one in fields if _MARK in one.metadata)
