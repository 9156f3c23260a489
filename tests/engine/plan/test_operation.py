"""What a plan answers is, to the byte, what graphql-core answers: generated queries, every viewer, both databases."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from engine.document import document
from engine.execution import execution
from engine.operation.context import Context, Runtime
from engine.operation.node import global_id
from engine.plan import kept
from models.account.account import load_viewer
from models.account.user import User
from models.alliance.alliance import Alliance
from models.alliance.member import Member
from models.demo.demo import ACCOUNTS, seed_demo
from models.forum.post import Post
from models.forum.section import Section
from models.forum.topic import Topic
from models.hosting.key.alliance_key import use_master_keys
from observability.metrics import PLANS
from permissions.introspection import Introspection
from permissions.viewer import ANONYMOUS, Viewer
from schema.root import schema
from tests.documents.everything import Question, keep_documents
from tests.documents.generated import Generator
from tests.wire.client import MASTER, in_order
from tests.worlds import world

EXAMPLES = int(os.environ.get("EXAMPLES", "60"))
FIRST = int(os.environ.get("FIRST_EXAMPLE", "0"))
NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def from_the_first_use(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    keep_documents(monkeypatch)
    monkeypatch.setattr(kept, "FIRST_USE", 1)
    document._KEPT.clear()
    yield
    document._KEPT.clear()


async def _viewers() -> dict[str, Viewer]:
    viewers = {"anonymous": ANONYMOUS}
    for name, *_ in ACCOUNTS:
        session = await world.session(await User.get(username=name))
        viewer = await load_viewer(session.id)
        assert viewer is not None
        viewers[name] = viewer
    return viewers


async def _values() -> dict[str, list[Any]]:
    """Arguments that lead to rows of the demo, and to none."""
    rows = [(model, list(await model.all().limit(6))) for model in (Topic, Section, Post, Member, Alliance, User)]
    ids = [global_id(model.__name__, row.pk) for model, found in rows for row in found]
    topics = [global_id("Topic", row.pk) for row in await Topic.all().limit(12)]
    sections = [row.slug for row in await Section.all()]
    tags = [row.tag for row in await Alliance.all()]
    page = [1, 2, 3, 20, None]
    return {
        "node.id": ids,
        "Query.node.id": [*ids, "nonsense", global_id("Topic", 99_999)],
        "Query.topic.id": [*topics, *ids[:1]],
        "Query.category.slug": ["general", "hrp", "rp", "alliances", "nowhere"],
        "Query.section.slug": [*sections, "nowhere"],
        "tag": [*tags, "ZZZ"],
        "allianceTag": tags,
        "members": [[{"pseudo": "Paco", "tdc": 1}]],
        "Query.searchPosts.query": ["le", "une", "feu"],
        "first": [*page, 0],
        "last": page,
        "gone": [True, False, None],
        "deleted": [True, False, None],
        "order": ["OLDEST_FIRST", "NEWEST_FIRST"],
        "unreadOnly": [True, False],
    }


class Asked:
    """Answers one question twice: by its plan, and by graphql-core alone."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch
        self.outcomes: Counter[str] = Counter()

    async def both(self, question: Question, viewer: Viewer) -> tuple[dict[str, Any], dict[str, Any]]:
        before = _outcomes()
        planned = await self._answer(question, viewer)
        self.outcomes += _outcomes() - before
        with self.patch.context() as without:
            without.setattr(execution, "plan_of", lambda *_: None)
            ordinary = await self._answer(question, viewer)
        return planned, ordinary

    async def _answer(self, question: Question, viewer: Viewer) -> dict[str, Any]:
        runtime = Runtime(secret_key="-", clock=lambda: NOW + timedelta(hours=2), introspection=Introspection.EVERYONE)
        context = Context(runtime, viewer=viewer)
        result: Any = await schema.execute(question.text, dict(question.variables), context_value=context)
        return {"data": result.data, "errors": [error.formatted for error in result.errors or ()]}


def _difference(planned: Any, ordinary: Any, *way: Any) -> Any:
    """The first place where two answers part."""
    if isinstance(planned, dict) and isinstance(ordinary, dict) and list(planned) == list(ordinary):
        parts = [_difference(planned[key], ordinary[key], *way, key) for key in planned]
    elif isinstance(planned, list) and isinstance(ordinary, list) and len(planned) == len(ordinary):
        parts = [_difference(*pair, *way, place) for place, pair in enumerate(zip(planned, ordinary, strict=True))]
    else:
        return None if planned == ordinary else (way, planned, ordinary)
    return next((part for part in parts if part is not None), None)


def _outcomes() -> Counter[str]:
    return Counter(
        {
            sample.labels["outcome"]: int(sample.value)
            for family in PLANS.collect()
            for sample in family.samples
            if sample.name.endswith("_total")
        }
    )


async def test_generated_queries_are_answered_alike(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use_master_keys((MASTER,))
    await seed_demo(lambda _: "!", NOW)
    viewers, values, asked = await _viewers(), await _values(), Asked(monkeypatch)
    answered = 0
    for seed in range(FIRST, FIRST + EXAMPLES):
        dice = random.Random(f"{seed}")
        question = Generator(dice, values).question()
        name = dice.choice(sorted(viewers))
        planned, ordinary = await asked.both(question, viewers[name])
        same = orjson.dumps(in_order(planned)) == orjson.dumps(in_order(ordinary))
        assert same, (seed, name, _difference(planned, ordinary), question)
        answered += ordinary["data"] is not None and not ordinary["errors"]
    assert asked.outcomes["answered"] >= answered > EXAMPLES / 4, asked.outcomes
