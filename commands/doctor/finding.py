"""What `pheromone doctor` says of one thing that it looked at, and how bad it is. Looks at nothing itself."""

from dataclasses import dataclass
from enum import IntEnum


class Grade(IntEnum):
    """How bad it is; also what the command exits with."""

    WELL = 0
    DOUBTFUL = 1
    WRONG = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    grade: Grade
    what: str
    words: str
