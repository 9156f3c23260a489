"""By what somebody signed in, in words that its owner knows again: `Firefox, Android`. Tells no versions apart."""

LONGEST_DEVICE = 60

# The first that is named counts: browsers name those that they descend from as well.
_PROGRAMS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device(user_agent: str) -> str:
    """Program and system of a `User-Agent` header; of one that is no browser's its first word, nothing of none."""
    program = next((name for sign, name in _PROGRAMS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    if not program:
        program = "".join(sign for sign in user_agent.strip().partition("/")[0] if sign.isprintable())
    return ", ".join(filter(None, (program.strip(), system)))[:LONGEST_DEVICE]
