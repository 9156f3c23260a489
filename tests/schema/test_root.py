"""The printed schema: committed as it is served, every root field guarded."""

from importlib import import_module
from inspect import iscoroutinefunction
from pathlib import Path

from graphql import GraphQLObjectType
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.utils.str_converters import to_snake_case

from schema.root import schema

ROOT = Path(__file__).parents[2]


def test_the_committed_schema_is_the_served_one() -> None:
    assert (ROOT / "schema.graphql").read_text() == schema.as_str() + "\n", "run `make schema`"


def test_every_root_field_says_who_may_call_it() -> None:
    roots = [schema.get_type_by_name(name) for name in ("Query", "Mutation", "Subscription")]
    for root in roots:
        if not isinstance(root, StrawberryObjectDefinition):
            continue
        for field in root.fields:
            access = [type(directive).__name__ for directive in field.directives]
            assert len([name for name in access if name == "Public" or name.startswith("Requires")]) == 1, field.name


def test_what_has_an_id_is_a_node() -> None:
    """Clients that keep rows by their `id` take two types with one id for one row."""
    for name, type_ in schema._schema.type_map.items():
        if isinstance(type_, GraphQLObjectType) and "id" in type_.fields:
            assert [one.name for one in type_.interfaces] == ["Node"], name


def test_a_mutation_has_one_name_from_the_schema_to_its_resolver() -> None:
    modules = [path.relative_to(ROOT).with_suffix("") for path in (ROOT / "resolvers").rglob("*.py")]
    resolvers = {
        name
        for module in modules
        for name, function in vars(import_module(".".join(module.parts))).items()
        if iscoroutinefunction(function) and function.__module__ == ".".join(module.parts)
    }
    assert schema._schema.mutation_type is not None
    for name, field in schema._schema.mutation_type.fields.items():
        function = field.extensions["strawberry-definition"].base_resolver.wrapped_func
        assert function.__name__ == to_snake_case(name)
        assert function.__name__ in resolvers
