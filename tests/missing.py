"""What this machine lacks for some tests. They are skipped, the last lines say so, and under CI the run fails."""

import pytest

MISSING: list[str] = []


def note(what: str) -> None:
    if what not in MISSING:
        MISSING.append(what)


def skip_for_want_of(what: str) -> None:
    note(what)
    pytest.skip(f"no {what}")
