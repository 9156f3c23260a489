"""What this machine lacks for some tests. They are skipped, the last lines say so, and under CI the run fails.

Where the run is spread over several workers, each tells the process that started them what it missed.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest

MISSING: list[str] = []


def note(what: str) -> None:
    if what not in MISSING:
        MISSING.append(what)


def skip_for_want_of(what: str) -> None:
    note(what)
    pytest.skip(f"no {what}")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker has ended; one that crashed tells nothing."""
    for what in getattr(node, "workeroutput", {}).get("missing", []):
        note(what)


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """After pytest's own summary, however long: among the last lines."""
    yield
    for what in MISSING:
        terminalreporter.write_line(f"NOT TESTED for want of {what}", yellow=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under CI nothing may be skipped: what cannot be tested has not been shown to work."""
    told = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["missing"] = MISSING
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and (MISSING or (reporter is not None and reporter.stats.get("skipped"))):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
