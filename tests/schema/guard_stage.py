"""Calls guarded fields as each kind of viewer, for rows of two alliances. Asserts nothing.

Resolvers are taken out, so that nothing a resolver refuses by itself can stand in for its guard.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from graphql import get_named_type, print_ast

from domain.core.refusal import Code, Refusal
from engine.guard.target import Judged
from engine.operation import node
from engine.operation.context import Context, Runtime
from engine.operation.node import global_id
from models.account.account import load_viewer
from models.account.session import Session
from models.alliance.alliance import alliances_by_ids
from models.alliance.member import Member, MemberView, members_by_ids
from models.forum.post import Post
from models.forum.section import Section
from models.forum.topic import Topic
from models.hosting.hosting import Hosting
from models.orders.convoy import Convoy
from permissions.viewer import ANONYMOUS, Viewer
from schema.root import schema
from tests.schema.guard_matrix import EXPIRED, GUARDED, KINDS, LET_THROUGH, ROOTS, SCHEMA, Call, Kind, definition
from tests.worlds import world
from tests.worlds.rights import Planted, plant, send, some_players

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)


class Stage:
    """Alliances A, B and C with rows of each, and a viewer of each kind."""

    def __init__(self, sides: dict[str, Planted], ids: dict[tuple[str, str], str], viewers: dict[str, Viewer]) -> None:
        self.sides = sides
        self.ids = ids
        self.viewers = viewers

    def context(self, kind: Kind) -> Context:
        refusal = Refusal(Code.UNAUTHENTICATED, "expired_token") if kind is EXPIRED else None
        return Context(Runtime(secret_key="-"), viewer=self.viewers[kind.name], token_refusal=refusal)

    async def answer(self, call: Call, kind: Kind) -> str | None:
        """The code that a call is refused with; none where it reaches the resolver."""
        document, variables = self._document(call)
        with taken_out(call):
            if call.type == "Subscription":
                events: Any = await schema.subscribe(document, variables, context_value=self.context(kind))
                result = await anext(events, None)
            else:
                result = await schema.execute(document, variables, context_value=self.context(kind))
        codes = [str(error.extensions["code"]) for error in result.errors or ()] if result is not None else []
        return LET_THROUGH if codes in ([], [REACHED.code]) else ",".join(codes)

    async def listed(self, call: Call, kind: Kind) -> str | None:
        """The same for a field of rows, asked of a list, which is completed in columns."""
        below = get_named_type(SCHEMA.type_map[call.type].fields[call.field].type)
        selection = " { __typename }" if hasattr(below, "fields") else ""
        if call.type == "Alliance":
            list_ = "Query.alliances"
            rows: list[Any] = [*(await alliances_by_ids([self.sides[call.side].alliance.id])).values()]
            document = f"{{ alliances {{ {call.field}{selection} }} }}"
        else:
            list_, members = "Alliance.members", self.sides[call.side].members[:2]
            rows = [await _anybodys_member(None, member.id, None) for member in members]
            document = (
                f'{{ alliance(tag: "{self.ids[call.side, "Alliance"]}") {{ members {{ {call.field}{selection} }} }} }}'
            )

        async def give(*_: Any, **__: Any) -> list[Any]:
            return rows

        type_, _, name = list_.partition(".")
        field = SCHEMA.type_map[type_].fields[name].extensions["strawberry-definition"]
        with taken_out(call), patch.object(field.base_resolver, "wrapped_func", give):
            result: Any = await schema.execute(document, context_value=self.context(kind))
        codes = {str(error.extensions["code"]) for error in result.errors or ()} - {str(REACHED.code)}
        return ",".join(sorted(codes)) or LET_THROUGH

    def _document(self, call: Call) -> tuple[str, dict[str, Any]]:
        _, field, _ = GUARDED[f"{call.type}.{call.field}"]
        below = get_named_type(SCHEMA.type_map[call.type].fields[call.field].type)
        selection = " { __typename }" if hasattr(below, "fields") else ""
        if call.type == "Alliance":
            document = f"query($tag: String!) {{ alliance(tag: $tag) {{ {call.field}{selection} }} }}"
            return document, {"tag": self.ids[call.side, "Alliance"]}
        if call.type not in ROOTS:
            document = f"query($id: ID!) {{ node(id: $id) {{ ... on {call.type} {{ {call.field}{selection} }} }} }}"
            return document, {"id": self.ids[call.side, call.type]}
        names = [one.name.value for one in field.arguments or ()]
        head = ", ".join(f"${one.name.value}: {print_ast(one.type)}" for one in field.arguments or ())
        body = ", ".join(f"{name}: ${name}" for name in names)
        head, body = (f"({head})", f"({body})") if names else ("", "")
        document = f"{call.type.lower()}{head} {{ {call.field}{body}{selection} }}"
        variables = {name: self._value(SCHEMA.type_map[call.type].fields[call.field].args[name].type) for name in names}
        path = call.arguments.get("of") or call.arguments.get("orAdministrationOf")
        if path:
            self._aim(variables, call, path)
        if call.status is not None:
            variables["status"] = call.status
        return document, variables

    def _aim(self, variables: dict[str, Any], call: Call, path: str) -> None:
        *inputs, name = path.split(".")
        place = variables[inputs[0]] if inputs else variables
        target = self.ids[call.side, str(call.row)]
        place[name] = [target] if isinstance(place[name], list) else target

    def _value(self, type_: Any) -> Any:
        """Any value of a type: resolvers do not see it."""
        if hasattr(type_, "of_type"):
            inner = self._value(type_.of_type)
            return [inner] if type(type_).__name__ == "GraphQLList" else inner
        if hasattr(type_, "values"):
            return next(iter(type_.values))
        if hasattr(type_, "fields"):
            return {name: self._value(field.type) for name, field in type_.fields.items()}
        return VALUES[type_.name]


VALUES: dict[str, Any] = {
    "ID": "x", "String": "x", "Int": 1, "Float": 1.0, "BigInt": 1, "Boolean": True, "Date": "2030-01-01",
    "DateTime": "2030-01-01T00:00:00Z",
}  # fmt: skip
REACHED = Refusal(Code.LOCKED, "locked_topic")


async def _reached(*_: Any, **handed: Any) -> None:
    """Stands for a resolver. Of several rows that are judged each by itself, the one tells of its own refusal."""
    for value in handed.values():
        if isinstance(value, list) and value and isinstance(value[0], Judged) and isinstance(value[0].row, Refusal):
            raise value[0].row
    raise REACHED


async def _reached_stream(*_: Any, **__: Any) -> AsyncIterator[None]:
    """Stands for a subscription: one that is let in hears of nothing."""
    nobody: list[None] = []
    for one in nobody:
        yield one


@contextmanager
def taken_out(call: Call) -> Iterator[None]:
    """Without the field's resolver, and with rows for everybody, so that its guard alone decides."""
    field = definition(call)
    with ExitStack() as stack:
        stack.enter_context(patch.dict(node._loaders, {"Member": _anybodys_member}))
        if field.base_resolver is not None:
            stand_in = _reached_stream if call.type == "Subscription" else _reached
            stack.enter_context(patch.object(field.base_resolver, "wrapped_func", stand_in))
        yield


async def _anybodys_member(_context: Any, pk: int, _selection: Any) -> MemberView:
    found = (await members_by_ids([pk]))[pk]
    found.claimed_by = found.resource_rights = None
    found.claims = []
    return found


async def stage() -> Stage:
    sides = {side: await plant(some_players(6, NOW), NOW) for side in "ABC"}
    ids: dict[tuple[str, str], str] = {}
    for side in "AB":
        planted = sides[side]
        await send(planted, [(0, 1, 5, NOW)])
        convoy = await Convoy.get(order_id=planted.orders[1].id)
        hosting: Any = await Hosting.create(
            uuid=uuid4(), mother=planted.alliance, host=sides["C"].alliance, opened_at=NOW
        )
        ids[side, "Alliance"] = planted.alliance.tag
        rows: dict[str, Any] = {
            "Member": planted.members[1],
            "Order": planted.orders[0],
            "Convoy": convoy,
            "Hosting": hosting,
            "Invitation": await world.invitation(planted.alliance),
            "Section": await Section.get(alliance_id=planted.alliance.id, kind="MEMBERS"),
            "Topic": await Topic.get(id=planted.members[1].topic_id),
            "Post": await Post.filter(topic_id=planted.members[1].topic_id).first(),
        }
        ids |= {(side, name): global_id(name, row.id) for name, row in rows.items()}
    return Stage(sides, ids, {kind.name: await _viewer(kind, sides) for kind in KINDS})


async def _viewer(kind: Kind, sides: dict[str, Planted]) -> Viewer:
    """As the service reads it: an account of the role, seated where it belongs."""
    if kind.role is None:
        return ANONYMOUS
    user = await world.user(kind.role)
    if kind.alliance is not None:
        place = {"owner": 0, "without topic": 3, "administrator": 4, "administrator without topic": 5}.get(kind.name, 2)
        changes = {} if kind.has_topic else {"topic_id": None}
        member = sides[kind.alliance].members[place]
        await Member.filter(id=member.id).update(user=user, can_administer=kind.administers, **changes)
    session_id = uuid4()
    await Session.create(id=session_id, user=user, created_at=NOW)
    viewer = await load_viewer(session_id)
    assert viewer is not None
    return viewer
