"""The command `pheromone`, each time in a process of its own, as an operator runs it.

Most are forked from a process that has imported everything, which takes a tenth of the time of a fresh interpreter.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.wire.processes import ROOT

SECONDS = 60
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["cli", __name__])


def pheromone(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the command with these variables beside our own."""
    with tempfile.TemporaryDirectory() as folder:
        process = _forks.Process(target=_run, args=(folder, arguments, _variables(environment)))
        process.start()
        process.join(SECONDS)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, SECONDS)
        output, errors = ((Path(folder) / name).read_text("utf-8") for name in ("output", "errors"))
    return subprocess.CompletedProcess(arguments, process.exitcode, output, errors)


def fresh_pheromone(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs it in a fresh interpreter: for what is decided by the variables while it is imported."""
    command, variables = [sys.executable, "-m", "cli", *arguments], _variables(environment)
    return subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def _variables(more: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", **more}


def _run(folder: str, arguments: tuple[str, ...], variables: dict[str, str]) -> None:
    for number, name in ((1, "output"), (2, "errors")):
        os.dup2(os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(ROOT)
    sys.argv = ["pheromone", *arguments]
    from cli import main  # noqa: PLC0415 - imported already, in the process that this one is forked from

    main()
