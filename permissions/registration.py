"""Who may register. A pure rule; enforced by resolvers/account/invitation."""

from enum import StrEnum


class Registration(StrEnum):
    """Whom new accounts are for."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"
