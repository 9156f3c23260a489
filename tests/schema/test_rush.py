"""Everything that players, staff and jobs do, at once and for a while: no deadlock, no fault, no lost write.

RUSH_SECONDS=300 makes it five minutes.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.alliance.rhythm import HALF_HOUR
from jobs.harvest import harvest_due
from jobs.hosting import work_on_hostings
from models.alliance.alliance import Alliance
from models.core.database import fetch
from models.core.own_pool import for_jobs
from models.orders.convoy import Convoy
from models.orders.order import Order
from tests.documents import alliance as docs
from tests.documents import forum, hosting
from tests.wire.client import Client
from tests.wire.live import subscribed
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, housed, mirrored, place

SECONDS = float(os.environ.get("RUSH_SECONDS", "4"))
PLAYERS = 12
AWAY_SECTION = "mutation($id: ID!) { deleteSection(id: $id) }"
BACK_SECTION = "mutation($id: ID!) { restoreSection(id: $id) { id } }"
NEW_SECTION = 'mutation($name: String!) { createSection(input: {categorySlug: "general", name: $name}) { id } }'
READ = "mutation { markNotificationsRead }"
TREE = "{ categories { sections { name topicCount topics(first: 5) { totalCount edges { node { title } } } } } }"
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"

Deed = Callable[["Rush"], Awaitable[None]]


class Rush:
    """One forum with a mother, a host and a guest between them, and what was acknowledged of all that is written."""

    def __init__(self, mother: CreatedAlliance, host: CreatedAlliance, staff: Client) -> None:
        self.mother, self.host, self.staff = mother, host, staff
        self.dice = random.Random(1)
        self.answers = Counter[str]()
        self.faults: list[Any] = []
        self.texts: set[str] = set()
        self.posts: list[tuple[Client, str]] = []
        self.topics = list(mother.topics.values())
        self.orders: list[str] = []
        self.sections: list[str] = []
        self.mirrored: list[str] = []
        self.now = datetime.now(UTC)
        self.numbers = 0

    async def tell(self, client: Client, document: str, **variables: Any) -> dict[str, Any] | None:
        """The data of what was done; None of what was refused."""
        payload = {"query": document, "variables": variables}
        bearer = {"authorization": f"Bearer {client.bearer}"}
        answer = (await client.http.post("/graphql", json=payload, headers=bearer)).json()
        codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
        self.answers[codes[0] if codes else "done"] += 1
        if "INTERNAL" in codes:
            self.faults.append((document, answer["errors"]))
        return None if codes else answer["data"]

    def text(self) -> str:
        self.numbers += 1
        return f"Texte {self.numbers} de la ruée"

    def player(self) -> Client:
        return self.dice.choice(list(self.mother.players.values()))

    # ---- deeds ----------------------------------------------------------------------

    async def reply(self) -> None:
        text, player = self.text(), self.player()
        done = await self.tell(player, hosting.REPLY, id=self.dice.choice(self.topics), body=text)
        if done is not None:
            self.texts.add(text)
            self.posts.append((player, done["createPost"]["id"]))

    async def reply_as_guest(self) -> None:
        text = self.text()
        topic = self.dice.choice(self.mirrored)
        if await self.tell(self.mother.players["Paco"], hosting.REPLY, id=topic, body=text):
            self.texts.add(text)

    async def edit(self) -> None:
        if self.posts:
            text, (author, post) = self.text(), self.dice.choice(self.posts)
            if await self.tell(author, hosting.EDIT, id=post, body=text):
                self.texts.add(text)

    async def react(self) -> None:
        if self.posts:
            await self.tell(self.player(), forum.REACT, postId=self.dice.choice(self.posts)[1], kind="LIKE")

    async def order(self) -> None:
        done = await self.tell(self.player(), docs.PLACE, input=docs.order("FDR", 500))
        if done is not None:
            self.orders.append(done["placeOrder"]["id"])

    async def convoy(self) -> None:
        await self.tell(self.player(), docs.SEND, input=docs.convoy(self.dice.choice(self.orders), 60))

    async def status(self) -> None:
        await self.tell(self.mother.founder, docs.STATUSES, ids=self.orders[:5], status="WAITING")

    async def census(self) -> None:
        await self.tell(self.player(), docs.CENSUS, tag="FDR", census=docs.census(self.dice.randrange(1, 5)))

    async def members(self) -> None:
        rows = [docs.row(pseudo, self.dice.randrange(800, 2000)) for pseudo in self.mother.users]
        await self.tell(self.mother.founder, docs.SYNC, tag="FDR", members=rows)

    async def rotate(self) -> None:
        await self.tell(self.mother.founder, hosting.ROTATE, tag="FDR")

    async def compare(self) -> None:
        await self.tell(self.mother.founder, hosting.SYNC, tag="FDR")

    async def rehouse(self) -> None:
        paco = self.mother.ids["Zoé"]
        document, more = self.dice.choice([(hosting.HOST, {"tag": "HOT"}), (hosting.RECALL, {})])
        await self.tell(self.mother.founder, document, id=paco, **more)

    async def reshape(self) -> None:
        section = self.dice.choice(self.sections)
        await self.tell(self.staff, self.dice.choice([AWAY_SECTION, BACK_SECTION]), id=section)

    async def build(self) -> None:
        if len(self.sections) < 20:
            done = await self.tell(self.staff, NEW_SECTION, name=f"Salle {self.text()}")
            self.sections += [done["createSection"]["id"]] if done else []

    async def open_topic(self) -> None:
        text = self.text()
        entry = {"sectionId": self.dice.choice(self.sections), "title": text, "body": text}
        done = await self.tell(self.player(), forum.CREATE_TOPIC, input=entry)
        if done is not None:
            self.texts.add(text)
            self.topics.append(done["createTopic"]["id"])

    async def move(self) -> None:
        topic, section = self.dice.choice(self.topics), self.dice.choice(self.sections)
        await self.tell(self.staff, forum.MOVE_TOPIC, id=topic, sectionId=section)

    async def remove(self) -> None:
        document = self.dice.choice([forum.DELETE_TOPIC, forum.RESTORE_TOPIC])
        await self.tell(self.staff, document, id=self.dice.choice(self.topics))

    async def read(self) -> None:
        await self.tell(self.player(), forum.MARK_READ, topicId=self.dice.choice(self.topics))
        await self.tell(self.player(), READ)
        await self.tell(self.player(), TREE)

    async def attend(self) -> None:
        attention = self.dice.choice(["FOLLOW", "FOLLOW", "NORMAL", "MUTE"])
        await self.tell(self.player(), forum.FOLLOW_TOPIC, topicId=self.dice.choice(self.topics), attention=attention)
        section = self.dice.choice(self.sections)
        await self.tell(self.player(), forum.FOLLOW_SECTION, sectionId=section, attention=attention)

    async def jobs(self) -> None:
        self.now += HALF_HOUR
        with for_jobs():
            await harvest_due(lambda: self.now)
            await work_on_hostings(lambda: self.now)

    # ---- at once, and after ---------------------------------------------------------

    async def run(self, seconds: float) -> None:
        often = [self.reply, self.reply, self.reply_as_guest, self.reply_as_guest, self.edit, self.convoy, self.read]
        others = [self.react, self.order, self.status, self.census, self.members, self.rotate, self.compare]
        others += [self.rehouse, self.reshape, self.build, self.open_topic, self.move, self.remove, self.jobs]
        others += [self.attend]
        deeds: list[Callable[[], Awaitable[None]]] = [*often, *often, *others]
        until = asyncio.get_running_loop().time() + seconds

        async def worker() -> None:
            while asyncio.get_running_loop().time() < until:
                await self.dice.choice(deeds)()

        await asyncio.gather(*(worker() for _ in range(PLAYERS)))

    async def settle(self) -> None:
        for _ in range(3):
            with for_jobs():
                await work_on_hostings(lambda: self.now)
            await self.tell(self.mother.founder, TREE)


@pytest.fixture
async def rush(client: Client) -> Rush:
    mother, host = await housed(client)
    staff = await client.as_user(await world.user("admin"))
    made = Rush(mother, host, staff)
    made.orders = [await place(mother, pseudo, 500) for pseudo in ("Zoé", "Paco")]
    for _ in range(3):
        await made.build()
    made.mirrored = [topic["id"] for topic in await mirrored(mother.players["Paco"])]
    await Alliance.all().update(next_harvest_at=made.now - timedelta(hours=1))
    return made


@pytest.mark.slow
@pytest.mark.timeout(SECONDS * 2 + 120)
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_everything_at_once(rush: Rush, client: Client) -> None:
    before = (await fetch(DEADLOCKS))[0][0]
    async with AsyncExitStack() as stack:
        for player in (client, *rush.mother.players.values()):
            await stack.enter_async_context(subscribed(player))
        await rush.run(SECONDS)
    await rush.settle()
    if "RUSH_SECONDS" in os.environ:
        print(dict(rush.answers))  # noqa: T201 - for whoever runs it by hand
    assert rush.faults == []
    kept = await fetch("SELECT body FROM posts WHERE NOT is_sealed UNION SELECT body FROM post_revisions")
    assert rush.texts - {row[0] for row in kept} == set()
    for order in await Order.all():
        assert order.materials_delivered == sum(one.materials for one in await Convoy.filter(order_id=order.id))
    assert (await fetch(DEADLOCKS))[0][0] == before
