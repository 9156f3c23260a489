"""The command `pheromone`, each time in a process of its own, as an operator runs it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.wire.forked import Forked
from tests.wire.processes import ROOT

SECONDS = 60


def pheromone(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the command with these variables beside our own."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("output", "errors")]
        process = Forked(arguments, ROOT, _variables(environment), *files)
        try:
            code = process.wait(SECONDS)
        finally:
            process.kill()
        output, errors = (file.read_text("utf-8") for file in files)
    return subprocess.CompletedProcess(arguments, code, output, errors)


def fresh_pheromone(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs it in a fresh interpreter: for what libraries decide by the variables while they are imported."""
    command, variables = [sys.executable, "-m", "cli", *arguments], _variables(environment)
    return subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def _variables(more: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", **more}
