"""What to send next: who is shown it, what it is made of, that it can be sent as it stands, and its statements."""

from datetime import UTC, datetime
from typing import Any

from domain.alliance.evolution import travel_time
from models.core.database import execute
from tests.documents import alliance as docs
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, create_alliance, place, set_status

CONVOY = """food materials arrivesAt departsAt travelTime isLate
    order { id score requester { pseudo } } sender { pseudo } recipient { pseudo }"""
PLAN = f"""query($tag: String!) {{ alliance(tag: $tag) {{ deliveryPlan {{ plannedAt convoys {{ {CONVOY} }}
    unserved {{ order {{ id score }} food materials obstacle message }} withoutCensus {{ pseudo }} }} }} }}"""
OWN = f"query($tag: String!) {{ alliance(tag: $tag) {{ viewerMember {{ plannedConvoys {{ {CONVOY} }} }} }} }}"
ALL = "query($tag: String!) { alliance(tag: $tag) { members { pseudo plannedConvoys { materials } } } }"
RIGHTS = "mutation($input: MemberRightsInput!) { updateMemberRights(input: $input) { pseudo } }"
LEVELS = [{"evolution": "ETABLE_PUCERONS", "level": 10}, {"evolution": "VITESSE_ATTAQUE", "level": 7}]


async def report(player: Client, materials: int, food: int = 0, workers: int = 10**6) -> None:
    census = docs.census(materials, food=food, workers=workers)
    levels = [*census["levels"], *LEVELS]
    await player.data(docs.CENSUS, tag="FDR", census={**census, "levels": levels})


async def owe(alliance: CreatedAlliance, pseudo: str, rights: float) -> None:
    values = {"memberId": alliance.ids[pseudo], "accumulatedRights": rights}
    await alliance.founder.data(RIGHTS, input=values)


async def ordered(alliance: CreatedAlliance, pseudo: str, materials: int, **more: Any) -> str:
    order = await place(alliance, pseudo, materials, **more)
    await set_status(alliance, order, "WAITING")
    return order


async def plan(alliance: CreatedAlliance) -> dict[str, Any]:
    found: dict[str, Any] = (await alliance.founder.data(PLAN, tag="FDR"))["alliance"]["deliveryPlan"]
    return found


async def own(player: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await player.data(OWN, tag="FDR"))["alliance"]["viewerMember"]["plannedConvoys"]
    return found


def told(convoys: list[dict[str, Any]]) -> list[tuple[str, str, int, int]]:
    return [(one["sender"]["pseudo"], one["recipient"]["pseudo"], one["materials"], one["food"]) for one in convoys]


async def three(client: Client) -> CreatedAlliance:
    """Paco owes more than Ivo; Zoé asks; of Reine nothing is known."""
    alliance = await create_alliance(client, "Zoé", "Paco", "Ivo")
    rows = [docs.row("Reine"), docs.row("Zoé", x=10, y=20), docs.row("Paco", x=13, y=24), docs.row("Ivo")]
    await alliance.founder.data(docs.SYNC, tag="FDR", members=rows)
    for pseudo, materials, food in (("Zoé", 900, 0), ("Paco", 500, 5), ("Ivo", 400, 70)):
        await report(alliance.players[pseudo], materials, food)
    await owe(alliance, "Paco", -900.0)
    await owe(alliance, "Ivo", -100.0)
    return alliance


async def test_who_owes_most_sends_first_and_what_is_missing_is_said(client: Client) -> None:
    alliance = await three(client)
    new = await place(alliance, "Ivo", 9)
    first = await ordered(alliance, "Zoé", 600, food=10)
    later = await ordered(alliance, "Zoé", 2000, deliverAfter="2029-12-31")
    made = await plan(alliance)
    assert told(made["convoys"]) == [("Paco", "Zoé", 500, 5), ("Ivo", "Zoé", 100, 5)]
    known, unknown = made["convoys"]
    assert known["travelTime"] == travel_time(5, 7)
    assert (known["isLate"], unknown["travelTime"], unknown["arrivesAt"], unknown["isLate"]) == (
        False,
        None,
        None,
        None,
    )
    assert [(one["order"]["id"], one["materials"], one["obstacle"]) for one in made["unserved"]] == [
        (new, 9, "NOT_ACCEPTED"),
        (later, 2000, "TOO_EARLY"),
    ]
    assert made["unserved"][0]["message"] == "Un administrateur doit d'abord accepter cette commande."
    assert [one["pseudo"] for one in made["withoutCensus"]] == ["Reine"]
    assert {one["order"]["id"] for one in made["convoys"]} == {first}


async def test_a_planned_convoy_is_sent_as_it_stands_and_planned_no_more(client: Client) -> None:
    alliance = await three(client)
    order = await ordered(alliance, "Zoé", 600, food=10)
    paco = alliance.players["Paco"]
    (convoy,) = await own(paco)
    assert convoy["order"]["score"] is None, "scores are for administrators"
    sent = {"orderId": convoy["order"]["id"], **{key: convoy[key] for key in ("food", "materials", "arrivesAt")}}
    answer = (await paco.data(docs.SEND, input=sent))["sendConvoy"]
    assert (answer["materials"], answer["food"], answer["arrivesAt"]) == (500, 5, convoy["arrivesAt"])
    assert await own(paco) == []
    assert told((await plan(alliance))["convoys"]) == [("Ivo", "Zoé", 100, 5)]
    await paco.data(docs.CANCEL, id=answer["id"])
    assert told(await own(paco)) == [("Paco", "Zoé", 500, 5)], "a cancelled convoy is at home again"
    await alliance.founder.data(docs.STATUS, id=order, status="CANCELLED")
    assert await own(paco) == []


async def test_stocks_are_those_of_the_census_less_what_went_since_and_of_whom_workers_carry(client: Client) -> None:
    alliance = await three(client)
    first = await ordered(alliance, "Zoé", 450)
    await ordered(alliance, "Zoé", 2000)
    paco = alliance.players["Paco"]
    await paco.data(docs.SEND, input=docs.convoy(first, 450))
    assert told((await plan(alliance))["convoys"]) == [("Ivo", "Zoé", 400, 0), ("Paco", "Zoé", 50, 0)]
    await report(paco, 500, workers=832)  # 32 free ones, each carries 15, and 450 are under way.
    made = await plan(alliance)
    assert told(made["convoys"]) == [("Ivo", "Zoé", 400, 0), ("Paco", "Zoé", 30, 0)]
    assert [(one["materials"], one["obstacle"]) for one in made["unserved"]] == [(1570, "NO_CARRIERS")]


async def test_what_was_sent_since_the_last_harvest_is_owed_no_more(client: Client) -> None:
    alliance = await three(client)
    await owe(alliance, "Paco", -300.0)
    order = await ordered(alliance, "Zoé", 550)
    await alliance.players["Paco"].data(docs.SEND, input=docs.convoy(order, 450))
    assert told((await plan(alliance))["convoys"]) == [("Paco", "Zoé", 50, 0), ("Ivo", "Zoé", 50, 0)]
    await execute("UPDATE deliveries SET sent_at = $1", datetime(2026, 1, 1, tzinfo=UTC))  # Not in the running minute.
    assert told((await plan(alliance))["convoys"]) == [("Ivo", "Zoé", 100, 0)]


async def test_who_is_shown_what(client: Client) -> None:
    alliance = await three(client)
    await report(alliance.founder, 7)
    await ordered(alliance, "Zoé", 905)
    rows = {"Reine": [5], "Zoé": [], "Paco": [500], "Ivo": [400]}

    async def seen(reader: Client) -> dict[str, Any]:
        members = (await reader.data(ALL, tag="FDR"))["alliance"]["members"]
        return {one["pseudo"]: [convoy["materials"] for convoy in one["plannedConvoys"]] for one in members}

    nothing: dict[str, Any] = {pseudo: [] for pseudo in rows}
    assert await seen(alliance.founder) == rows
    assert await seen(alliance.players["Paco"]) == {**nothing, "Paco": rows["Paco"]}
    staff = await client.as_user(await world.user("moderator"))
    assert await seen(staff) == nothing
    for reader in (alliance.players["Paco"], staff):
        assert await reader.codes(PLAN, tag="FDR") == ["FORBIDDEN"]
    await execute(
        "UPDATE topics SET deleted_at = created_at WHERE id = (SELECT topic_id FROM members WHERE pseudo = $1)", "Reine"
    )
    assert await alliance.founder.codes(PLAN, tag="FDR") == ["FORBIDDEN"]
    assert await own(alliance.founder) == []


async def test_it_takes_as_many_statements_for_many_as_for_few(client: Client) -> None:
    alliance = await three(client)
    await ordered(alliance, "Zoé", 600)
    both = f"query($tag: String!) {{ alliance(tag: $tag) {{ tag deliveryPlan {{ convoys {{ {CONVOY} }} }} members {{ "
    both += "pseudo plannedConvoys { materials order { id } } } } }"
    none = "query($tag: String!) { alliance(tag: $tag) { tag members { pseudo } } }"

    async def count(query: str) -> int:
        async with statements() as seen:
            await alliance.founder.data(query, tag="FDR")
        return len(seen)

    few, plain = await count(both), await count(none)
    await ordered(alliance, "Ivo", 300)
    await report(alliance.founder, 7000)
    assert len(told((await plan(alliance))["convoys"])) == 3
    assert await count(both) == few
    assert few == plain + 9
