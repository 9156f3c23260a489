"""What doctor says of what is kept: for how long, and what grows without end.

Tested in tests/commands/doctor/test_doctor.py.
"""

from commands.doctor.finding import Finding, Grade
from commands.runtime import localized
from config import Settings


def retention(settings: Settings) -> Finding:
    """Well whatever it is: an operator may have room for everything."""
    kept = {
        "RIGHTS_HISTORY_DAYS": settings.rights_history_days,
        "NOTIFICATION_DAYS": settings.notification_days,
        "POST_EVENTS": settings.post_events,
    }
    endless = localized("sans fin", "without end")
    words = ", ".join(f"{name} {many or endless}" for name, many in kept.items())
    return Finding(Grade.WELL, localized("conservation", "retention"), words)
