"""3,000 rows, each with five below it, of five plain fields: what Strawberry's users wait for, with a plan and without.

`python -m benchmarks.plain_rows` asks no database.
"""

import asyncio
import statistics
import time

import orjson
import strawberry
from strawberry.schema import Schema

from engine.execution.execution import ColumnExecutionContext
from engine.execution.limit import Limits

ROWS, BELOW, ROUNDS = 3_000, 5, 5
_FIELDS = "id name size weight isOn"
QUERY = f"{{ rows {{ {_FIELDS} below {{ {_FIELDS} }} }} }}"


@strawberry.type
class Below:
    id: strawberry.ID
    name: str
    size: int
    weight: float
    is_on: bool


@strawberry.type
class Row(Below):
    below: list[Below]


def _below(number: int) -> Below:
    return Below(id=strawberry.ID(str(number)), name=f"below {number}", size=number, weight=number / 7, is_on=True)


PLANTED = [
    Row(
        id=strawberry.ID(str(number)),
        name=f"row {number}",
        size=number,
        weight=number / 3,
        is_on=False,
        below=[_below(number * BELOW + one) for one in range(BELOW)],
    )
    for number in range(ROWS)
]


@strawberry.type
class Query:
    @strawberry.field
    async def rows(self) -> list[Row]:
        return PLANTED


async def _milliseconds(schema: Schema) -> tuple[float, bytes]:
    taken = []
    for _ in range(ROUNDS + 2):  # The first is for reading the document, the second for compiling it.
        started = time.process_time()
        result = await schema.execute(QUERY)
        answer = orjson.dumps({"data": result.data, "errors": result.errors})
        taken.append((time.process_time() - started) * 1000)
    return statistics.median(taken[2:]), answer


async def measure_plain_rows() -> None:
    ours, mine = await _milliseconds(Schema(Query, execution_context_class=ColumnExecutionContext, extensions=[Limits]))
    plain, theirs = await _milliseconds(Schema(Query))
    assert mine == theirs, "the answers differ"
    print(f"{ROWS} rows with {BELOW} each: {ours:.0f} ms, plain Strawberry {plain:.0f} ms, {len(mine)} bytes")


if __name__ == "__main__":
    asyncio.run(measure_plain_rows())
