"""What an operation costs: the sum of the prices beside its fields, as often as pages and lists may hold them."""

import pytest
import strawberry
from graphql import GraphQLError, parse

from engine.execution.cost import CostAnalysis, cost_of_variables
from engine.execution.limit import limit_errors
from engine.execution.price import EVENT, OPERATION, READ, WRITE, price


@strawberry.type
class Row:
    name: str
    total: int = strawberry.field(metadata=price(7))


@strawberry.type
class Edge:
    node: Row


@strawberry.type
class Page:
    edges: list[Edge]
    total_count: int


@strawberry.type
class Query:
    page: Page = strawberry.field(metadata=price(10, below={"totalCount": 100}))
    rows: list[Row] = strawberry.field(metadata=price(2, items=3))
    row: Row
    greedy: int = strawberry.field(metadata=price(once=True))


@strawberry.type
class Mutation:
    change: Row


@strawberry.type
class Subscription:
    row: Row


SCHEMA = strawberry.Schema(Query, Mutation, Subscription)._schema


def cost_of(document: str) -> int:
    parsed = parse(document)
    return CostAnalysis(parsed, SCHEMA).operation(parsed.definitions[0]).price  # type: ignore[arg-type]


def errors_of(document: str) -> list[GraphQLError]:
    return limit_errors(parse(document), SCHEMA)


@pytest.mark.parametrize(
    ("document", "cost"),
    [
        ("{ __typename }", OPERATION + 1),
        ("{ row { name } }", OPERATION + READ.units + 1),
        ("{ row { total } }", OPERATION + READ.units + 7),
        ("{ rows { name total } }", OPERATION + 2 + 3 * 8),
        ("{ ...F } fragment F on Query { rows { ...R } } fragment R on Row { total }", OPERATION + 2 + 3 * 7),
        ("{ page { edges { node { name } } } }", OPERATION + 10 + 20 * 3),
        ("{ page(first: 5) { edges { node { total } } } }", OPERATION + 10 + 5 * 9),
        ("{ page { totalCount } }", OPERATION + 10 + 1 + 100),
        ("{ page { a: totalCount b: totalCount } }", OPERATION + 10 + 2 + 100),
        ("{ page { ...P } } fragment P on Page { ... { totalCount } }", OPERATION + 10 + 1 + 100),
        ("mutation { change { name } }", OPERATION + WRITE.units + 1),
        ("subscription { row { name } }", EVENT + 1 + 1),
        ("{ unknown { row } }", OPERATION + 2),
    ],
)
def test_an_operation_costs_the_sum_of_the_prices_beside_its_fields(document: str, cost: int) -> None:
    assert cost_of(document) == cost


@pytest.mark.parametrize("document", ["{ a: greedy b: greedy }", "{ ...F ...F } fragment F on Query { greedy }"])
def test_what_is_allowed_once_is_refused_twice(document: str) -> None:
    assert errors_of("{ greedy }") == []
    assert [error.extensions for error in errors_of(document)] == [{"code": "TOO_COMPLEX"}]


@pytest.mark.parametrize(
    ("variables", "number"),
    [(None, 0), ({}, 0), ({"a": 1, "b": None}, 2), ({"a": [1, {"b": [2, 3]}]}, 6), ({"a": "x" * 1000}, 34)],
)
def test_every_value_of_the_variables_counts_and_long_texts_more(variables: object, number: int) -> None:
    assert cost_of_variables(variables) == number
