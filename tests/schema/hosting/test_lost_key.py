"""A key that is gone for good can be abandoned; until then it closes its own alliance's features alone."""

import pytest

from models.core.database import execute, fetch
from models.hosting.mirror import mirror_change
from tests.documents import alliance as docs
from tests.documents.hosting import EDIT, EXPORT, HOST, NOTICES, REPLY, ROTATE, TRAIL
from tests.models.hosting.sync.hosting_ledger import check_counts
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.alliance import begin_hosting, create_alliance, housed, lose_key, mirrored

ABANDON = """mutation($tag: String!, $confirmation: String!) {
    abandonAllianceKey(allianceTag: $tag, confirmation: $confirmation) { keyState closedAt mirrors { pending } } }"""
FORUM = """query { categories { sections { kind slug topics { totalCount }
    subsections { kind slug topics { totalCount edges { node { title } } } } } }
    alliances { tag members { pseudo } orders { id } } }"""
HOSTINGS = """query($tag: String!) { alliance(tag: $tag) {
    hostings { mother { tag } keyState members { pseudo } mirrors { pending section { name } } } } }"""


async def notices(reader: Client, kind: str) -> list[str]:
    edges = (await reader.data(NOTICES))["notifications"]["edges"]
    return [edge["node"]["message"] for edge in edges if edge["node"]["kind"] == kind]


async def test_a_key_that_is_abandoned_opens_what_was_never_sealed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror_change, "tell_after_commit", lambda *_: None)  # Nobody pulls at once.
    mother, host = await housed(client)
    zoe, paco = mother.players["Zoé"], mother.players["Paco"]
    await zoe.data(docs.PLACE, input=docs.order("FDR", 5000))
    (order,) = [topic for topic in await mirrored(paco) if topic["title"].startswith("[Nouvelle]")]
    for body in ("su", "jamais lu"):
        await paco.data(REPLY, id=order["id"], body=body)
        if body == "su":
            await mother.founder.data(docs.ORDERS, tag="FDR")
    assert await mother.founder.codes(ABANDON, tag="FDR", confirmation="FDR") == ["CONFLICT"]
    await lose_key()
    assert await zoe.codes(ABANDON, tag="FDR", confirmation="FDR") == ["FORBIDDEN"]
    assert await mother.founder.codes(ABANDON, tag="FDR", confirmation="fdr") == ["BAD_INPUT"]
    (hosting,) = (await mother.founder.data(ABANDON, tag="FDR", confirmation="FDR"))["abandonAllianceKey"]
    assert (hosting["keyState"], hosting["closedAt"] is None) == ("PRESENT", False)

    (listed,) = (await zoe.data(docs.ORDERS, tag="FDR"))["alliance"]["orders"]
    posts = await fetch("SELECT body FROM posts WHERE topic_id = (SELECT topic_id FROM orders)")
    assert (listed["status"], [row[0] for row in posts][-1]) == ("NEW", "su")
    for reader in (mother.founder, zoe, paco):
        told = await notices(reader, "ALLIANCE_KEY")
        assert ["perdus : 1." in one for one in told if "export" not in one] == [True]
        assert len(told) == 1 + (reader is mother.founder)
    assert len(await notices(host.founder, "HOSTING")) == 1  # The proposal was withdrawn as it was answered.
    trail = (await mother.founder.data(TRAIL, tag="FDR"))["alliance"]["keyTrail"]
    assert [one["action"] for one in trail] == ["CREATED", "ABANDONED", "CREATED"]
    assert len({one["kid"] for one in trail}) == 2

    # What nobody can open any more is gone from the host, and a hosting can begin again.
    assert await fetch("SELECT 1 FROM topics WHERE is_sealed = $1", True) == []
    await check_counts([row[0] for row in await fetch("SELECT id FROM sections WHERE kind = 'MIRROR'")])
    await begin_hosting(mother, host)
    await mother.founder.data(HOST, id=mother.ids["Paco"], tag="HOT")
    (order,) = [topic for topic in await mirrored(paco) if topic["title"].startswith("[Nouvelle]")]
    (post,) = [edge["node"] for edge in order["posts"]["edges"]]
    await paco.data(EDIT, id=post["id"], body="après")
    await mother.founder.data(docs.ORDERS, tag="FDR")
    assert await fetch("SELECT 1 FROM posts WHERE body = 'après' AND is_sealed = $1", False) != []
    assert {row[0] for row in await fetch("SELECT faults FROM mirrors")} == {"[]"}


async def test_administrators_are_asked_to_export_a_key_until_one_does(client: Client) -> None:
    mother, host = await housed(client)
    assert len(await notices(mother.founder, "ALLIANCE_KEY")) == 1
    assert await notices(mother.players["Zoé"], "ALLIANCE_KEY") == await notices(host.founder, "ALLIANCE_KEY") == []
    await mother.founder.data(ROTATE, tag="FDR")
    assert len(await notices(mother.founder, "ALLIANCE_KEY")) == 1
    await mother.founder.data(EXPORT, tag="FDR")
    assert await notices(mother.founder, "ALLIANCE_KEY") == []
    await mother.founder.data(ROTATE, tag="FDR")
    assert len(await notices(mother.founder, "ALLIANCE_KEY")) == 1


@pytest.mark.parametrize("state", ["MISSING", "INVALID"])
async def test_one_lost_key_blanks_its_alliances_fields_alone(client: Client, state: str) -> None:
    mother, _ = await housed(client)
    await create_alliance(client, tag="AUTRE")
    await world.section("general", "Ailleurs")
    for reader in (mother.players["Zoé"], await client.as_user(await world.user("admin"))):
        whole = await reader.data(FORUM)
        if state == "MISSING":
            await lose_key()
        else:
            await execute("UPDATE posts SET body = 'PHV1.x' WHERE id IN (SELECT post_id FROM alliance_keys)")
        answer = await reader.ask(FORUM)
        assert answer["data"], answer["errors"]
        assert {error["extensions"]["code"] for error in answer["errors"]} == {f"ALLIANCE_KEY_{state}"}
        for before, after in zip(whole["categories"], answer["data"]["categories"], strict=True):
            for section, blank in zip(before["sections"], after["sections"], strict=True):
                for one, other in zip([section, *section["subsections"]], [blank, *blank["subsections"]], strict=True):
                    closed = one["slug"].startswith("fdr-") and one["kind"] in ("MEMBERS", "ORDERS")
                    assert other["topics"] == (None if closed else one["topics"])
        for one, other in zip(whole["alliances"], answer["data"]["alliances"], strict=True):
            assert other == ({"tag": "FDR", "members": None, "orders": None} if one["tag"] == "FDR" else one)
        await execute("UPDATE posts SET deleted_at = NULL WHERE id IN (SELECT post_id FROM alliance_keys)")
        if state == "INVALID":
            return


async def test_one_lost_key_blanks_the_guests_of_its_own_hosting_alone(client: Client) -> None:
    mother, host = await housed(client)
    other = await create_alliance(client, "Léo", tag="AUTRE")
    await begin_hosting(other, host)
    await other.founder.data(HOST, id=other.ids["Léo"], tag="HOT")
    staff = await client.as_user(await world.user("admin"))
    await execute(
        "UPDATE posts SET deleted_at = created_at WHERE id IN (SELECT k.post_id FROM alliance_keys k "
        "JOIN alliances a ON a.id = k.alliance_id WHERE a.tag = 'FDR')"
    )
    answer = await staff.ask(HOSTINGS, tag="HOT")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["ALLIANCE_KEY_MISSING"]
    found = {one["mother"]["tag"]: one for one in answer["data"]["alliance"]["hostings"]}
    assert {tag: (one["keyState"], one["members"], len(one["mirrors"])) for tag, one in found.items()} == {
        "FDR": ("MISSING", None, 2),
        "AUTRE": ("PRESENT", [{"pseudo": "Léo"}], 2),
    }
    (own,) = (await mother.founder.ask(HOSTINGS, tag="FDR"))["data"]["alliance"]["hostings"]
    assert (own["members"], len(own["mirrors"])) == (None, 2)
