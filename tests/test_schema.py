"""The printed schema: committed as it is served, every root field guarded."""

from pathlib import Path

from strawberry.types.base import StrawberryObjectDefinition

from schema.root import schema

ROOT = Path(__file__).parent.parent


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
