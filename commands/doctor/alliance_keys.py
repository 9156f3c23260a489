"""What doctor says of the alliances' keys: whether MASTER_KEY opens them. Opens each, shows none.

Tested in tests/commands/doctor/test_doctor.py.
"""

from commands.doctor.finding import Finding, Grade
from commands.runtime import localized
from models.hosting.key.alliance_key import KeyState, key_states, keys_never_exported


async def alliance_keys() -> list[Finding]:
    """A database beside the MASTER_KEY of another day is the commonest mistake of a restoration, and a silent one."""
    name, states = localized("clés des alliances", "the alliances' keys"), await key_states()
    found = []
    if closed := _tags(states, KeyState.INVALID):
        words = localized("MASTER_KEY n'ouvre pas celles de", "MASTER_KEY does not open those of")
        advice = localized(
            "mettez celle qui servait quand elles ont été scellées", "give the one that they were sealed under"
        )
        found.append(Finding(Grade.WRONG, name, f"{words} {closed}: {advice}"))
    if lost := _tags(states, KeyState.MISSING):
        words = localized("elles manquent à", "missing of")
        found.append(Finding(Grade.DOUBTFUL, name, f"{words} {lost}"))
    if alone := await keys_never_exported():
        words = localized("personne n'a exporté celles de", "nobody has exported those of")
        found.append(Finding(Grade.DOUBTFUL, name, f"{words} {', '.join(alone)}"))
    return found or [Finding(Grade.WELL, name, localized(f"{len(states)} ouvertes", f"{len(states)} open"))]


def _tags(states: dict[str, KeyState], wanted: KeyState) -> str:
    return ", ".join(tag for tag, state in states.items() if state is wanted)
