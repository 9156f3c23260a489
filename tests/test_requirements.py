"""The pinned requirements are whole on every supported Python, whichever one they were compiled on."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; ([^\\]+))? \\\n    --hash=sha256:", re.MULTILINE)
# Debian 12's own, on which redis needs what newer ones do without, and the newest that is supported.
PYTHONS = ("3.11.2", "3.11.3", "3.12.0", "3.13.0")
FILES = ("base.txt", "dev.txt")


def _environment(python: str, extra: str = "") -> dict[str, str]:
    own = {name: str(value) for name, value in default_environment().items()}
    return {**own, "python_full_version": python, "python_version": python.rpartition(".")[0], "extra": extra}


def _needed(python: str, asked: list[Requirement]) -> Iterator[str]:
    """The names of everything that these need on that Python, by what the installed packages say of themselves."""
    seen = set()
    while asked:
        one = asked.pop()
        name = canonicalize_name(one.name)
        if (name, *one.extras) in seen:
            continue
        seen.add((name, *one.extras))
        yield name
        for line in _told(name):
            inner = Requirement(line)
            extras = {"", *one.extras}
            if inner.marker is None or any(inner.marker.evaluate(_environment(python, extra)) for extra in extras):
                asked.append(inner)


def _told(name: str) -> list[str]:
    # What only another Python needs is not installed here; it needs nothing itself.
    return [] if name == "async-timeout" else requires(name) or []


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("file", FILES)
def test_everything_that_a_python_needs_is_pinned_by_a_hash(python: str, file: str) -> None:
    pins = PIN.findall((ROOT / "requirements" / file).read_text())
    environment = _environment(python)
    pinned = {canonicalize_name(name) for name, _, marker in pins if not marker or Marker(marker).evaluate(environment)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *(project["optional-dependencies"]["dev"] if file == "dev.txt" else [])]
    assert set(_needed(python, [Requirement(line) for line in asked])) == pinned


def test_faults_are_planted_among_what_the_tests_run_with() -> None:
    dev, mutation = (PIN.findall((ROOT / "requirements" / file).read_text()) for file in ("dev.txt", "mutation.txt"))
    assert set(dev) < set(mutation)
    assert "mutmut" in {name for name, _, _ in mutation}


@pytest.mark.parametrize("file", [*FILES, "mutation.txt"])
def test_no_registry_is_named(file: str) -> None:
    text = (ROOT / "requirements" / file).read_text()
    assert not re.search(r"://|^\s*--(?!hash)", text, re.MULTILINE)
