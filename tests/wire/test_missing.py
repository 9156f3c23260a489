"""Under CI a run fails for what it could not test, in one process as in several; elsewhere it says so."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
PLUGINS = ("-p", "xdist", "-p", "tests.wire.missing")
LACKING = """
from tests.wire.missing import note, skip_for_want_of

def test_it_goes_on_without():
    note("Redis")

def test_it_skips():
    skip_for_want_of("Chromium")
"""


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
@pytest.mark.parametrize(("ci", "outcome"), [("", 0), ("true", 1)])
def test_what_is_missing_fails_the_run_under_ci_alone(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...], ci: str, outcome: int
) -> None:
    monkeypatch.setenv("CI", ci)
    pytester.makepyfile(LACKING)
    run = pytester.runpytest_subprocess(*PLUGINS, *workers)
    assert run.ret == outcome
    run.stdout.fnmatch_lines_random(["NOT TESTED for want of Redis", "NOT TESTED for want of Chromium"])


def test_a_note_alone_fails_it_too(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile(LACKING)
    assert pytester.runpytest_subprocess(*PLUGINS, "-n", "2", "-k", "goes_on").ret == 1
