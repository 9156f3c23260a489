"""Whatever happens on either side, to the key or to the process: both sides agree in the end, and nothing is lost."""

import os
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.models.hosting.hosting_machine import Machine
from tests.worlds.hosting import pair

MOST = int(os.environ.get("EXAMPLES", "25"))
_numbers = count(1)
deeds = st.lists(
    st.tuples(st.integers(0, 24), st.integers(0, 3), st.none() | st.integers(0, 40)), min_size=3, max_size=60
)


@given(deeds)
@settings(
    max_examples=MOST, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
async def test_both_sides_converge(database: str, deeds: list[tuple[int, int, int | None]]) -> None:
    number = next(_numbers)
    machine = Machine(await pair(mother_tag=f"M{number}", host_tag=f"H{number}"))
    for deed, dice, crash in deeds:
        await machine.do(deed, dice, crash)
    await machine.settle()
    await machine.check()
