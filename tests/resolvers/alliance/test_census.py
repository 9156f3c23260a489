"""Submitting a census: one of two forms, each within what a text can say and a row can hold."""

from typing import Any

import pytest

from domain.alliance.census import read_census, write_census
from models.alliance.census.census import Census
from models.forum.topic import Topic
from tests.documents import alliance as docs
from tests.wire.client import Client
from tests.worlds.alliance import create_alliance
from tests.worlds.dump import CENSUS as VALUE

TEXT = write_census(VALUE)


async def test_the_structured_form_becomes_the_canonical_text(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    zoe = alliance.players["Zoé"]
    units = [{"name": "Naine d’Elite", "count": 7}, {"name": "Tank", "count": 0}]
    made = (await zoe.data(docs.CENSUS, tag="FDR", census=docs.census(units=units)))["submitCensus"]
    assert made["units"] == units[:1]
    ((post,),) = [(await zoe.data(docs.POSTS, id=alliance.topics["Zoé"]))["topic"]["posts"]["edges"]]
    assert post["node"]["authorName"] == "Zoé"
    census = read_census(post["node"]["body"])
    assert census is not None
    assert write_census(census) == post["node"]["body"]  # type: ignore[arg-type]


async def test_the_text_is_posted_as_it_is(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    zoe = alliance.players["Zoé"]
    text = TEXT.replace("Couveuse:", "Couveuse :")
    made = (await zoe.data(docs.CENSUS, tag="FDR", text=text))["submitCensus"]
    assert (made["tdc"], made["workers"]) == (793800, 4)
    ((post,),) = [(await zoe.data(docs.POSTS, id=alliance.topics["Zoé"]))["topic"]["posts"]["edges"]]
    assert post["node"]["body"] == text


async def test_the_newest_is_the_current_one(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    for tdc in (1, 2, 3):
        await alliance.players["Zoé"].data(docs.CENSUS, tag="FDR", census={**docs.census(), "tdc": tdc})
    page = (await alliance.founder.data(docs.MEMBERS, tag="FDR"))["alliance"]["members"]
    assert {member["pseudo"]: member["census"] for member in page} == {"Reine": None, "Zoé": {"tdc": 3}}
    assert await Census.all().count() == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "census"),
        ({"census": docs.census(), "text": TEXT}, "census"),
        ({"text": "Bonjour"}, "text"),
        ({"text": TEXT.replace("cm²", "km²")}, "text"),
        ({"text": ""}, "text"),
        ({"census": {**docs.census(), "food": -1}}, "food"),
        ({"census": {**docs.census(), "tdc": 10**12 + 1}}, "tdc"),
        ({"census": docs.census(couveuse=51)}, "levels"),
        ({"census": docs.census(levels=[*docs.TRIO, docs.TRIO[0]])}, "levels"),
        ({"census": docs.census(levels=[{"evolution": "NOURRITURE", "level": 1}])}, "levels"),
        ({"census": docs.census(units=[{"name": "a:b", "count": 1}])}, "units"),
        ({"census": docs.census(units=[{"name": "a", "count": 1}, {"name": " a", "count": 2}])}, "units"),
        ({"census": docs.census(units=[{"name": f"u{number}", "count": 1} for number in range(101)])}, "units"),
    ],
)
async def test_what_is_refused(client: Client, values: dict[str, Any], field: str) -> None:
    alliance = await create_alliance(client, "Zoé")
    answer = await alliance.players["Zoé"].ask(docs.CENSUS, tag="FDR", **values)
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "BAD_INPUT", "field": field}]
    assert await Census.all().count() == 0


async def test_a_text_that_fails_is_refused_with_its_line(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    answer = await alliance.players["Zoé"].ask(docs.CENSUS, tag="FDR", text=TEXT.replace("Solarium: 4", "Solarium"))
    assert "ligne 7" in answer["errors"][0]["message"]


async def test_a_locked_topic_takes_no_census(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    await Topic.all().update(is_locked=True)
    assert await alliance.players["Zoé"].codes(docs.CENSUS, tag="FDR", census=docs.census()) == ["LOCKED"]
