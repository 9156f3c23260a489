"""The command `pheromone`, each time in a process of its own, as an operator runs it."""

import os
import subprocess
import tempfile
from pathlib import Path

from tests.wire.forked import Forked
from tests.wire.processes import ROOT

SECONDS = 60


def pheromone(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the command with these variables beside our own."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("output", "errors")]
        process = Forked(arguments, ROOT, {**os.environ, "LC_ALL": "C", **environment}, *files)
        try:
            code = process.wait(SECONDS)
        finally:
            process.kill()
        output, errors = (file.read_text("utf-8") for file in files)
    return subprocess.CompletedProcess(arguments, code, output, errors)
