"""Sign-ins as their owner looks over and ends them.

Tested in tests/resolvers/account/sign_in/test_session_list.py.
"""

from datetime import datetime

import strawberry

from engine.execution.field import computed
from engine.execution.price import price
from resolvers.account.sign_in import session_list
from schema.core.access import requires_account


@strawberry.type(description="A sign-in that lives: on one device, until it ends or is not carried on for a month.")
class Session:
    key: str = computed(lambda self: str(self.key), "What `endSession` takes; opens nothing by itself.")
    created_at: datetime = strawberry.field(description="When the account signed in.")
    last_used_at: datetime = strawberry.field(
        description="When its tokens were last renewed, which clients do some minutes apart while they are in use."
    )
    place: str = strawberry.field(description="The address that it signed in from (of IPv6 the first half).")
    device: str = strawberry.field(
        description="Program and system that it signed in by, such as `Firefox, Android`; empty if they did not say."
    )
    is_current: bool = strawberry.field(description="Whether it is the one that asks.")


@strawberry.type
class SessionListMutation:
    end_session: list[Session] = requires_account(
        session_list.end_session,
        arguments={"key": "A session's `key`; NOT_FOUND for one that has ended or is somebody else's."},
        description="Ends one of one's own sessions, at its next request; the answer is those that are left.",
        metadata=price(400, items=5),
    )
    end_other_sessions: list[Session] = requires_account(
        session_list.end_other_sessions,
        description="Ends all of one's own sessions but the one that asks, which is left.",
        metadata=price(400, items=5),
    )
