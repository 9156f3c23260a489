"""Live columns over HTTP: the document's values, read lazily, in few statements, however a member is reached."""

import math
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mpmath import mpf

from domain.alliance.member import Adjustment
from domain.rights.rights_columns import COLUMNS
from engine.execution.execution import ColumnExecutionContext
from engine.plan import kept
from models.alliance.member import Member
from resolvers.alliance.alliance import OF_TABLE
from tests.documents.forum import gid
from tests.domain.rights import rights_oracle
from tests.domain.rights.rights_oracle import Player
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds.rights import Planted, administrator, plant, send, some_players

KEYS = [column.key for column in COLUMNS if column.requires_administration]
MINUTE = timedelta(minutes=1)
DELIVERIES = {"deliveries"}
# What each column reads beside the members, whose rows are there already, and in how many statements.
READS: dict[str, tuple[set[str], int]] = {
    "nextTdpCost": ({"censuses"}, 1),
    "nextTdpEvolution": ({"censuses"}, 1),
    "nextTdpBaseTime": ({"censuses"}, 1),
    "costTimeRatio": ({"censuses"}, 1),
    "baseShare": ({"censuses"}, 1),
    "coefficient": (set(), 0),
    "adjustment": (set(), 0),
    "shareWithCoefficient": ({"censuses"}, 1),
    "adjustedShare": ({"censuses"}, 1),
    "tdcAtLastUpdate": (set(), 0),
    "lastUpdatedAt": (set(), 0),
    "allianceProduction": (set(), 0),
    "entitlement": ({"censuses"}, 1),
    "playerProduction": (set(), 0),
    "quantitySent": (DELIVERIES, 1),
    "quantityReceived": (DELIVERIES, 1),
    "accumulatedRights": (set(), 0),
    "projectedRights": ({"censuses"} | DELIVERIES, 1),
}


def _query(*keys: str) -> str:
    rights = f"resourceRights {{ {' '.join(keys)} }}" if keys else ""
    return f"query($tag: String!) {{ alliance(tag: $tag) {{ members {{ pseudo tdc {rights} }} }} }}"


def _now() -> datetime:
    """A minute that stays the same while a test runs, as far as whole half hours are concerned."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


async def _rows(signed_in: Client, planted: Planted, *keys: str) -> list[Any]:
    """In the order of the players."""
    data = await signed_in.data(_query(*keys), tag=planted.alliance.tag)
    by_name = {row["pseudo"]: row for row in data["alliance"]["members"]}
    return [by_name[member.pseudo] for member in planted.members]


players = st.builds(
    Player,
    st.none() | st.tuples(*[st.integers(0, 40)] * 3),
    st.sampled_from([0.0, 100.0]) | st.floats(0, 1000).map(lambda value: round(value, 3)),
    st.sampled_from(Adjustment),
    st.integers(0, 10**12),
    st.integers(0, 10**12),
    st.integers(0, 20_000),  # Half hours since its last update.
    st.integers(-(10**14), 10**14),
)
convoys = st.tuples(*[st.integers(0, 99)] * 2, st.integers(-(10**6), 10**9), st.integers(0, 60_000))


def near(found: float, exact: Any, scale: Any = 0) -> bool:
    return math.isfinite(found) and abs(mpf(found) - exact) <= mpf("1e-11") * (1 + abs(exact) + abs(scale))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(players, min_size=1, max_size=12), st.lists(convoys, max_size=20))
async def test_every_column_is_what_the_document_says(
    client: Client, made: list[Player], entries: list[tuple[int, int, int, int]]
) -> None:
    now, size = _now(), len(made)
    made = [
        replace(one, last_updated_at=now - 15 * MINUTE - timedelta(minutes=30 * int(str(one.last_updated_at))))
        for one in made
    ]
    planted = await plant(made, now)
    if entries:
        await send(
            planted,
            [(a % size, b % size, many, now - minutes * MINUTE - 2 * MINUTE) for a, b, many, minutes in entries],
        )
    rows = await _rows(await administrator(client, planted), planted, *KEYS)
    base = rights_oracle.base_shares(made)
    adjusted = rights_oracle.adjust(base, made)
    for place, (row, player) in enumerate(zip(rows, made, strict=True)):
        got = row["resourceRights"]
        since, half_hours = player.last_updated_at, (now - player.last_updated_at) // timedelta(minutes=30)
        sent = sum(m for sender, _, m, at in planted.sent if sender == place and at >= since)
        received = sum(m for _, asked, m, at in planted.sent if asked == place and at >= since)
        mine = rights_oracle.production(player.tdc_at_last_update, player.tdc, half_hours)
        together = rights_oracle.production(
            sum(one.tdc_at_last_update for one in made), sum(one.tdc for one in made), half_hours
        )
        assert (got["quantitySent"], got["quantityReceived"]) == (sent, received)
        assert got["accumulatedRights"] == player.accumulated_thousandths / 1000
        assert (got["coefficient"], got["adjustment"]) == (player.coefficient, player.adjustment.value)
        assert (row["tdc"], got["tdcAtLastUpdate"]) == (player.tdc, player.tdc_at_last_update)
        assert datetime.fromisoformat(got["lastUpdatedAt"]) == since
        assert near(got["playerProduction"], mine)
        assert near(got["allianceProduction"], together)
        if player.levels is None:
            assert [key for key in KEYS if got[key] is None] == [
                *KEYS[:5], "shareWithCoefficient", "adjustedShare", "entitlement", "projectedRights",
            ]  # fmt: skip
            continue
        share, exact = rights_oracle.known(base[place]), rights_oracle.known(adjusted[place])
        due = mpf(exact.numerator) / exact.denominator * together
        assert near(got["costTimeRatio"], mpf(float(rights_oracle.ratio(player.levels))))
        assert near(got["baseShare"], mpf(share.numerator) / share.denominator)
        assert near(got["adjustedShare"], mpf(exact.numerator) / exact.denominator)
        assert near(got["entitlement"], due, together)
        whole = mpf(player.accumulated_thousandths) / 1000 + due + sent - mine - received
        assert near(got["projectedRights"], whole, together + mine)


_READ = re.compile(r"\b(?:FROM|JOIN)\s+(?!LATERAL)\"?(\w+)", re.IGNORECASE)


def _tables(seen: list[str]) -> set[str]:
    return {table.lower() for sql in seen for table in _READ.findall(sql)}


async def test_each_column_reads_its_own_sources_alone(client: Client) -> None:
    planted = await plant(some_players(4, _now()), _now())
    signed_in = await administrator(client, planted)
    async with statements() as plain:
        await _rows(signed_in, planted)
    found = {}
    for key in KEYS:
        async with statements() as seen:
            await _rows(signed_in, planted, key)
        found[key] = (_tables(seen) - _tables(plain), len(seen) - len(plain))
    assert found == READS


@pytest.mark.parametrize("size", [1, 60])
async def test_all_columns_are_one_statement_however_many_members(client: Client, size: int) -> None:
    planted = await plant(some_players(size, _now()), _now())
    signed_in = await administrator(client, planted)
    async with statements() as plain:
        await _rows(signed_in, planted)
    async with statements() as seen:
        await _rows(signed_in, planted, *KEYS)
    # The viewer, the alliance with its members, all that the columns are computed from.
    assert (len(plain), len(seen)) == (2, 3)


async def test_rights_are_completed_in_columns_for_those_who_may(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = await plant(some_players(3, _now()), _now())
    signed_in = await administrator(client, planted)
    ordinary: list[str] = []
    original = ColumnExecutionContext.execute_field

    def spy(self: Any, parent_type: Any, *rest: Any) -> Any:
        ordinary.append(parent_type.name)
        return original(self, parent_type, *rest)

    monkeypatch.setattr(ColumnExecutionContext, "execute_field", spy)
    monkeypatch.setattr(kept, "FIRST_USE", 100)  # By graphql-core's path, without a plan.
    await _rows(signed_in, planted, *KEYS)
    assert set(ordinary) == {"Query", "Alliance"}


async def test_one_member_met_twice_has_the_columns_of_both(client: Client) -> None:
    planted = await plant(some_players(2, _now()), _now())
    await send(planted, [(1, 1, 99, _now())])
    signed_in = await administrator(client, planted)
    query = """query($tag: String!, $id: ID!) { alliance(tag: $tag) {
        members { pseudo resourceRights { baseShare } again: resourceRights { coefficient } }
        orders { requester { pseudo resourceRights { accumulatedRights } } }
        convoysUnderWay { sender { resourceRights { quantitySent } } recipient { resourceRights { baseShare } } } }
        node(id: $id) { ... on Member { resourceRights { __typename adjustment } } } }"""
    data = await signed_in.data(query, tag=planted.alliance.tag, id=gid(planted.members[1]))
    rows = {row["pseudo"]: row for row in data["alliance"]["members"]}
    for member, player in zip(planted.members, planted.players, strict=True):
        assert rows[member.pseudo]["again"] == {"coefficient": player.coefficient}
        assert rows[member.pseudo]["resourceRights"]["baseShare"] > 0
    saved = {player.accumulated_thousandths / 1000 for player in planted.players}
    orders = data["alliance"]["orders"]
    assert {order["requester"]["resourceRights"]["accumulatedRights"] for order in orders} == saved
    (convoy,) = data["alliance"]["convoysUnderWay"]
    assert list(convoy["sender"]["resourceRights"]) == ["quantitySent"]
    assert convoy["recipient"]["resourceRights"]["baseShare"] > 0
    adjustment = planted.players[1].adjustment.value
    assert data["node"]["resourceRights"] == {"__typename": "ResourceRights", "adjustment": adjustment}


async def test_who_has_left_has_no_live_columns_and_counts_for_nobody(client: Client) -> None:
    planted = await plant(some_players(3, _now()), _now())
    signed_in = await administrator(client, planted)
    await Member.filter(id=planted.members[2].id).update(left_at=_now())
    query = "query($id: ID!) { node(id: $id) { ... on Member { pseudo resourceRights { coefficient } } } }"
    data = await signed_in.data(query, id=gid(planted.members[2]))
    assert data["node"] == {"pseudo": planted.members[2].pseudo, "resourceRights": None}
    listed = await signed_in.data(_query("baseShare"), tag=planted.alliance.tag)
    assert math.isclose(sum(row["resourceRights"]["baseShare"] for row in listed["alliance"]["members"]), 1)


async def test_columns_are_described_in_the_readers_language(client: Client) -> None:
    query = "{ memberColumns { key label description unit visibleByDefault requiresAdministration } }"
    french, english = [(await client.ask(query, language))["data"]["memberColumns"] for language in ("fr", "en")]
    keys = [*(column.key for column in COLUMNS), "travelTime", "rank", "rankOrder"]
    assert [row["key"] for row in french] == [row["key"] for row in english] == keys
    assert french[0] == {
        "key": "tdc",
        "label": "TdC actuel",
        "description": "Terrain de chasse du joueur.",
        "unit": "cm²",
        "visibleByDefault": True,
        "requiresAdministration": False,
    }
    assert english[0]["label"] == "Current hunting ground"
    assert [(row["label"], row["unit"], row["requiresAdministration"]) for row in french[-2:]] == [
        ("Rang", "", False),
        ("Ordre du rang", "", False),
    ]


async def test_what_a_table_shows_is_what_all_columns_of_members_say(client: Client) -> None:
    planted = await plant(some_players(5, _now()), _now())
    await Member.filter(id=planted.members[2].id).update(rank="Éclaireur", rank_order=7)
    chief = await administrator(client, planted)
    rights = f"resourceRights {{ {' '.join(KEYS)} }}"
    fields = [rights if name == "resourceRights" else name for name in OF_TABLE]
    for chosen in (fields, *([one] for one in fields)):
        ask = "query($tag: String!) {{ alliance(tag: $tag) {{ members {{ {} {} }} }} }}"
        less, more = (ask.format(also, " ".join(chosen)) for also in ("", "joinedAt"))
        for _ in range(2):  # By graphql-core, then by the plan.
            found = (await chief.data(less, tag=planted.alliance.tag))["alliance"]["members"]
            whole = (await chief.data(more, tag=planted.alliance.tag))["alliance"]["members"]
            assert found == [{key: row[key] for key in row if key != "joinedAt"} for row in whole]
