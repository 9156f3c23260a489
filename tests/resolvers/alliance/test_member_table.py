"""The game's table: compared, confirmed where most would leave, undone; hunting grounds by members and censuses."""

from datetime import UTC, datetime, timedelta

import pytest

from models.alliance.member import Member
from models.core.database import execute, is_postgres
from models.live.notification import Notification
from tests.documents import alliance as docs
from tests.documents.forum import DELETE_POST
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, create_alliance


async def tdc_of(pseudo: str) -> tuple[int, int]:
    """Now, and at the last update."""
    found = await Member.get(pseudo=pseudo)
    return found.tdc, found.tdc_at_last_update


async def left_out(alliance: CreatedAlliance, *pseudos: str, departures: int | None = None) -> None:
    rows = [docs.row(pseudo) for pseudo in alliance.users if pseudo not in pseudos]
    await alliance.founder.data(docs.SYNC, tag="FDR", members=rows, departures=departures)


async def messages(user_id: int) -> list[str]:
    return [row.message for row in await Notification.filter(user_id=user_id).order_by("id")]


# ---- who comes and leaves -----------------------------------------------------------


async def test_a_comparison_says_who_comes_returns_and_leaves_and_changes_nothing(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco", "Ivo")
    await left_out(alliance, "Ivo")
    table = [docs.row("Reine"), docs.row("ZOÉ"), docs.row("ivo"), docs.row("Neuf")]
    found = (await alliance.founder.data(docs.COMPARE, tag="FDR", members=table))["compareMembers"]
    assert found == {
        "arrivals": ["Neuf"],
        "returns": [{"pseudo": "Ivo", "alliance": {"tag": "FDR"}}],
        "departures": [{"pseudo": "Paco"}],
    }
    assert await Member.filter(left_at__isnull=True).count() == 3
    assert await alliance.players["Zoé"].codes(docs.COMPARE, tag="FDR", members=table) == ["FORBIDDEN"]


async def test_more_than_half_leave_where_their_number_is_said(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco", "Ivo")
    rows = [docs.row("Reine")]
    for departures in (None, 2, 4):
        answer = await alliance.founder.ask(docs.SYNC, tag="FDR", members=rows, departures=departures)
        (error,) = answer["errors"]
        assert (error["extensions"]["code"], error["extensions"]["field"]) == ("CONFLICT", "departures")
        assert error["message"].startswith("3 membres sur 4 partiraient.")
    assert await Member.filter(left_at__isnull=True).count() == 4
    await left_out(alliance, "Zoé", "Paco", "Ivo", departures=3)
    assert await Member.filter(left_at__isnull=True).count() == 1


async def test_who_is_left_out_is_told_and_so_are_the_others_who_administer(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco", "Ivo")
    await alliance.founder.data(docs.RANK, id=alliance.ids["Ivo"], admin=True)
    await Notification.all().delete()
    await left_out(alliance, "Zoé", "Paco")
    told = {pseudo: await messages(user.id) for pseudo, user in alliance.users.items()}
    gone = ["member_left_out"]
    assert told == {"Reine": [], "Zoé": gone, "Paco": gone, "Ivo": ["members_left_out"]}
    notifications = "{ notifications { edges { node { message } } } }"
    ((seen,),) = [
        [edge["node"]["message"] for edge in (await player.data(notifications))["notifications"]["edges"]]
        for player in [alliance.players["Ivo"]]
    ]
    assert seen == "FDR : 2 membres retirés d'après le tableau du jeu : Paco, Zoé."


@pytest.mark.parametrize(("hours", "is_kept"), [(1, True), (23, True), (25, False)])
async def test_an_expulsion_by_mistake_loses_nothing_within_a_day(client: Client, hours: int, is_kept: bool) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    await alliance.founder.data(docs.RANK, id=alliance.ids["Zoé"], admin=True)
    began = datetime(2020, 1, 1, tzinfo=UTC)
    await Member.filter(pseudo="Zoé").update(tdc_at_last_update=700, last_updated_at=began, joined_at=began)
    await left_out(alliance, "Zoé")
    assert not (await Member.get(pseudo="Zoé")).can_administer
    await Member.filter(pseudo="Zoé").update(left_at=datetime.now(UTC) - timedelta(hours=hours))
    await left_out(alliance)
    zoe = await Member.get(pseudo="Zoé")
    assert (zoe.left_at, zoe.can_administer, zoe.tdc_at_last_update) == (None, is_kept, 700 if is_kept else 1000)
    assert (zoe.last_updated_at == zoe.joined_at == began) is is_kept


async def test_who_gave_the_place_up_meanwhile_comes_back_without_administration(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    await alliance.founder.data(docs.RANK, id=alliance.ids["Zoé"], admin=True)
    await left_out(alliance, "Zoé")
    await alliance.founder.data(docs.RELEASE, id=alliance.ids["Zoé"])
    await left_out(alliance)
    assert not (await Member.get(pseudo="Zoé")).can_administer


# ---- hunting grounds ----------------------------------------------------------------


async def test_any_member_reports_what_the_table_shows_and_moves_nobody(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    await left_out(alliance, "Paco")
    rows = [docs.row("REINE", 5000), docs.row("Paco", 7000), docs.row("Neuf", 9000)]
    found = (await alliance.players["Zoé"].data(docs.REPORT_TDC, tag="fdr", members=rows))["reportTdc"]
    assert found == [{"pseudo": "Reine", "tdc": 5000}, {"pseudo": "Zoé", "tdc": 1000}]
    assert await tdc_of("Reine") == (5000, 1000), "what the last update saved stays"
    assert (await tdc_of("Paco"), await Member.all().count()) == ((1000, 1000), 3)
    bad = [docs.row("Reine", -1)]
    assert await alliance.players["Zoé"].codes(docs.REPORT_TDC, tag="FDR", members=bad) == ["BAD_INPUT"]
    assert await alliance.players["Paco"].codes(docs.REPORT_TDC, tag="FDR", members=rows) == ["FORBIDDEN"]
    await execute(
        "UPDATE topics SET deleted_at = created_at WHERE id = (SELECT topic_id FROM members WHERE pseudo = $1)", "Zoé"
    )
    assert await alliance.players["Zoé"].codes(docs.REPORT_TDC, tag="FDR", members=rows) == ["FORBIDDEN"]


async def test_tables_of_a_thousand_cost_as_many_statements_as_small_ones(client: Client) -> None:
    alliance = await create_alliance(client)
    table = [docs.row("Reine"), *(docs.row(str(number)) for number in range(999))]
    await alliance.founder.data(docs.SYNC, tag="FDR", members=table)
    counts: dict[str, list[int]] = {docs.REPORT_TDC: [], docs.COMPARE: []}
    for document, counted in counts.items():
        for size in (2, 999):
            async with statements() as seen:
                await alliance.founder.data(document, tag="FDR", members=[{**row, "tdc": size} for row in table[:size]])
            counted.append(len(seen))
    assert counts[docs.COMPARE] == [4, 4]
    if is_postgres():  # SQLite repeats one prepared statement for the rows, inside its own process.
        assert counts[docs.REPORT_TDC] == [11, 11]


async def test_the_newest_of_table_and_census_stands(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    zoe = alliance.players["Zoé"]
    await zoe.data(docs.CENSUS, tag="FDR", census=docs.census(tdc=2000))
    assert await tdc_of("Zoé") == (2000, 1000)
    await zoe.data(docs.REPORT_TDC, tag="FDR", members=[docs.row("Zoé", 3000)])
    assert await tdc_of("Zoé") == (3000, 1000)
    await zoe.data(docs.CENSUS, tag="FDR", census=docs.census(tdc=4000))
    assert await tdc_of("Zoé") == (4000, 1000)
    posts = (await zoe.data(docs.POSTS, id=alliance.topics["Zoé"]))["topic"]["posts"]["edges"]
    await zoe.data(DELETE_POST, id=posts[-1]["node"]["id"])
    assert await tdc_of("Zoé") == (3000, 1000), "a census that is taken back says nothing"


async def test_rights_begin_with_the_first_hunting_ground_that_is_known(client: Client) -> None:
    founder = await client.as_user(await world.user())
    await founder.data(docs.CREATE, tag="FDR", name="Fourmis", pseudo="Reine")
    assert await tdc_of("Reine") == (0, 0)
    await founder.data(docs.CENSUS, tag="FDR", census=docs.census(tdc=500))
    assert await tdc_of("Reine") == (500, 500)
    await founder.data(docs.SYNC, tag="FDR", members=[docs.row("Reine", 900)])
    assert await tdc_of("Reine") == (900, 500)
    title = (await founder.data(docs.MEMBERS, tag="FDR"))["alliance"]["members"][0]["topic"]["title"]
    assert " / 500 / " in title


async def test_rights_begin_with_a_whole_minute(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    await left_out(alliance, "Zoé")
    await Member.filter(pseudo="Zoé").update(left_at=datetime(2020, 1, 1, tzinfo=UTC))
    await left_out(alliance)
    assert [(one.last_updated_at.second, one.last_updated_at.microsecond) for one in await Member.all()] == [(0, 0)] * 2
