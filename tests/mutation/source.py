"""What of the program faults are planted in, and what became of one. Plants nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULES = ("domain", "permissions")
GUARDS = ("engine/guard/*.py", "schema/*/access.py")


@dataclass(frozen=True)
class Verdict:
    """A fault, named by its module and place, and whether a test failed for it."""

    module: str
    fault: str
    is_caught: bool

    @property
    def folder(self) -> str:
        parts = self.module.split(".")
        return "/".join(parts[:-1])


def rules(asked: Iterable[str]) -> Iterator[Path]:
    return _asked((path for layer in RULES for path in sorted((ROOT / layer).rglob("*.py"))), asked)


def guards(asked: Iterable[str]) -> Iterator[Path]:
    return _asked((path for pattern in GUARDS for path in sorted(ROOT.glob(pattern))), asked)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _asked(paths: Iterable[Path], asked: Iterable[str]) -> Iterator[Path]:
    """Those below one of the names that were asked for; all where none was."""
    wanted = tuple(asked)
    return (path for path in paths if not wanted or any(f"{name_of(path)}.".startswith(f"{one}.") for one in wanted))
