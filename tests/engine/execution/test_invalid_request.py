"""What cannot be run: a sentence in the reader's language and nothing else, and where the fault is."""

from typing import Any

import pytest
from graphql import GraphQLError
from strawberry.types import ExecutionResult

from engine.execution.invalid_request import KINDS
from engine.execution.scalar import SCALARS
from engine.operation.context import Context, Runtime
from engine.operation.message import LANGUAGES, localize
from schema.root import schema

ORDER = 'placeOrder(input: {allianceTag: "FDR", dueOn: "2030-01-01", %s}) { id }'
CONVOY = 'sendConvoy(input: {orderId: "1", %s}) { id }'
# A scalar, a mutation that takes it, the name of its field there, the way to it, what it refuses, and as what.
WRONG: list[tuple[str, str, str, str, Any, str]] = [
    ("Date", 'updateOrder(id: "1", %s) { id }', "dueOn", "dueOn", "demain", "bad_day"),
    ("Date", ORDER, "deliverAfter", "input.deliverAfter", "2026-02-30", "no_such_day"),
    ("DateTime", 'recordNextHarvest(allianceTag: "FDR", %s) { id }', "at", "at", "10:17", "bad_instant"),
    ("DateTime", CONVOY, "arrivesAt", "input.arrivesAt", "2026-02-30T10:17:00Z", "no_such_instant"),
    ("BigInt", 'updateOrder(id: "1", %s) { id }', "food", "food", True, "bad_big_int"),
    ("BigInt", ORDER, "food", "input.food", 2**63, "bad_big_int"),
]
OTHERS: list[tuple[str, dict[str, Any], str, str | None]] = [
    ("{ categorie { id } }", {}, "unknown_field", None),
    ('{ section(slugg: "a") { id } }', {}, "unknown_argument", "slugg"),
    ("{ alliance { id } }", {}, "missing_argument", "tag"),
    ("query Q($a: Strin) { section(slug: $a) { id } }", {}, "unknown_type", None),
    ("{ ...F }", {}, "unknown_fragment", None),
    ("{ categories @nothing { id } }", {}, "unknown_directive", None),
    ("{ __typename } fragment F on Query { __typename }", {}, "unused_fragment", None),
    ("{ categories }", {}, "missing_selection", None),
    ("{ categories { id { x } } }", {}, "needless_selection", None),
    ("{ categories { id: name id } }", {}, "conflicting_fields", None),
    ("{ section(slug: $a) { id } }", {}, "undefined_variable", "slug"),
    ("query Q($a: Int) { __typename }", {}, "unused_variable", None),
    ("query Q($a: Int) { section(slug: $a) { id } }", {}, "variable_of_other_type", None),
    ("{ section(slug: 7) { id } }", {}, "bad_string", "slug"),
    ("query Q($s: String!) { section(slug: $s) { id } }", {"s": 7}, "bad_string", "slug"),
    ('{ searchPosts(query: "a", first: "x") { totalCount } }', {}, "bad_int", "first"),
    ("{ node(id: 1.5) { id } }", {}, "bad_id", "id"),
    ("query Q($b: Boolean!) { __typename @include(if: $b) }", {"b": "x"}, "bad_boolean", "if"),
    ("query Q($b: Boolean!) { __typename @include(if: $b) }", {}, "missing_value", "if"),
    ('mutation { updateOrder(id: "1", evolution: NOTHING) { id } }', {}, "bad_choice", "evolution"),
    (
        "mutation M($i: MemberRightsInput!) { updateMemberRights(input: $i) { id } }",
        {"i": {"memberId": "1", "coefficient": "x"}},
        "bad_float",
        "input.coefficient",
    ),
    (
        "mutation M($i: LoginInput!) { login(input: $i) { expiresAt } }",
        {"i": {"login": "a"}},
        "missing_input_field",
        "input.password",
    ),
    (
        'mutation { login(input: {login: "a", password: "b", no: 1}) { expiresAt } }',
        {},
        "unknown_input_field",
        "input.no",
    ),
    ('mutation { login(input: "a") { expiresAt } }', {}, "bad_object", "input"),
    ("{", {}, "bad_syntax", None),
]


async def _error(query: str, variables: dict[str, Any], language: str, *, suggesting: bool = False) -> GraphQLError:
    context = Context(Runtime("", field_suggestions=suggesting), language=language)
    answer = await schema.execute(query, variables, context_value=context)
    assert isinstance(answer, ExecutionResult)
    assert answer.errors
    return answer.errors[0]


def test_every_scalar_of_ours_is_tried() -> None:
    assert {scalar for scalar, *_ in WRONG} == {scalar.name for scalar in SCALARS.values()}
    assert {code for _, _, code, _ in OTHERS} == KINDS.keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spelled", ["literal", "variable"])
@pytest.mark.parametrize(("scalar", "call", "name", "field", "value", "code"), WRONG)
async def test_a_scalar_is_refused_in_the_readers_language_with_its_field(
    language: str, spelled: str, scalar: str, call: str, name: str, field: str, value: Any, code: str
) -> None:
    literal = f'"{value}"' if isinstance(value, str) else str(value).lower()
    query, variables = f"mutation {{ {call % f'{name}: {literal}'} }}", {}
    if spelled == "variable":
        query, variables = f"mutation M($it: {scalar}!) {{ {call % f'{name}: $it'} }}", {"it": value}
    error = await _error(query, variables, language)
    assert error.message == localize(code, language)
    assert error.extensions == {"code": "BAD_INPUT", "field": field}


@pytest.mark.parametrize(("query", "variables", "code", "field"), OTHERS, ids=[code for _, _, code, _ in OTHERS])
async def test_what_is_not_valid_is_told_in_one_language(
    query: str, variables: dict[str, Any], code: str, field: str | None
) -> None:
    said = [await _error(query, variables, language) for language in ("fr", "en")]
    told = {"code": "BAD_INPUT"} if field is None else {"code": "BAD_INPUT", "field": field}
    assert [one.extensions for one in said] == [told] * 2
    for one, language in zip(said, ("fr", "en"), strict=True):
        begun = LANGUAGES[language][code]
        assert isinstance(begun, str)
        assert set(begun.split()) - set(one.message.split()) <= {word for word in begun.split() if "{" in word}, (
            one.message
        )
