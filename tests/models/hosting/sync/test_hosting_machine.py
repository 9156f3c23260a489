"""Whatever happens on any side, to the key or to the process: what was acknowledged last is what all say in the end,
all that was acknowledged before is kept in its order, and what a host puts back is told and nothing else."""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.models.hosting.sync.hosting_machine import Machine, forget
from tests.worlds.hosting import house, open_pair

MOST = int(os.environ.get("EXAMPLES", "10"))
deeds = st.lists(
    st.tuples(st.integers(0, 31), st.integers(0, 3), st.none() | st.integers(0, 40)), min_size=12, max_size=60
)


@given(deeds)
@settings(
    max_examples=MOST,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_both_sides_converge(database: str, deeds: list[tuple[int, int, int | None]]) -> None:
    await forget()
    mother = await house("M")
    machine = Machine([await open_pair(mother, await house(name)) for name in "GH"])
    await machine.begin()
    for deed, dice, crash in deeds:
        await machine.do(deed, dice, crash)
    await machine.settle()
    await machine.check()
