"""What becomes of a character that a player makes. Who may say so is in permission, what it opens in visibility."""

from enum import StrEnum


class CharacterState(StrEnum):
    """What game masters have said of a character."""

    WAITING = "WAITING"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
