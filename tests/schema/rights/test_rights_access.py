"""Who may read which column of the rights and make which change of them: one table, every role, every field."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.rights.rights_columns import COLUMNS
from models.alliance.member import Member
from models.rights.harvest_run import harvest
from models.rights.rights_entry import RightsEntry
from tests.documents.forum import gid
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.rights import Planted, administrator, plant, send, some_players

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
RIGHTS = [column.key for column in COLUMNS if column.requires_administration]
ROLES = ("anonymous", "stranger", "without topic", "member", "administrator", "other administrator", "staff")
MEMBERS = "query($tag: String!) {{ alliance(tag: $tag) {{ members {{ {} }} }} }}"
UPDATE = "mutation($id: ID!) { updateMemberRights(input: {memberId: $id, coefficient: 55}) { pseudo } }"
RECORD = "mutation($tag: String!, $at: DateTime!) { recordNextHarvest(allianceTag: $tag, at: $at) { tag } }"
HARVESTS = "query($tag: String!) { alliance(tag: $tag) { harvests { totalCount edges { node { outcome } } } } }"

# What each role gets: ALL values, NONE (as though there were nothing), or the code of a refusal.
ALL, NONE = "ALL", "NONE"
TABLE: dict[str, dict[str, str]] = {
    "anonymous": {
        "column": "UNAUTHENTICATED", "tdc": "UNAUTHENTICATED", "history": "UNAUTHENTICATED",
        "harvests": "UNAUTHENTICATED", "update": "UNAUTHENTICATED", "record": "UNAUTHENTICATED",
    },
    "stranger": {
        "column": NONE, "tdc": NONE, "history": NONE, "harvests": NONE, "update": "NOT_FOUND", "record": "FORBIDDEN",
    },
    "without topic": {
        "column": NONE, "tdc": NONE, "history": NONE, "harvests": NONE, "update": "FORBIDDEN", "record": "FORBIDDEN",
    },
    "member": {
        "column": "FORBIDDEN", "tdc": ALL, "history": "FORBIDDEN", "harvests": ALL, "update": "FORBIDDEN",
        "record": ALL,
    },
    "administrator": {"column": ALL, "tdc": ALL, "history": ALL, "harvests": ALL, "update": ALL, "record": ALL},
    "other administrator": {
        "column": NONE, "tdc": NONE, "history": NONE, "harvests": NONE, "update": "NOT_FOUND", "record": "FORBIDDEN",
    },
    "staff": {
        "column": "FORBIDDEN", "tdc": ALL, "history": "FORBIDDEN", "harvests": ALL, "update": "FORBIDDEN",
        "record": "FORBIDDEN",
    },
}  # fmt: skip


async def _as(role: str, client: Client, planted: Planted) -> Client:
    if role == "anonymous":
        return client
    if role == "other administrator":
        return await administrator(client, await plant(some_players(1, NOW), NOW))
    user = await world.user("admin" if role == "staff" else "player")
    if role in ("without topic", "member", "administrator"):
        await Member.filter(id=planted.members[0].id).update(user=user, can_administer=role == "administrator")
    if role == "without topic":
        await Member.filter(id=planted.members[0].id).update(topic_id=None)
    return await client.as_user(user)


async def _planted() -> Planted:
    planted = await plant(some_players(3, NOW - timedelta(minutes=45)), NOW, NOW - timedelta(minutes=15))
    await harvest(planted.alliance.id, NOW)
    return planted


def _kind(answer: dict[str, Any], *path: str) -> str:
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    if codes:
        (code,) = codes
        return str(code)
    value = answer["data"]
    for name in path:
        value = value[name]
    return ALL if value else NONE


@pytest.mark.parametrize("role", ROLES)
async def test_who_reads_and_changes_what(client: Client, role: str) -> None:
    planted = await _planted()
    reader = await _as(role, client, planted)
    tag, id_ = planted.alliance.tag, gid(planted.members[1])
    expected = TABLE[role]
    for key in RIGHTS:
        answer = await reader.ask(MEMBERS.format(f"pseudo resourceRights {{ {key} }}"), tag=tag)
        assert (key, _kind(answer, "alliance", "members")) == (key, expected["column"])
        if expected["column"] == "FORBIDDEN":
            # A refusal for each member, and the rest of the page stays.
            assert [row["resourceRights"] for row in answer["data"]["alliance"]["members"]] == [None] * 3
            assert len(answer["errors"]) == 3
            assert all(row["pseudo"] for row in answer["data"]["alliance"]["members"])
    assert _kind(await reader.ask(MEMBERS.format("tdc"), tag=tag), "alliance", "members") == expected["tdc"]
    history = await reader.ask(MEMBERS.format("rightsHistory { edges { node { coefficient } } }"), tag=tag)
    assert _kind(history, "alliance", "members") == expected["history"]
    harvests = await reader.ask(HARVESTS, tag=tag)
    assert _kind(harvests, "alliance", "harvests", "edges") == expected["harvests"]
    assert _kind(await reader.ask(UPDATE, id=id_), "updateMemberRights") == expected["update"]
    at = (NOW + timedelta(minutes=15)).isoformat()
    assert _kind(await reader.ask(RECORD, tag=tag, at=at), "recordNextHarvest") == expected["record"]
    columns = await reader.ask("{ memberColumns { key } }")
    assert _kind(columns, "memberColumns") == ALL


@pytest.mark.parametrize("role", ["stranger", "other administrator", "member", "staff"])
async def test_no_path_to_a_member_leads_to_its_rights(client: Client, role: str) -> None:
    planted = await _planted()
    await send(planted, [(1, 2, 12345, NOW)])
    reader = await _as(role, client, planted)
    entry = await RightsEntry.all().first()
    rights = "resourceRights { accumulatedRights coefficient }"
    query = f"""query($tag: String!, $id: ID!, $entry: ID!) {{
        alliance(tag: $tag) {{ convoysUnderWay {{ sender {{ {rights} }} }}
            orders {{ requester {{ {rights} }} convoys {{ recipient {{ {rights} }} }} }} viewerMember {{ {rights} }} }}
        node(id: $id) {{ ... on Member {{ {rights} }} }}
        entry: node(id: $entry) {{ ... on RightsEntry {{ accumulatedAfter }} }} }}"""
    answer = await reader.ask(query, tag=planted.alliance.tag, id=gid(planted.members[1]), entry=gid(entry))
    for error in answer.get("errors", ()):
        assert error["extensions"]["code"] == "FORBIDDEN"
    assert "accumulatedRights" not in str(answer["data"])
    assert answer["data"]["entry"] is None
    if role in ("member", "staff"):
        assert answer["data"]["alliance"]["convoysUnderWay"] == [{"sender": {"resourceRights": None}}]
        assert answer["errors"]


async def test_an_administrator_without_a_topic_of_their_own_reads_no_rights(client: Client) -> None:
    """The own place is named outside the tables that the topic opens, and a change is answered with its member."""
    planted = await _planted()
    reader = await _as("administrator", client, planted)
    entry = await RightsEntry.filter(member_id=planted.members[0].id).first()
    rights = "resourceRights { accumulatedRights coefficient } rightsHistory { edges { node { coefficient } } }"
    own = f"query($tag: String!) {{ alliance(tag: $tag) {{ viewerMember {{ {rights} }} }} }}"
    change = (
        f"""mutation($id: ID!) {{ updateMemberRights(input: {{memberId: $id, coefficient: 55}}) {{ {rights} }} }}"""
    )
    node = "query($id: ID!) { node(id: $id) { ... on RightsEntry { accumulatedAfter } } }"
    assert await reader.codes(own, tag=planted.alliance.tag) == []
    assert (await reader.data(node, id=gid(entry)))["node"]
    await Member.filter(id=planted.members[0].id).update(topic_id=None)
    nothing = {"resourceRights": None, "rightsHistory": None}
    answer = await reader.ask(own, tag=planted.alliance.tag)
    assert answer["data"]["alliance"]["viewerMember"] == nothing
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    assert (await reader.ask(change, id=gid(planted.members[1])))["data"]["updateMemberRights"] == nothing
    assert (await reader.data(node, id=gid(entry)))["node"] is None


async def test_an_administrator_of_one_alliance_is_a_plain_member_of_another(client: Client) -> None:
    mine, theirs = await _planted(), await _planted()
    user = await world.user()
    await Member.filter(id=mine.members[0].id).update(user=user, can_administer=True)
    await Member.filter(id=theirs.members[0].id).update(user=user)
    reader = await client.as_user(user)
    answer = await reader.ask("{ alliances { tag members { resourceRights { coefficient } } } }")
    rows = {one["tag"]: [row["resourceRights"] for row in one["members"]] for one in answer["data"]["alliances"]}
    assert rows[theirs.alliance.tag] == [None] * 3
    assert None not in rows[mine.alliance.tag]
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"] * 3


async def test_a_demoted_administrator_loses_the_columns_at_the_next_request(client: Client) -> None:
    planted = await _planted()
    reader = await _as("administrator", client, planted)
    query = MEMBERS.format("resourceRights { coefficient }")
    assert await reader.codes(query, tag=planted.alliance.tag) == []
    await Member.filter(id=planted.members[0].id).update(can_administer=False)
    assert await reader.codes(query, tag=planted.alliance.tag) == ["FORBIDDEN"] * 3
