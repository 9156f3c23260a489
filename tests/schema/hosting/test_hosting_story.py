"""One hosting from its opening to a lost key, over HTTP, as mother, guest, host and staff would live it."""

from domain.orders.convoy import Convoy, write_convoy
from models.core.database import execute, fetch
from tests.documents import alliance as docs
from tests.documents.hosting import (
    CLOSE,
    DELETE,
    EDIT,
    EXPORT,
    HOST,
    HOSTING,
    NOTICES,
    OPEN,
    RECALL,
    REPLY,
    RESTORE,
    ROTATE,
    SEARCH,
    SYNC,
    TRAIL,
    bodies,
)
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world
from tests.worlds.alliance import begin_hosting, create_alliance, housed, lose_key, mirrored
from tests.worlds.hosting import NOW


async def test_from_opening_to_a_counted_convoy(client: Client) -> None:
    mother, host = await housed(client)
    placed = (await mother.players["Zoé"].data(docs.PLACE, input=docs.order("FDR", 5000)))["placeOrder"]
    paco, ivo = mother.players["Paco"], host.players["Ivo"]

    theirs = await mirrored(ivo)
    assert len(theirs) == 4  # Three members and an order.
    assert all(topic["title"].startswith("[FDR] PHM1.") and topic["isEncrypted"] for topic in theirs)
    assert {topic["authorName"] for topic in theirs} == {"FDR"}

    (order,) = [topic for topic in await mirrored(paco) if topic["title"].startswith("[Nouvelle]")]
    assert (order["isEncrypted"], order["authorName"]) == (False, "Zoé")
    body = write_convoy(Convoy("Zoé", 0, 1200, NOW.replace(year=2035)), NOW)
    written = (await paco.data(REPLY, id=order["id"], body=body))["createPost"]
    assert (written["body"], written["authorName"]) == (body, "Paco")
    sealed = next(topic for topic in await mirrored(ivo) if topic["id"] == order["id"])
    assert bodies(sealed)[0].startswith("PHM1.")
    assert sealed["posts"]["edges"][0]["node"]["author"] is None

    (seen,) = (await mother.founder.data(docs.ORDERS, tag="FDR"))["alliance"]["orders"]
    assert seen["materialsDelivered"] == 1200
    assert seen["convoys"][0]["sender"] == {"pseudo": "Paco"}
    # What the mother's own reading changed is at the host too: the title has the delivery.
    (order,) = [topic for topic in await mirrored(paco) if "1200" in topic["title"]]
    assert not order["isEncrypted"]

    sent = (await paco.data(docs.SEND, input=docs.convoy(placed["id"], 300)))["sendConvoy"]
    assert sent["sender"] == {"pseudo": "Paco"}
    (order,) = [topic for topic in await mirrored(paco) if "1500" in topic["title"]]
    assert len(bodies(order)) == 2


async def test_a_guest_changes_what_they_wrote_and_nobody_else_does(client: Client) -> None:
    mother, host = await housed(client)
    await mother.players["Zoé"].data(docs.PLACE, input=docs.order("FDR", 5000))
    paco, zoe, ivo = mother.players["Paco"], mother.players["Zoé"], host.players["Ivo"]
    staff = await client.as_user(await world.user("admin"))
    (order,) = [topic for topic in await mirrored(paco) if topic["title"].startswith("[Nouvelle]")]
    post = (await paco.data(REPLY, id=order["id"], body="avant"))["createPost"]["id"]
    for other in (ivo, staff):
        assert await other.codes(EDIT, id=post, body="volé") == ["FORBIDDEN"]
        assert await other.codes(DELETE, id=post) == ["FORBIDDEN"]
        assert await other.codes(REPLY, id=order["id"], body="intrus") == ["FORBIDDEN"]
    assert (await paco.data(EDIT, id=post, body="après"))["updatePost"]["body"] == "après"
    (mine,) = (await zoe.data(docs.ORDERS, tag="FDR"))["alliance"]["orders"]
    topic = (
        await zoe.data(
            "query($t: String!) { alliance(tag: $t) { orders { topic { id posts { edges { node { "
            "body authorName } } } } } } }",
            t="FDR",
        )
    )["alliance"]["orders"][0]["topic"]
    assert [edge["node"]["body"] for edge in topic["posts"]["edges"]] == ["après"]
    assert mine["convoys"] == []
    await paco.data(DELETE, id=post)
    found_posts = (await zoe.data(docs.POSTS, id=topic["id"]))["topic"]["posts"]["edges"]
    assert found_posts == []


async def test_what_is_written_at_the_host_is_found_by_the_mother_alone(client: Client) -> None:
    mother, host = await housed(client)
    await mother.players["Zoé"].data(docs.PLACE, input=docs.order("FDR", 5000))
    paco = mother.players["Paco"]
    (order,) = [topic for topic in await mirrored(paco) if topic["title"].startswith("[Nouvelle]")]
    await paco.data(REPLY, id=order["id"], body="chrysanthème")
    for reader, count in ((host.players["Ivo"], 0), (client, 0), (mother.founder, 1)):
        assert (await reader.data(SEARCH, q="chrysanthème"))["searchPosts"]["totalCount"] == count
    assert (await host.founder.data(SEARCH, q="PHM1"))["searchPosts"]["totalCount"] == 0


async def test_a_lost_key_blocks_the_alliance_once_told_and_restoring_resumes(client: Client) -> None:
    mother, host = await housed(client)
    placed = (await mother.players["Zoé"].data(docs.PLACE, input=docs.order("FDR", 5000)))["placeOrder"]
    paco, zoe = mother.players["Paco"], mother.players["Zoé"]
    key = (await mother.founder.data(EXPORT, tag="FDR"))["exportAllianceKey"]
    (order,) = [topic for topic in await mirrored(paco) if topic["title"].startswith("[Nouvelle]")]
    await paco.data(REPLY, id=order["id"], body="avant la perte")
    before = await fetch("SELECT count(*), sum(length(body)) FROM posts WHERE is_sealed = $1", True)
    await lose_key()
    for _ in range(3):
        assert await zoe.codes(docs.ORDERS, tag="FDR") == ["ALLIANCE_KEY_MISSING"]
        assert await zoe.codes(docs.MEMBERS, tag="FDR") == ["ALLIANCE_KEY_MISSING"]
        assert await zoe.codes(docs.POSTS, id=mother.topics["Zoé"]) == ["ALLIANCE_KEY_MISSING"]
        assert await zoe.codes(docs.SEND, input=docs.convoy(placed["id"])) == ["ALLIANCE_KEY_MISSING"]
        assert await zoe.codes(docs.CENSUS, tag="FDR", census=docs.census()) == ["ALLIANCE_KEY_MISSING"]
        assert await paco.codes(REPLY, id=order["id"], body="x") == ["ALLIANCE_KEY_MISSING"]
    for reader in (mother.founder, zoe, paco):
        notices = [edge["node"] for edge in (await reader.data(NOTICES))["notifications"]["edges"]]
        assert [one["level"] for one in notices if one["kind"] == "ALLIANCE_KEY"] == ["ERROR"]
    told = (await host.founder.data(NOTICES))["notifications"]["edges"]
    assert not [edge for edge in told if edge["node"]["kind"] == "ALLIANCE_KEY"]
    assert tuple((await fetch("SELECT count(*), sum(length(body)) FROM posts WHERE is_sealed = $1", True))[0]) == tuple(
        before[0]
    )

    assert await mother.founder.codes(RESTORE, tag="FDR", key="PHMKEY-X") == ["BAD_INPUT"]
    other = await create_alliance(client, tag="AUTRE")
    await other.founder.data(OPEN, mother="AUTRE", host="HOT")
    wrong = (await other.founder.data(EXPORT, tag="AUTRE"))["exportAllianceKey"]
    assert await mother.founder.codes(RESTORE, tag="FDR", key=wrong) == ["ALLIANCE_KEY_INVALID"]
    assert await zoe.codes(RESTORE, tag="FDR", key=key) == ["FORBIDDEN"]
    restored = (await mother.founder.data(RESTORE, tag="FDR", key=key))["restoreAllianceKey"]
    assert restored == [{"keyState": "PRESENT"}]
    topic = (await zoe.data(docs.POSTS, id=(await _topic_of(zoe))))["topic"]
    assert [edge["node"]["body"] for edge in topic["posts"]["edges"]] == ["avant la perte"]
    notices = [edge["node"] for edge in (await zoe.data(NOTICES))["notifications"]["edges"]]
    assert [one["level"] for one in notices if one["kind"] == "ALLIANCE_KEY"] == ["SUCCESS"]


async def _topic_of(reader: Client) -> str:
    answer = await reader.data('query { alliance(tag: "FDR") { orders { topic { id } } } }')
    return str(answer["alliance"]["orders"][0]["topic"]["id"])


async def test_a_broken_key_answers_invalid_and_a_rotation_goes_unnoticed_by_readers(client: Client) -> None:
    mother, _ = await housed(client)
    zoe, paco = mother.players["Zoé"], mother.players["Paco"]
    await zoe.data(docs.PLACE, input=docs.order("FDR", 5000))
    assert (await mother.founder.data(ROTATE, tag="FDR"))["rotateAllianceKey"] == [{"keyState": "PRESENT"}]
    assert len([topic for topic in await mirrored(paco) if not topic["isEncrypted"]]) == 4
    assert (await fetch("SELECT old_kid FROM alliance_keys"))[0][0] is None
    trail = (await mother.founder.data(TRAIL, tag="FDR"))["alliance"]["keyTrail"]
    assert [line["action"] for line in trail] == ["ROTATED", "CREATED"]
    assert (await zoe.data(TRAIL, tag="FDR"))["alliance"]["keyTrail"] == []
    await execute("UPDATE posts SET body = 'PHV1.' WHERE id IN (SELECT post_id FROM alliance_keys)")
    assert await zoe.codes(docs.MEMBERS, tag="FDR") == ["ALLIANCE_KEY_INVALID"]


async def test_the_key_of_an_alliance_that_hosts_nowhere_yet_is_made_when_it_is_asked_for(client: Client) -> None:
    alliance = await create_alliance(client)
    key = (await alliance.founder.data(EXPORT, tag="FDR"))["exportAllianceKey"]
    assert key.startswith("PHMKEY-")
    assert (await alliance.founder.data(EXPORT, tag="FDR"))["exportAllianceKey"] == key
    trail = (await alliance.founder.data(TRAIL, tag="FDR"))["alliance"]["keyTrail"]
    assert [line["action"] for line in trail] == ["EXPORTED", "EXPORTED", "CREATED"]


async def test_hostings_are_managed_by_the_mothers_administrators_and_closed_by_either(client: Client) -> None:
    mother, host = await housed(client)
    zoe = mother.players["Zoé"]
    assert await zoe.codes(OPEN, mother="FDR", host="HOT") == ["FORBIDDEN"]
    assert await host.founder.codes(OPEN, mother="FDR", host="HOT") == ["FORBIDDEN"]
    assert await mother.founder.codes(OPEN, mother="FDR", host="FDR") == ["BAD_INPUT"]
    assert await mother.founder.codes(OPEN, mother="FDR", host="NOPE") == ["NOT_FOUND"]
    assert await host.founder.codes(HOST, id=mother.ids["Zoé"], tag="HOT") == ["NOT_FOUND"]
    shown = f"query($t: String!) {{ alliance(tag: $t) {{ hostings {{ {HOSTING} }} }} }}"
    (mine,) = (await mother.founder.data(shown, t="FDR"))["alliance"]["hostings"]
    assert (mine["members"], mine["keyState"]) == ([{"pseudo": "Paco"}], "PRESENT")
    assert sorted(one["section"]["kind"] for one in mine["mirrors"]) == ["MEMBERS", "ORDERS"]
    (theirs,) = (await host.founder.data(shown, t="HOT"))["alliance"]["hostings"]
    assert (theirs["members"], theirs["mirrors"]) == ([], [])
    recalled = (await mother.founder.data(RECALL, id=mother.ids["Paco"]))["recallMember"]
    assert recalled == {"pseudo": "Paco", "hostedBy": None}
    assert await mirrored(mother.players["Paco"]) == []
    await mother.founder.data(HOST, id=mother.ids["Paco"], tag="HOT")
    closed = (await host.founder.data(CLOSE, id=mine["id"]))["closeHosting"]
    assert closed["closedAt"] is not None
    await lose_key()
    assert len((await zoe.data(docs.MEMBERS, tag="FDR"))["alliance"]["members"]) == 3
    await execute("UPDATE members SET left_at = created_at WHERE pseudo = 'Paco'")
    (error,) = (await mother.founder.ask(RECALL, id=mother.ids["Paco"]))["errors"]
    assert error["extensions"] == {"code": "NOT_FOUND", "field": "memberId"}


async def test_many_mothers_are_listed_in_as_many_statements_as_one(client: Client) -> None:
    _, host = await housed(client)
    shown = '{ alliance(tag: "HOT") { hostings { mother { tag } keyState } } }'
    counts = []
    for tag in ("AUT", "BRI"):
        await begin_hosting(await create_alliance(client, tag=tag), host)
        async with statements() as seen:
            await host.founder.data(shown)
        counts.append(len(seen))
    await execute("UPDATE posts SET body = 'PHV1.' WHERE id = (SELECT min(post_id) FROM alliance_keys)")
    listed = (await host.founder.data(shown))["alliance"]["hostings"]
    states = {one["mother"]["tag"]: one["keyState"] for one in listed}
    assert states == {"FDR": "INVALID", "AUT": "PRESENT", "BRI": "PRESENT"}
    assert counts[0] == counts[1], seen


async def test_what_is_tampered_with_is_shown_on_the_mirror_and_nothing_is_lost(client: Client) -> None:
    mother, _ = await housed(client)
    zoe = mother.players["Zoé"]
    await zoe.data(docs.CENSUS, tag="FDR", census=docs.census())
    rows = await fetch("SELECT id, body FROM posts WHERE is_sealed = $1 AND body LIKE 'PHM1.%'", True)
    await execute("UPDATE posts SET body = $2 WHERE id = $1", rows[0][0], rows[0][1][:-2])
    first, second = (await mother.founder.data(SYNC, tag="FDR"))["syncMirrors"]
    faults = [*first["faults"], *second["faults"]]
    assert [fault["reason"] for fault in faults] == ["truncated"]
    assert len((await zoe.data(docs.POSTS, id=mother.topics["Zoé"]))["topic"]["posts"]["edges"]) == 1
    await execute("UPDATE posts SET body = $2 WHERE id = $1", *rows[0])
    assert all(not one["faults"] for one in (await mother.founder.data(SYNC, tag="FDR"))["syncMirrors"])
