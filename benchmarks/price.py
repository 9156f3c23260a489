"""`make prices`: the processor's time that operations take, beside what they cost. A unit is ten microseconds.

On SQLite, whose work is done in the process. `tests/engine/execution/test_price.py` holds prices to this.
"""

import asyncio
import gc
import os
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from benchmarks.probes import PROBES, Probe
from domain.account.password import SALT_BYTES, hash_password
from engine.document.document import kept_document
from engine.operation import token
from engine.operation.context import Context, Runtime
from engine.operation.node import global_id
from models.account.session import Session
from models.account.user import User
from models.alliance.member import Member
from models.core.database import close_database, open_database
from models.core.driver.patience import COMMAND
from models.core.migration import migrate
from models.core.transaction import write
from models.demo.demo import seed_demo
from models.forum.post import Post
from models.forum.section import Section
from models.forum.topic import Topic
from models.hosting.key.alliance_key import use_master_keys
from models.transfer.reference_data import seed_reference_data
from resolvers.wiring import wire
from schema.root import schema

SECRET = "a secret for benchmarks, long enough"
WORDS = ("fourmi", "reine", "couvain", "miellat", "galerie", "soldate", "essaim", "nectar", "puceron", "colonie")
TOPICS, POSTS = 200, 20_000


async def plant_world() -> dict[str, Any]:
    """The demo, and a long forum beside it; gives what the variables of probes stand for."""
    await seed_reference_data()
    await seed_demo(lambda password: hash_password(password, b"0" * SALT_BYTES), datetime.now(UTC))
    section, admin, dice = await Section.get(slug="annonces"), await User.get(username="admin_test"), random.Random(1)
    now = datetime.now(UTC)
    signed: Any = {"author": admin, "author_name": admin.username, "created_at": now}

    async def work() -> Topic:
        for number in range(TOPICS):
            title: Any = {"slug": f"sujet-{number}", "title": f"Sujet {number}"}
            counts: Any = {"last_post_at": now, "post_count": POSTS // TOPICS}
            topic = await Topic.create(uuid=uuid4(), section=section, **title, **signed, **counts)
            bodies = [" ".join(dice.choices(WORDS, k=40)) for _ in range(POSTS // TOPICS)]
            await Post.bulk_create([Post(uuid=uuid4(), topic=topic, body=body, **signed) for body in bodies])
        return topic

    topic = await write(work)
    post, member = await Post.filter(topic_id=topic.id).first(), await Member.get(pseudo="Ulysse")
    pseudos = await Member.filter(alliance_id=member.alliance_id).values_list("pseudo", flat=True)
    return {
        "$topic": global_id("Topic", topic.id),
        "$post": global_id("Post", post.id if post else 0),
        "$section": global_id("Section", section.id),
        "$member": global_id("Member", member.id),
        "$rows": [{"pseudo": pseudo, "tdc": 1000} for pseudo in pseudos],
    }


class Measurement:
    """Runs probes in turns, so that a busy moment falls on all of them alike."""

    def __init__(self, ids: dict[str, Any]) -> None:
        self._ids, self._bearers, self._number = ids, dict[str, str](), 0
        self._terms = Runtime(secret_key=SECRET)

    async def microseconds(self, probes: Sequence[Probe], rounds: int) -> dict[str, tuple[float, int]]:
        """Of each probe its time and its cost; the first round is for what is kept.

        The time is the median of the faster half: what others do on the machine only ever adds.
        """
        taken: dict[str, list[tuple[float, int]]] = {probe.name: [] for probe in probes}
        gc.collect()
        gc.freeze()  # A pass of the collector over the whole world would fall on one probe alone.
        try:
            for _ in range(rounds + 1):
                for probe in probes:
                    taken[probe.name].append(await self._run(probe))
        finally:
            gc.unfreeze()
        return {
            name: (
                statistics.median(sorted(seconds for seconds, _ in each[1:])[: (rounds + 1) // 2]) * 1e6,
                each[-1][1],
            )
            for name, each in taken.items()
        }

    async def _run(self, probe: Probe) -> tuple[float, int]:
        bearer = None if probe.who is None else self._bearers.get(probe.who) or await self._sign_in(probe.who)
        self._number += 1
        variables = {name: self._value(text) for name, text in probe.variables.items()}
        # Each from a place of its own: what is throttled by the place is not what is measured.
        context = Context(self._terms, address=f"10.0.{self._number >> 8}.{self._number & 255}")
        # A price is that of a document which nobody has asked before: one that is asked again is answered by its plan.
        if (known := kept_document(probe.query)) is not None:
            known.uses = 0
        started = time.process_time()
        await context.sign_in(bearer)
        result = await schema.execute(probe.query, variables, context)
        seconds = time.process_time() - started
        assert not result.errors, (probe.name, result.errors)
        return seconds, context.cost

    def _value(self, text: str) -> Any:
        if text == "$account":
            name = f"user{self._number}"
            return {"username": name, "email": f"{name}@example.org", "password": "mille pattes"}
        return self._ids.get(text, text.replace("$n", str(self._number)))

    async def _sign_in(self, username: str) -> str:
        user, session_id, now = await User.get(username=username), uuid4(), datetime.now(UTC)
        await Session.create(id=session_id, user=user, created_at=now)
        bearer = "Bearer " + token.issue(SECRET, user.id, user.role_id, session_id, now, 7200)[0]
        self._bearers[username] = bearer
        return bearer


def _usual(taken: list[float]) -> float:
    return statistics.median(sorted(taken)[: (len(taken) + 1) // 2])


async def main() -> None:
    wire()
    use_master_keys(("a master key for benchmarks, long enough",))
    with tempfile.TemporaryDirectory() as folder:
        await open_database(f"sqlite://{folder}/prices.sqlite3", patience=COMMAND)
        try:
            await migrate()
            measurement = Measurement(await plant_world())
            found = await measurement.microseconds(PROBES, int(os.environ.get("ROUNDS", "20")))
        finally:
            await close_database()
    for name, (time_, cost) in sorted(found.items(), key=lambda item: item[1][0] / item[1][1]):
        print(f"{name:30} {time_ / 1000:8.2f} ms, {cost:6} units: {time_ / cost:5.1f} us each")


if __name__ == "__main__":
    asyncio.run(main())
