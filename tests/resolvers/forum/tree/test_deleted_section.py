"""Deleted sections: listed for those who manage sections, each once for what went with it, and brought back by it."""

from datetime import UTC, datetime
from typing import Any

from tests.documents.forum import gid
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DELETED = """{ deletedSections { totalCount edges { node { id name deletedAt subsections { id } topics { edges {
    node { id } } } category { slug sections { name } } parent { name } visibleByFaction { slug } } } } }"""
DELETE = "mutation($id: ID!) { deleteSection(id: $id) }"
RESTORE = "mutation($id: ID!) { restoreSection(id: $id) { name deletedAt } }"


async def _deleted(reader: Client) -> list[dict[str, Any]]:
    found = (await reader.data(DELETED))["deletedSections"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def test_what_went_together_is_one_row_and_comes_back_by_it(client: Client) -> None:
    staff = await client.as_user(await world.user("moderator"))
    top = await world.section("general", "Accueil")
    hall = await world.section("general", "Salle", parent=top, faction="eveilles")
    corner = await world.section("general", "Coin", parent=hall)
    await world.section("general", "Recoin", parent=hall)
    await world.topic(hall, "Sujet", None, "texte")
    assert await _deleted(staff) == []
    for section in (corner, hall):
        await staff.data(DELETE, id=gid(section))
    rows = await _deleted(staff)
    assert [(row["name"], row["parent"]) for row in rows] == [("Salle", {"name": "Accueil"}), ("Coin", None)]
    assert rows[0]["category"] == {"slug": "general", "sections": [{"name": "Accueil"}]}
    assert rows[0]["visibleByFaction"] == {"slug": "eveilles"}
    assert rows[0]["deletedAt"] is not None
    assert (rows[0]["subsections"], rows[0]["topics"]["edges"]) == ([], [])
    assert await staff.data(RESTORE, id=rows[0]["id"]) == {"restoreSection": {"name": "Salle", "deletedAt": None}}
    assert [row["name"] for row in await _deleted(staff)] == ["Coin"]


async def test_they_are_for_those_who_manage_sections(client: Client) -> None:
    section = await world.section("general", "Accueil")
    moderator = await client.as_user(await world.user("moderator"))
    await moderator.data(DELETE, id=gid(section))
    assert [row["name"] for row in await _deleted(moderator)] == ["Accueil"]
    for role in ("player", "game_master"):
        assert await (await client.as_user(await world.user(role))).codes(DELETED) == ["FORBIDDEN"]
    assert await client.codes(DELETED) == ["UNAUTHENTICATED"]


async def test_a_page_takes_the_same_statements_however_many_went(client: Client) -> None:
    staff = await client.as_user(await world.user("moderator"))
    counts = []
    for many in (2, 6):
        for number in range(many):
            await staff.data(DELETE, id=gid(await world.section("general", f"Salle {many} {number}")))
        await _deleted(staff)
        async with statements() as seen:
            await _deleted(staff)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8, seen


OWN = "query($tag: String!) { alliance(tag: $tag) { deletedSections { totalCount edges { node { id name } } } } }"


async def _own(reader: Client, tag: str) -> list[str]:
    found = (await reader.data(OWN, tag=tag))["alliance"]["deletedSections"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"]["name"] for edge in found["edges"]]


async def test_an_alliances_own_are_for_those_who_administer_it(client: Client) -> None:
    """What lies under a section that is closed to them is not named, nor counted."""
    chief, member = await world.user(), await world.user()
    mine, other = await world.alliance(chief, tag="MIA"), await world.alliance(tag="ALT")
    await world.member(mine, member, administers=False)
    hall = await world.section("alliances", "Salle", alliance=mine)
    elves = await world.section("alliances", "Éveillés", hall, alliance=mine, faction="eveilles")
    for name, above in (("Coin", hall), ("Chambre", elves), ("Autre", None)):
        made = await world.section("alliances", name, above, alliance=other if name == "Autre" else mine)
        await (await client.as_user(await world.user("moderator"))).data(DELETE, id=gid(made))
    await world.section("general", "Publique", deleted_at=NOW)
    administrator = await client.as_user(chief)
    assert await _own(administrator, "MIA") == ["Coin"]
    await world.character(chief, "eveilles")
    assert await _own(administrator, "MIA") == ["Chambre", "Coin"]
    refused = [(administrator, "ALT"), (await client.as_user(member), "MIA")]
    refused.append((await client.as_user(await world.user("moderator")), "MIA"))
    for reader, tag in refused:
        assert await reader.codes(OWN, tag=tag) == ["FORBIDDEN"]
    brought = (await administrator.data(OWN, tag="MIA"))["alliance"]["deletedSections"]["edges"][1]["node"]
    assert (await administrator.data(RESTORE, id=brought["id"]))["restoreSection"]["name"] == "Coin"


async def test_what_is_not_shown_is_not_counted(client: Client) -> None:
    """A vault is for those who administer its alliance: others, who manage sections, are told of none."""
    moderator = await client.as_user(await world.user("moderator"))
    alliance = await world.alliance()
    await world.section("alliances", "Coffre", kind="VAULT", alliance=alliance, deleted_at=NOW)
    await world.section("general", "Salle", deleted_at=NOW)
    assert [row["name"] for row in await _deleted(moderator)] == ["Salle"]
