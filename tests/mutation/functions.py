"""Faults in the functions of the rules, planted by mutmut: pyproject.toml says where, and which tests are asked."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.mutation.source import ROOT, Verdict, name_of, rules

BOUND = 3600  # Seconds. What was not asked by then counts as overlooked.
LONGER = {**os.environ, "EXAMPLES": "500"}
"""Of histories there are fewer in a usual run."""
CAUGHT = ("killed", "timeout", "segfault")
LINE = re.compile(r"\s*((\S+?)\.x\S+): (.+)")


def faults_of_functions(asked: list[str]) -> Iterator[Verdict]:
    names = {name_of(path) for path in rules(asked)}
    if not names:
        return
    _mutmut(
        "run", "--max-children", os.environ.get("WORKERS", "1"), *([f"{name}.*" for name in names] if asked else [])
    )
    for fault, module, verdict in LINE.findall(_mutmut("results", "--all", "true", is_read=True)):
        if module in names:
            yield Verdict(module, f"{fault} ({verdict})", verdict in CAUGHT)


def _mutmut(*arguments: str, is_read: bool = False) -> str:
    program = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    with_it: dict[str, Any] = {"cwd": ROOT, "env": LONGER, "stdout": subprocess.PIPE if is_read else None}
    try:
        return subprocess.run(program, **with_it, text=True, check=True, timeout=BOUND).stdout or ""
    except subprocess.TimeoutExpired:
        return ""
