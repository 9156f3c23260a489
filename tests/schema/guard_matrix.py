"""Every guarded field of the printed schema and every kind of viewer: who may, told by the directive alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import DirectiveNode, DocumentNode, FieldDefinitionNode, get_named_type, parse
from graphql.language import ObjectTypeDefinitionNode
from graphql.utilities import value_from_ast_untyped

from schema.root import schema

SCHEMA: Any = schema._schema
ROOTS = ("Query", "Mutation", "Subscription")
LET_THROUGH = None

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
    Kind("administrator without topic", alliance="A", administers=True),
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
    "MANAGE_FACTIONS": {"admin", "moderator"},
    "DECLARE_DEATHS": {"admin", "moderator", "game_master"},
    "APPROVE_CHARACTERS": {"admin", "moderator", "game_master"},
}
STAFF = {"admin", "moderator", "game_master"}
SIGNING_IN = {"register", "login", "refreshSession", "resetPassword", "requestPasswordReset"}
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
                own = "orAdministrationOf" in self.arguments and kind.administers and of_side
                return own or role in ROLES[self.arguments["permission"]]
            case "requiresAllianceAdministration":
                seen = kind.has_topic or not self.arguments.get("withTopic")
                return kind.administers and seen and (of_side or (self.row == "Hosting" and kind.alliance == "C"))
            case "requiresMembership":
                return (of_side and kind.has_topic) or (bool(self.arguments.get("orStaff")) and role in STAFF)
            case "requiresOwnership":
                may_end = self.status is None or self.status in self.arguments["status"]
                return of_side and (kind.administers or (kind.owns and kind.has_topic and may_end))
        raise KeyError(self.directive)

    def _refusal(self, kind: Kind) -> str:
        """Rows that are named by ids do not exist for those who do not know the alliance; moderators' for nobody."""
        if self.directive == "requiresPermission":
            return "FORBIDDEN"
        knows = kind.role in STAFF or kind.alliance == self.side or (self.row == "Hosting" and kind.alliance == "C")
        return "FORBIDDEN" if knows or self.row in (None, "Alliance") else "NOT_FOUND"


# ---- what is guarded ----------------------------------------------------------------


def is_of_access(directive: DirectiveNode) -> bool:
    return directive.name.value == "public" or directive.name.value.startswith("requires")


@cache
def document() -> DocumentNode:
    """The printed schema, read once in each process."""
    return parse(schema.as_str())


def printed() -> Iterator[tuple[str, FieldDefinitionNode, DirectiveNode]]:
    """The guarded fields of the printed schema."""
    for definition in document().definitions:
        if isinstance(definition, ObjectTypeDefinitionNode):
            for field in definition.fields or ():
                for directive in filter(is_of_access, field.directives or ()):
                    yield definition.name.value, field, directive


GUARDED = {f"{type_}.{field.name.value}": (type_, field, directive) for type_, field, directive in printed()}


def calls(name: str) -> list[Call]:
    """What a field is called for: rows of A and of B, and states that an owner may set or not."""
    type_, field, directive = GUARDED[name]
    arguments = {one.name.value: value_from_ast_untyped(one.value) for one in directive.arguments or ()}
    path = arguments.get("of") or arguments.get("orAdministrationOf")
    row = named_row(type_, field.name.value, path) if path else None
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
        if answer.name == "Boolean":
            return field.removeprefix("delete")
        return "Order" if answer.name == "OrderStatusChange" else str(answer.name)
    return {"memberId": "Member", "orderId": "Order", "invitationId": "Invitation", "parentId": "Section"}[name]


def definition(call: Call) -> Any:
    """The field as Strawberry has it."""
    return SCHEMA.type_map[call.type].fields[call.field].extensions["strawberry-definition"]
