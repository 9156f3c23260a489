"""Processes forked from one that has imported the program: there in a tenth of the time of a fresh interpreter.

Whoever forks asks `FORKS`, since there is one server of forks, and what it imports is said once.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["cli", __name__])
ANEW = ("cli", "commands")
"""What each fork imports anew, in 5 ms: words of the help are chosen by the variables while it is imported."""


class Forked:
    """The command `pheromone` in a fork, with the doors of a Popen that are used here."""

    def __init__(self, command: Sequence[str], place: Path, variables: Mapping[str, str], *logs: Path) -> None:
        """`logs` are the files of what it says and of what it complains about, or one for both."""
        self.args = list(command)
        what = self.args, place, dict(variables), (logs[0], logs[-1])
        self._process = FORKS.Process(target=_run, args=what, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self.args, timeout)
        return self._process.exitcode

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _run(arguments: list[str], place: Path, variables: dict[str, str], logs: tuple[Path, Path]) -> None:
    for number, log in enumerate(logs, 1):
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(place)
    sys.argv = ["pheromone", *arguments]
    for name in [name for name in sys.modules if name.partition(".")[0] in ANEW]:
        del sys.modules[name]
    from cli import main  # noqa: PLC0415 - with what it stands on, which the process before the fork has imported

    main()
