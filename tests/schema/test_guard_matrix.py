"""Guards guard: who may call what is enforced by what prints it, and by nothing that a resolver has to remember."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from engine.execution.field import RowGuard
from engine.guard.guard import Guard, TargetGuard
from engine.operation.context import Context, Info
from models.alliance.alliance import AllianceView
from permissions.permission import Permission
from permissions.viewer import Membership
from schema.alliance.access import (
    PARENT,
    Administration,
    AllianceGuard,
    by_tag,
    check_administration,
    check_administration_with_topic,
    requires_alliance_administration,
    requires_membership,
)
from schema.core.access import check_account
from schema.forum.access import Moderation
from schema.orders.access import requires_ownership_of_convoy, requires_ownership_of_order
from tests.schema.guard_matrix import GUARDED, KINDS, ROOTS, SCHEMA, SIGNING_IN, Call, calls, definition
from tests.schema.guard_stage import Stage, stage

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OF_ROWS = [name for name, (type_, _, _) in GUARDED.items() if type_ not in ROOTS]


async def wrong(place: Stage, call: Call, *, listed: bool = False) -> str | None:
    """The first kind of viewer that a call answers otherwise than its directive says."""
    for kind in KINDS:
        if listed and kind.role is None:
            continue  # The list itself is for accounts.
        answer = await (place.listed(call, kind) if listed else place.answer(call, kind))
        if answer != call.expected(kind):
            return f"{call} for {kind.name}: {answer}, not {call.expected(kind)}"
    return None


async def mistakes(place: Stage, name: str) -> list[str]:
    found = [await wrong(place, call) for call in calls(name)]
    if name in OF_ROWS:
        found += [await wrong(place, call, listed=True) for call in calls(name)]
    return [one for one in found if one is not None]


@SQLITE
async def test_every_field_lets_through_whom_its_directive_names_and_nobody_else(database: str) -> None:
    place = await stage()
    assert [line for name in GUARDED for line in await mistakes(place, name)] == []


# ---- the matrix can fail ------------------------------------------------------------

Mutant = tuple[str, Callable[[], AbstractContextManager[Any]]]


def mutants(guard: Any) -> Iterator[Mutant]:
    """Each way in which a guard can be careless, one at a time."""
    yield "asks nothing", lambda: patch.multiple(guard, **_careless(guard))
    if isinstance(guard, TargetGuard):
        yield "does not judge", lambda: patch.object(guard, "judge", _hand_on(guard))
        yield "asks for no account", lambda: patch.object(guard, "check", _ask_nothing)
    elif isinstance(guard, Moderation):
        yield "does not judge", lambda: patch.object(guard, "judge", lambda *_: True)
        yield "asks for the role alone", lambda: patch.object(guard, "judge", lambda *_: False)
        yield "asks for no role", lambda: patch.object(guard, "permission", Permission.MANAGE_USERS)
        yield "asks for no account", lambda: patch.object(guard, "check", _ask_nothing)
    elif _is_more_than_a_sign_in(guard):
        yield "asks for an account alone", lambda: patch.object(guard, "check", _ask_for_an_account)
    if getattr(guard.directive, "with_topic", None) is True:
        yield "asks for administration alone", lambda: patch.object(guard, "check", check_administration)
    elif isinstance(guard, RowGuard):
        yield "asks for a topic too", lambda: patch.object(guard, "check", check_administration_with_topic)
    if isinstance(guard, Administration):
        yield "asks for a topic too", lambda: patch.object(guard, "judge", _ask_for_a_topic(guard))
    if isinstance(guard, AllianceGuard):
        yield "takes the viewer's own alliance", lambda: patch.object(guard, "known_alliances", _own_alliances)
        turned = replace(guard.of, is_known_to_all=not guard.of.is_known_to_all)
        yield "mistakes what is known", lambda: patch.object(guard, "of", turned)


def _careless(guard: Any) -> dict[str, Any]:
    judge = {"judge": _hand_on(guard)} if isinstance(guard, TargetGuard) else {}
    if isinstance(guard, Moderation):
        judge = {"judge": lambda *_: True}
    return {"check": _ask_nothing, **judge}


def _ask_nothing(*_: Any) -> None: ...


def _ask_for_an_account(context: Context, *_: Any) -> None:
    check_account(context)


def _hand_on(guard: TargetGuard[Any]) -> Any:
    offered = {"membership": Membership(1, 1, can_administer=False)} if "membership" in guard.offered else {}
    return lambda *_: offered


def _ask_for_a_topic(guard: Administration[Any]) -> Any:
    def judge(context: Context, row: Any, _arguments: Any) -> Any:
        allowed = [pk for pk in guard.known_alliances(context, row) if context.viewer.administers(pk)]
        check_administration_with_topic(context, allowed[0] if allowed else 0)
        return {}

    return judge


def _own_alliances(context: Context, _row: Any) -> list[int]:
    return [one.alliance_id for one in context.viewer.memberships] or [0]


def _is_more_than_a_sign_in(guard: Any) -> bool:
    return type(guard.directive).__name__ not in ("Public", "RequiresAccount")


@SQLITE
async def test_the_matrix_catches_every_guard_that_lets_in_too_many_or_says_too_much(database: str) -> None:
    place = await stage()
    survivors = []
    for name in GUARDED:
        (guard,) = guards_of(name)
        for fault, plant in mutants(guard):
            with plant():
                if name.partition(".")[2] not in SIGNING_IN and not await mistakes(place, name):
                    survivors.append(f"{name} {fault}")
    assert survivors == []


# ---- what is printed is enforced ----------------------------------------------------


def guards_of(name: str) -> list[Any]:
    field = definition(calls(name)[0])
    return [one for one in field.extensions if isinstance(one, (Guard, RowGuard))]


@pytest.mark.parametrize("name", GUARDED)
def test_a_directive_is_printed_by_the_guard_that_enforces_it(name: str) -> None:
    (guard,) = guards_of(name)
    field = definition(calls(name)[0])
    assert [one for one in field.directives if one is guard.directive], "printed beside its guard, by nobody else"
    assert GUARDED[name][2].name.value == SCHEMA_NAMES[type(guard.directive).__name__]


@pytest.mark.parametrize("name", [name for name in GUARDED if not name.startswith(("Mutation.", "Subscription."))])
def test_a_refusal_blanks_its_own_field_and_no_other(name: str) -> None:
    """Mutations stay as the contract has them: one in a document is the rule, and a subscription has one field."""
    _, field, directive = GUARDED[name]
    assert directive.name.value == "public" or field.type.kind != "non_null_type"


SCHEMA_NAMES = {
    "Public": "public",
    "RequiresAccount": "requiresAccount",
    "RequiresPermission": "requiresPermission",
    "RequiresAllianceAdministration": "requiresAllianceAdministration",
    "RequiresMembership": "requiresMembership",
    "RequiresOwnership": "requiresOwnership",
}


def test_every_guard_prints_its_directive() -> None:
    guarded = {
        f"{type_.name}.{name}"
        for type_ in SCHEMA.type_map.values()
        for name, field in getattr(type_, "fields", {}).items()
        if any(isinstance(one, (Guard, RowGuard)) for one in _extensions(field))
    }
    assert guarded == GUARDED.keys()


def _extensions(field: Any) -> Any:
    strawberry_field = field.extensions.get("strawberry-definition")
    return getattr(strawberry_field, "extensions", ())


# ---- a guard cannot be built without what it needs ----------------------------------


async def _resolver(info: Info, alliance: AllianceView) -> str:
    return alliance.tag


async def _forgetful(info: Info) -> str:
    return ""


CONSTRUCTORS: list[Any] = [
    requires_alliance_administration,
    requires_membership,
    requires_ownership_of_order,
    requires_ownership_of_convoy,
]


@pytest.mark.parametrize("make", CONSTRUCTORS)
def test_a_guard_is_of_something(make: Any) -> None:
    with pytest.raises(TypeError, match="of"):
        make(_resolver)
    with pytest.raises(TypeError, match="of="):
        make(_resolver, of=None)
    if make is not requires_alliance_administration:
        with pytest.raises(TypeError, match="of="):
            make(_resolver, of=PARENT)


def test_a_resolver_takes_what_its_guard_has_read() -> None:
    requires_membership(_resolver, of=by_tag("alliance_tag"))
    with pytest.raises(TypeError, match="takes none of"):
        requires_membership(_forgetful, of=by_tag("alliance_tag"))
