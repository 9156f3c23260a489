"""Descriptions: every element of the printed schema tells clients more than its name does."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import DirectiveNode, DocumentNode, Node, introspection_from_schema, parse, print_ast
from graphql.language import StringValueNode

from schema.root import schema
from tests.schema.guard_matrix import GUARDED, document

SHORTEST = 8
_FILLERS = {"a", "an", "and", "its", "it", "is", "of", "s", "that", "the", "this", "to", "whether"}


def described(printed: DocumentNode) -> Iterator[tuple[str, str, str]]:
    """Each element by its coordinate, the names that lead to it, and its description, empty for none."""
    for definition in printed.definitions:
        yield from _below(definition, "@{}" if definition.kind == "directive_definition" else "{}", "")


def _below(node: Node, form: str, names: str) -> Iterator[tuple[str, str, str]]:
    name: str = node.name.value  # type: ignore[attr-defined]
    here, named = form.format(name), f"{names} {name}"
    words: StringValueNode | None = node.description  # type: ignore[attr-defined]
    yield here, named, words.value if words else ""
    for part, inside in (("fields", ".{}"), ("values", ".{}"), ("arguments", "({}:)")):
        for child in getattr(node, part, None) or ():
            yield from _below(child, here + inside, named)


def fault(names: str, text: str) -> str:
    """What is wrong with a description, empty for nothing."""
    if not text:
        return "none"
    if len(text) < SHORTEST:
        return "too short"
    if not text.endswith("."):
        return "no final period"
    return "repeats the name" if _words(text) <= _words(names) | _FILLERS else ""


def _words(text: str) -> set[str]:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return set(re.findall(r"[a-z0-9²]+", apart.lower().replace("_", " ")))


OF_ALLIANCE = parse("type Alliance { tag: ID }")


def test_every_element_has_a_description_that_says_something() -> None:
    faults = [
        f"{coordinate}: {wrong}" for coordinate, names, text in described(document()) if (wrong := fault(names, text))
    ]
    assert not faults, "\n" + "\n".join(faults)


def test_every_kind_of_element_is_looked_at() -> None:
    coordinates = {coordinate for coordinate, _, _ in described(document())}
    assert coordinates >= {
        *("Query", "Query.alliance", "Query.alliance(tag:)", "Alliance.harvests(first:)", "Node.id"),
        *("OrderStatus", "OrderStatus.NEW", "OrderInput", "OrderInput.dueOn", "BigInt", "@requiresMembership(of:)"),
    }


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "none"),
        ("A tag.", "too short"),
        ("Unique whatever its case", "no final period"),
        ("The tag of the alliance.", "repeats the name"),
        ("Unique whatever its case.", ""),
    ],
)
def test_what_is_wrong_is_found(text: str, wrong: str) -> None:
    ((_, names, _),) = [found for found in described(OF_ALLIANCE) if found[0] == "Alliance.tag"]
    assert fault(names, text) == wrong


WHO: dict[str, str] = {
    "@public": "For everybody.",
    "@requiresAccount": "For any signed-in account.",
    "@requiresPermission(permission: MANAGE_USERS)": "For accounts with the permission MANAGE_USERS.",
    "@requiresAllianceAdministration": "For those who administer the alliance.",
    "@requiresAllianceAdministration(withTopic: true)": "For those who administer the alliance and have a topic of "
    "their own there.",
    "@requiresMembership": "For the alliance's members with a topic of their own there.",
    "@requiresMembership(orStaff: true)": "For the alliance's members with a topic of their own there, and staff.",
    "@requiresOwnership": "For the member whose it is, and those who administer the alliance.",
    "@requiresOwnership(status: [CANCELLED, DONE, DELETED])": "For the member whose it is (who sets CANCELLED, "
    "DONE, DELETED), and those who administer the alliance.",
}
"""What the directives come to in words, since introspection shows none."""


def in_words(directive: DirectiveNode) -> str:
    """The sentence of a directive; which argument it speaks of makes no difference."""
    given = [argument for argument in directive.arguments or () if argument.name.value != "of"]
    key = print_ast(DirectiveNode(name=directive.name, arguments=tuple(given)))
    if directive.name.value == "requiresPermission":
        named, *more = (print_ast(argument.value) for argument in given)
        sentence = WHO["@requiresPermission(permission: MANAGE_USERS)"].replace("MANAGE_USERS", named)
        return (
            sentence.replace(".", ", and in an alliance's sections for those who administer it.") if more else sentence
        )
    return WHO[key]


def test_every_guarded_field_says_in_words_who_may_call_it() -> None:
    shown: Any = schema._schema.type_map
    for name, (type_, field, directive) in GUARDED.items():
        description = shown[type_].fields[field.name.value].description
        assert description.endswith(in_words(directive)), name
        assert description != in_words(directive), name
    assert len(GUARDED) > 80


def test_introspection_says_who_may_call() -> None:
    introspected: Any = introspection_from_schema(schema._schema)["__schema"]["types"]
    (mutations,) = [type_ for type_ in introspected if type_["name"] == "Mutation"]
    (described,) = [field["description"] for field in mutations["fields"] if field["name"] == "updateMemberRights"]
    assert described.endswith("For those who administer the alliance.")
