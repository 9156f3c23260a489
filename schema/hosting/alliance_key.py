"""Alliances' keys as clients see them: their state and what was done with them, never the key itself."""

from datetime import datetime

import strawberry

from engine.execution.described_enum import described_enum
from models.hosting.key.alliance_key import KeyState
from models.hosting.key.trail import KeyAction

described_enum(
    KeyState,
    "Whether the key that an alliance's mirrors are sealed under is at hand.",
    {
        KeyState.PRESENT: "The key is in the vault and opens what was sealed under it.",
        KeyState.MISSING: "The vault holds no key: the alliance's features answer ALLIANCE_KEY_MISSING until it is "
        "back.",
        KeyState.INVALID: "What the vault holds is not the key: ALLIANCE_KEY_INVALID until it is restored.",
    },
)
described_enum(
    KeyAction,
    "What was done with an alliance's key.",
    {
        KeyAction.CREATED: "The first key was made, with the alliance's first hosting or export.",
        KeyAction.EXPORTED: "The key was shown to an administrator by `exportAllianceKey`.",
        KeyAction.RESTORED: "The key was put back into the vault by `restoreAllianceKey`.",
        KeyAction.ROTATED: "A new key took its place by `rotateAllianceKey`.",
        KeyAction.ABANDONED: "It was lost, and given up by `abandonAllianceKey`.",
    },
)


@strawberry.type(description="A line of the audit trail of an alliance's key.")
class KeyUse:
    action: KeyAction = strawberry.field(description="What was done with the key.")
    user_name: str = strawberry.field(description="The account that did it; the name stays when the account is gone.")
    kid: str = strawberry.field(description="The public name of the key: 16 hexadecimal digits.")
    at: datetime = strawberry.field(description="When it was done.")
