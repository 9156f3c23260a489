"""May see, printed: no field gives rows of the forum or of an alliance without naming the filter that they pass."""

from typing import Any
from unittest.mock import patch

import pytest
from graphql import get_named_type
from graphql.language import ObjectTypeDefinitionNode

from engine.guard.row_filter import row_filters
from engine.operation import node
from permissions import row_filter
from permissions.row_filter import PREDICATES, RowFilter
from schema.root import schema
from tests.schema.guard_matrix import KINDS, SCHEMA, Kind, document
from tests.schema.guard_stage import Stage, stage

ROWS = {
    "Node", "Category", "Section", "Topic", "Post", "PostRevision", "ReactionCount", "Notification", "Alliance",
    "Member", "Census", "ResourceRights", "RightsEntry", "Harvest", "Order", "Convoy", "Hosting", "Mirror",
    "MirrorFault", "KeyUse",
}  # fmt: skip
ON_THE_WAY = {"OrderStatusChange"}
"""What carries a row to the field that was asked: its own fields give what that field's directive speaks of."""
OF_AN_ALLIANCE = ("requiresAllianceAdministration", "requiresMembership", "requiresOwnership")
"""Guards which name the alliance or row: what their fields answer with is what was judged."""


def row_of(type_: Any) -> str:
    """The type of the rows that a field gives, through lists and pages."""
    named = get_named_type(type_)
    fields = getattr(named, "fields", {})
    if "edges" in fields:
        return row_of(get_named_type(fields["edges"].type).fields["node"].type)
    if named.name in ON_THE_WAY:
        return row_of(fields["order"].type)
    return str(named.name)


def printed() -> dict[str, set[str]]:
    """The directives of every field that gives rows, save those on the way to them."""
    found: dict[str, set[str]] = {}
    for type_ in document().definitions:
        if not isinstance(type_, ObjectTypeDefinitionNode) or type_.name.value.endswith(("Connection", "Edge")):
            continue
        for field in type_.fields or ():
            served = SCHEMA.type_map[type_.name.value].fields[field.name.value].type
            if row_of(served) in ROWS and type_.name.value not in ON_THE_WAY:
                directives = {one.name.value for one in field.directives or ()}
                found[f"{type_.name.value}.{field.name.value}"] = directives
    return found


@pytest.mark.parametrize(("field", "directives"), printed().items())
def test_a_field_that_gives_rows_says_whom_they_are_there_for(field: str, directives: set[str]) -> None:
    assert "seenBy" in directives or directives & set(OF_AN_ALLIANCE), field


def test_each_name_stands_for_a_predicate_of_permissions() -> None:
    assert PREDICATES.keys() == set(RowFilter)
    assert all(predicate.__module__.startswith("permissions.") for predicate in PREDICATES.values())
    assert len(set(PREDICATES.values())) == len(PREDICATES)


def test_what_is_found_by_its_id_passes_the_filter_of_its_type() -> None:
    of_rows = {name: row_filters(loader) for name, loader in node._loaders.items() if name in ROWS}
    assert of_rows.keys() == {name for name in ROWS if hasattr(SCHEMA.type_map[name], "interfaces")} & {
        type_.name for type_ in SCHEMA.get_possible_types(SCHEMA.type_map["Node"])
    }
    assert all(of_rows.values())
    field = SCHEMA.query_type.fields["node"].extensions["strawberry-definition"]
    assert set(row_filters(field.base_resolver.wrapped_func)) == {one for each in of_rows.values() for one in each}


# ---- what an alliance shows ---------------------------------------------------------

SHOWN = {"members": "id", "orders": "id", "convoysUnderWay": "id", "hostings": "id", "keyTrail": "kid",
         "harvests": "edges { node { id } }"}  # fmt: skip


def expected(kind: Kind, by: RowFilter) -> bool:
    staff = kind.role in ("admin", "moderator", "game_master")
    if by is RowFilter.ALLIANCE_INSIGHT:
        return staff or (kind.alliance == "A" and kind.has_topic)
    return kind.alliance == "A" and kind.administers


def filter_of(field: str) -> RowFilter:
    (directive,) = SCHEMA.type_map["Alliance"].fields[field].extensions["strawberry-definition"].directives
    (by,) = directive.filters
    return RowFilter(by)


async def shows(place: Stage, field: str, kind: Kind) -> bool:
    """Whether a field of alliance A reaches its rows. Whatever is read there is stood in for."""
    resolver = SCHEMA.type_map["Alliance"].fields[field].extensions["strawberry-definition"].base_resolver
    reached: list[object] = []

    async def reach(*_: Any, **__: Any) -> Any:
        reached.append(field)
        return None

    rows = resolver.wrapped_func
    (cell,) = [cell for cell in rows.__closure__ if cell.cell_contents is rows.__wrapped__]
    document = f"query($tag: String!) {{ alliance(tag: $tag) {{ {field} {{ {SHOWN[field]} }} }} }}"
    kept, cell.cell_contents = cell.cell_contents, reach
    try:
        await schema.execute(document, {"tag": place.ids["A", "Alliance"]}, context_value=place.context(kind))
    finally:
        cell.cell_contents = kept
    return bool(reached)


async def wrong(place: Stage, field: str) -> list[str]:
    accounts = [kind for kind in KINDS if kind.role is not None]
    return [
        f"{field} for {kind.name}"
        for kind in accounts
        if await shows(place, field, kind) is not expected(kind, filter_of(field))
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_alliance_shows_its_rows_to_whom_the_printed_filter_names(database: str) -> None:
    place = await stage()
    printed_there = {name.partition(".")[2] for name in printed() if name.startswith("Alliance.")}
    assert printed_there == SHOWN.keys() | {"viewerMember", "sections", "deletedSections", "rightsHistory"}
    assert [line for field in SHOWN for line in await wrong(place, field)] == []
    for careless in (lambda *_: True, lambda *_: False, lambda viewer, _: bool(viewer.memberships)):
        with patch.dict(row_filter.PREDICATES, dict.fromkeys(RowFilter, careless)):
            assert all([await wrong(place, field) for field in SHOWN])
