"""Every guarded field of the printed schema, called by every kind of viewer for two alliances; who may, as one table.

Resolvers are taken out, so that nothing a resolver refuses by itself can stand in for its guard. Asserts nothing.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from graphql import DirectiveNode, FieldDefinitionNode, get_named_type, parse, print_ast
from graphql.language import ObjectTypeDefinitionNode
from graphql.utilities import value_from_ast_untyped

from domain.core.refusal import Code, Refusal
from engine.operation import node
from engine.operation.context import Context, Terms
from engine.operation.guard import Judged
from engine.operation.node import global_id
from models.account.account import load_viewer
from models.account.session import Session
from models.alliance.member import Member, MemberView, members_by_ids
from models.hosting.hosting import Hosting
from models.orders.convoy import Convoy
from permissions.viewer import ANONYMOUS, Viewer
from schema.root import schema
from tests.worlds import world
from tests.worlds.rights import Planted, plant, send, some_players

SCHEMA: Any = schema._schema
ROOTS = ("Query", "Mutation", "Subscription")
LET_THROUGH = None
NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)

# ---- who may ------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A kind of viewer. `alliance` is A, whose rows are aimed at, B, another, or C, the host of both."""

    name: str
    role: str | None = "player"
    alliance: str | None = None
    has_topic: bool = False
    administers: bool = False
    owns: bool = False


EXPIRED = Kind("expired token", role=None)
KINDS = (
    Kind("anonymous", role=None),
    EXPIRED,
    Kind("stranger"),
    Kind("without topic", alliance="A"),
    Kind("member", alliance="A", has_topic=True),
    Kind("owner", alliance="A", has_topic=True, owns=True),
    Kind("administrator", alliance="A", has_topic=True, administers=True),
    Kind("administrator of another", alliance="B", has_topic=True, administers=True),
    Kind("administrator of the host", alliance="C", has_topic=True, administers=True),
    Kind("game_master", role="game_master"),
    Kind("moderator", role="moderator"),
    Kind("admin", role="admin"),
)
ROLES = {
    "MANAGE_USERS": {"admin"},
    "MANAGE_SECTIONS": {"admin", "moderator"},
    "MODERATE_FORUM": {"admin", "moderator"},
    "DECLARE_DEATHS": {"admin", "moderator", "game_master"},
}
STAFF = {"admin", "moderator", "game_master"}
SIGNING_IN = {"register", "login", "refreshSession"}
"""They take any token, or a client whose token expired could get no other."""


@dataclass(frozen=True)
class Call:
    """A guarded field with what it is called for: the side whose row it names, and a status where it has one."""

    type: str
    field: str
    directive: str
    arguments: Mapping[str, Any]
    side: str
    row: str | None
    status: str | None = None

    def expected(self, kind: Kind) -> str | None:
        """The code of the refusal, told by the printed directive alone."""
        if kind is EXPIRED:
            return LET_THROUGH if self.field in SIGNING_IN else "UNAUTHENTICATED"
        if self.directive == "public":
            return LET_THROUGH
        if kind.role is None:
            return "UNAUTHENTICATED"
        return LET_THROUGH if self._allows(kind, kind.role) else self._refusal(kind)

    def _allows(self, kind: Kind, role: str) -> bool:
        of_side = kind.alliance == self.side
        match self.directive:
            case "requiresAccount":
                return True
            case "requiresPermission":
                return role in ROLES[self.arguments["permission"]]
            case "requiresAllianceAdministration":
                return kind.administers and (of_side or (self.row == "Hosting" and kind.alliance == "C"))
            case "requiresMembership":
                return (of_side and kind.has_topic) or (bool(self.arguments.get("orStaff")) and role in STAFF)
            case "requiresOwnership":
                may_end = self.status is None or self.status in self.arguments["status"]
                return of_side and (kind.administers or (kind.owns and kind.has_topic and may_end))
        raise KeyError(self.directive)

    def _refusal(self, kind: Kind) -> str:
        """Rows that are named by ids do not exist for those who do not know the alliance."""
        knows = kind.role in STAFF or kind.alliance == self.side or (self.row == "Hosting" and kind.alliance == "C")
        return "FORBIDDEN" if knows or self.row in (None, "Alliance") else "NOT_FOUND"


# ---- what is guarded ----------------------------------------------------------------


def is_of_access(directive: DirectiveNode) -> bool:
    return directive.name.value == "public" or directive.name.value.startswith("requires")


def printed() -> Iterator[tuple[str, FieldDefinitionNode, DirectiveNode]]:
    """The guarded fields of the printed schema."""
    for definition in parse(schema.as_str()).definitions:
        if isinstance(definition, ObjectTypeDefinitionNode):
            for field in definition.fields or ():
                for directive in filter(is_of_access, field.directives or ()):
                    yield definition.name.value, field, directive


GUARDED = {f"{type_}.{field.name.value}": (type_, field, directive) for type_, field, directive in printed()}


def calls(name: str) -> list[Call]:
    """What a field is called for: rows of A and of B, and states that an owner may set or not."""
    type_, field, directive = GUARDED[name]
    arguments = {one.name.value: value_from_ast_untyped(one.value) for one in directive.arguments or ()}
    row = named_row(type_, field.name.value, arguments["of"]) if "of" in arguments else None
    sides = "AB" if row is not None or type_ not in ROOTS else "A"
    states = [*arguments["status"], "WAITING", "IN_PROGRESS"] if "status" in arguments else [None]
    return [
        Call(type_, field.name.value, directive.name.value, arguments, side, row, status)
        for side in sides
        for status in states
    ]


def named_row(type_: str, field: str, path: str) -> str:
    """The type of the row that `of` names: by the argument's name, or by what the field answers with."""
    name = path.rpartition(".")[2]
    if name.endswith("Tag"):
        return "Alliance"
    if name in ("id", "ids"):
        answer = get_named_type(SCHEMA.type_map[type_].fields[field].type)
        return "Order" if answer.name == "OrderStatusChange" else str(answer.name)
    return {"memberId": "Member", "orderId": "Order"}[name]


def definition(call: Call) -> Any:
    """The field as Strawberry has it."""
    return SCHEMA.type_map[call.type].fields[call.field].extensions["strawberry-definition"]


# ---- calling ------------------------------------------------------------------------


class Stage:
    """Alliances A, B and C with rows of each, and a viewer of each kind."""

    def __init__(self, sides: dict[str, Planted], ids: dict[tuple[str, str], str], viewers: dict[str, Viewer]) -> None:
        self.sides = sides
        self.ids = ids
        self.viewers = viewers

    def context(self, kind: Kind) -> Context:
        refusal = Refusal(Code.UNAUTHENTICATED, "expired_token") if kind is EXPIRED else None
        return Context(Terms(secret_key="-"), viewer=self.viewers[kind.name], token_refusal=refusal)

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
        document = f"query($tag: String!) {{ alliance(tag: $tag) {{ members {{ {call.field}{selection} }} }} }}"
        members = SCHEMA.type_map["Alliance"].fields["members"].extensions["strawberry-definition"]
        rows = [await _anybodys_member(None, member.id, None) for member in self.sides[call.side].members[:2]]

        async def give(*_: Any, **__: Any) -> list[MemberView]:
            return rows

        with taken_out(call), patch.object(members.base_resolver, "wrapped_func", give):
            tag = {"tag": self.ids[call.side, "Alliance"]}
            result: Any = await schema.execute(document, tag, context_value=self.context(kind))
        codes = {str(error.extensions["code"]) for error in result.errors or ()} - {str(REACHED.code)}
        return ",".join(sorted(codes)) or LET_THROUGH

    def _document(self, call: Call) -> tuple[str, dict[str, Any]]:
        _, field, _ = GUARDED[f"{call.type}.{call.field}"]
        below = get_named_type(SCHEMA.type_map[call.type].fields[call.field].type)
        selection = " { __typename }" if hasattr(below, "fields") else ""
        if call.type not in ROOTS:
            document = f"query($id: ID!) {{ node(id: $id) {{ ... on {call.type} {{ {call.field}{selection} }} }} }}"
            return document, {"id": self.ids[call.side, call.type]}
        names = [one.name.value for one in field.arguments or ()]
        head = ", ".join(f"${one.name.value}: {print_ast(one.type)}" for one in field.arguments or ())
        body = ", ".join(f"{name}: ${name}" for name in names)
        head, body = (f"({head})", f"({body})") if names else ("", "")
        document = f"{call.type.lower()}{head} {{ {call.field}{body}{selection} }}"
        variables = {name: self._value(SCHEMA.type_map[call.type].fields[call.field].args[name].type) for name in names}
        if "of" in call.arguments:
            self._aim(variables, call)
        if call.status is not None:
            variables["status"] = call.status
        return document, variables

    def _aim(self, variables: dict[str, Any], call: Call) -> None:
        *inputs, name = call.arguments["of"].split(".")
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
    return found


async def stage() -> Stage:
    sides = {side: await plant(some_players(5, NOW), NOW) for side in "ABC"}
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
        }
        ids |= {(side, name): global_id(name, row.id) for name, row in rows.items()}
    return Stage(sides, ids, {kind.name: await _viewer(kind, sides) for kind in KINDS})


async def _viewer(kind: Kind, sides: dict[str, Planted]) -> Viewer:
    """As the service reads it: an account of the role, seated where it belongs."""
    if kind.role is None:
        return ANONYMOUS
    user = await world.user(kind.role)
    if kind.alliance is not None:
        place = {"owner": 0, "without topic": 3, "administrator": 4}.get(kind.name, 2)
        changes = {} if kind.has_topic else {"topic_id": None}
        member = sides[kind.alliance].members[place]
        await Member.filter(id=member.id).update(user=user, can_administer=kind.administers, **changes)
    session_id = uuid4()
    await Session.create(id=session_id, user=user, created_at=NOW)
    viewer = await load_viewer(session_id)
    assert viewer is not None
    return viewer
