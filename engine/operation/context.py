"""What one operation carries from its token to the rows: the viewer, the reader's language, what was read already.

Tested in tests/resolvers/account/sign_in/test_session.py.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import strawberry

from domain.core.refusal import Code, Refusal
from engine.kept.answer import Answers, Asked
from engine.live.hub import Hub
from engine.live.shared_answer import SharedAnswer, SharedKey
from engine.mail.outbox import Outbox
from engine.operation import token
from engine.throttle.event_cost import EventCosts, Key
from engine.throttle.throttle import Count, MemoryThrottle, Throttle
from models.account.account import load_viewer, load_viewer_and_versions
from models.live.version import load_versions
from models.live.wake_signal import LocalSignal
from permissions.exploration import Exploration
from permissions.introspection import Introspection
from permissions.registration import Registration
from permissions.viewer import ANONYMOUS, Viewer

T = TypeVar("T")


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the process lends to every operation; made once by app. Lifetimes are in seconds."""

    secret_key: str
    access_token_lifetime: int = 900
    refresh_token_lifetime: int = 30 * 86400
    max_body_bytes: int = 1_048_576
    sockets_per_address: int = 50
    allowed_origins: frozenset[str] = frozenset()
    introspection: Introspection = Introspection.SIGNED_IN
    registration: Registration = Registration.OPEN
    field_suggestions: bool = False
    trusted_documents: Mapping[str, str] | None = None
    trusted_texts: frozenset[str] | None = None
    exploration: Exploration = Exploration.SIGNED_IN
    viewer_cost: int = 0
    anonymous_cost: int = 0
    clock: Callable[[], datetime] = utc_now
    throttle: Throttle = field(default_factory=MemoryThrottle)
    costs: Throttle = field(default_factory=MemoryThrottle)
    event_costs: EventCosts = field(default_factory=EventCosts)
    outbox: Outbox | None = None
    hub: Hub = field(default_factory=lambda: Hub(LocalSignal()))
    answers: Answers = field(default_factory=Answers)


@dataclass(slots=True)
class Context:
    """The context of one operation. `token_refusal` says why a token that was sent is worth nothing.

    `operation` is what the log calls it. `budget` says how the viewer's stands once the operation was charged to it;
    `event_budget` is what the events of a subscription are charged to. `end` breaks off the connection that the
    operation came by: its client then comes back with a new token. So does `interrupt`, for a fault of the service's
    own that may have passed by then. `begun` is told once a subscription misses no event any more. `pass_on` sends, on
    such a connection, what was made of an event for others who read it as this one does; `reads_as` says for which.
    `asked` is what a kept answer is looked up by.
    """

    runtime: Runtime
    viewer: Viewer = ANONYMOUS
    token_refusal: Refusal | None = None
    language: str = "fr"
    address: str = ""
    user_agent: str = ""
    request_id: str = ""
    operation: str = ""
    authorization: str | None = None
    token_expires_at: datetime | None = None
    idempotency_key: str | None = None
    cost: int = 0
    budget: Count | None = None
    event_budget: Key | None = None
    end: Callable[[], None] | None = None
    interrupt: Callable[[], None] | None = None
    begun: Callable[[], None] | None = None
    pass_on: Callable[[SharedAnswer], Awaitable[None]] | None = None
    reads_as: SharedKey | None = None
    connection_params: dict[str, Any] | None = None
    memory: dict[Any, Any] = field(default_factory=dict)
    asked: Asked | None = None

    def now(self) -> datetime:
        return self.runtime.clock()

    async def once(self, key: object, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` gives, read once an operation however many of its fields ask for it side by side."""
        lock: asyncio.Lock = self.memory.setdefault(("lock", key), asyncio.Lock())
        async with lock:
            if key not in self.memory:
                self.memory[key] = await read()
        found: T = self.memory[key]
        return found

    def forget(self) -> None:
        """Lets go of all that was read, once it is answered: what refers to itself would wait for the collector.

        What is remembered may `unlink` what it holds together.
        """
        for kept in self.memory.values():
            unlink = getattr(kept, "unlink", None)
            if unlink is not None:
                unlink()
        self.memory.clear()

    async def sign_in(self, authorization: str | None) -> None:
        """Sets the viewer from an `Authorization` value: one query, once an operation, and with it versions.

        A bad token does not make an anonymous viewer: it is kept as a refusal, so that a client whose token
        expired is told so instead of being shown the anonymous forum.
        """
        self.authorization = authorization
        self.viewer, self.token_refusal, self.token_expires_at = ANONYMOUS, None, None
        if not authorization:
            if self.asked is not None:
                self.asked.found = await load_versions(self.asked.versions)
            return
        scheme, _, credentials = authorization.partition(" ")
        if scheme.lower() != "bearer":
            self.token_refusal = Refusal(Code.UNAUTHENTICATED, "bad_token")
            return
        try:
            claims = token.read(self.runtime.secret_key, credentials.strip(), self.now())
        except Refusal as refusal:
            self.token_refusal = refusal
            return
        if self.asked is None:
            viewer = await load_viewer(claims.session_id)
        else:
            viewer, self.asked.found = await load_viewer_and_versions(claims.session_id, self.asked.versions)
        if viewer is None:
            self.token_refusal = Refusal(Code.UNAUTHENTICATED, "ended_session")
        else:
            self.viewer, self.token_expires_at = viewer, claims.expires_at

    async def renewed(self) -> "Context":
        """A context for the next operation of the same client: its viewer loaded again, nothing remembered."""
        context = Context(self.runtime, language=self.language, address=self.address, request_id=self.request_id)
        await context.sign_in(self.authorization)
        return context


Info = strawberry.Info[Context, None]
"""What a resolver gets of the field that it resolves."""
