"""Updates: what is left out stays, null takes away what can be away, and is refused by name where nothing can."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type, is_non_null_type

from schema.root import schema
from tests.documents.alliance import PLACE, order
from tests.documents.forum import gid
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, create_alliance

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# What can be away, what it is before and after, as its mutation answers.
AWAY: dict[str, tuple[Any, Any, Any]] = {
    "updateOrder.evolution": ("SOLARIUM", "SOLARIUM", None),
    "updateOrder.deliverAfter": ("2029-12-31", "2029-12-31", None),
    "updateSection.description": ("Un mot.", "Un mot.", ""),
    "updateSection.visibleByFactionId": ("faction", {"slug": "eveilles"}, None),
    "updateSection.visibleByClanId": ("clan", {"slug": "symbiotes"}, None),
    "updateMemberRank.rank": ("Reine", "Reine", ""),
}
SHOWN = {"visibleByFactionId": "visibleByFaction { slug }", "visibleByClanId": "visibleByClan { slug }"}


def optional() -> Iterator[tuple[str, str]]:
    """Each field that an update may change: of its arguments, or of its input."""
    assert schema._schema.mutation_type is not None
    for name, field in schema._schema.mutation_type.fields.items():
        if not name.startswith("update"):
            continue
        given = get_named_type(field.args["input"].type) if "input" in field.args else None
        places = given.fields if isinstance(given, GraphQLInputObjectType) else field.args
        yield from ((name, one) for one, place in places.items() if not is_non_null_type(place.type))


class Rows:
    """One row for each update, and who may change it."""

    def __init__(self, moderator: Client, alliance: CreatedAlliance, ids: dict[str, str]) -> None:
        self.moderator, self.alliance, self.ids = moderator, alliance, ids

    async def set(self, mutation: str, field: str, value: str) -> dict[str, Any]:
        """The answer to a mutation that gives one field, written as a literal."""
        who = self.alliance.founder if mutation in ("updateOrder", "updateMemberRank", "updateMemberRights") else None
        key, pk = self.ids[mutation].split("=", 1)
        given = f'{key}: "{pk}", {field}: {value}'
        arguments = f"input: {{ {given} }}" if mutation == "updateMemberRights" else given
        shown = SHOWN.get(field, field) if f"{mutation}.{field}" in AWAY else "__typename"
        return await (who or self.moderator).ask(f"mutation {{ {mutation}({arguments}) {{ {shown} }} }}")


@pytest.fixture
async def rows(client: Client) -> Rows:
    moderator = await client.as_user(await world.user("admin"))
    section = await world.section("rp", "Taverne")
    topic = await world.topic(section, "Sujet")
    alliance = await create_alliance(client)
    placed = (await alliance.founder.data(PLACE, input=order("FDR")))["placeOrder"]
    factions = await moderator.data("{ factions { id slug } clans { id slug } }")
    by_slug = {one["slug"]: one["id"] for kind in factions.values() for one in kind}
    ids = {
        "updateFaction": f"factionId={by_slug['eveilles']}",
        "updateClan": f"clanId={by_slug['symbiotes']}",
        "updateSection": f"id={gid(section)}",
        "updateTopic": f"id={gid(topic)}",
        "updateMemberRank": f"memberId={alliance.ids['Reine']}",
        "updateMemberRights": f"memberId={alliance.ids['Reine']}",
        "updateOrder": f"id={placed['id']}",
        "faction": by_slug["eveilles"],
        "clan": by_slug["symbiotes"],
    }
    return Rows(moderator, alliance, ids)


async def test_null_takes_away_or_is_refused_by_name(rows: Rows) -> None:
    fields = list(optional())
    assert {name for name, _ in fields} == {name for name in rows.ids if name.startswith("update")}
    assert set(AWAY) <= {f"{name}.{field}" for name, field in fields}
    for name, field in fields:
        answer = await rows.set(name, field, "null")
        if f"{name}.{field}" in AWAY:
            assert "errors" not in answer, (name, field, answer)
        else:
            (error,) = answer["errors"]
            assert (error["extensions"]["code"], error["extensions"].get("field")) == ("BAD_INPUT", field), name


@pytest.mark.parametrize("name", AWAY)
async def test_what_can_be_away_is_there_until_null_takes_it(rows: Rows, name: str) -> None:
    mutation, _, field = name.partition(".")
    value, before, after = AWAY[name]
    literal = value if field == "evolution" else f'"{rows.ids.get(value, value)}"'
    shown = SHOWN.get(field, field).partition(" ")[0]
    assert (await rows.set(mutation, field, literal))["data"][mutation][shown] == before
    assert (await rows.set(mutation, field, "null"))["data"][mutation][shown] == after
