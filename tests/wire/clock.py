"""A clock that a test drives: it stands until it is moved, and never goes back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class DrivenClock:
    """Begins at the present minute, since what the commands write has the machine's own time."""

    now: datetime

    @classmethod
    def started(cls) -> "DrivenClock":
        return cls(datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now
