"""What a plan answers is, to the byte, what graphql-core answers: generated queries, every viewer, both databases."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import OperationType, get_operation_ast, parse, print_ast, separate_operations

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
from pages.documents import own_documents
from pages.graphiql import prepared_tabs
from permissions.introspection import Introspection
from permissions.viewer import ANONYMOUS, Viewer
from schema.root import schema
from tests.documents.everything import Question, keep_documents
from tests.documents.generated import Generator
from tests.engine.plan.outcomes import outcomes
from tests.wire.client import MASTER, in_order
from tests.worlds import world

ROOT = Path(__file__).parents[3]
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
        before = outcomes()
        planned = await self._answer(question, viewer)
        self.outcomes += outcomes() - before
        with self.patch.context() as without:
            without.setattr(execution, "plan_of", lambda *_: None)
            ordinary = await self._answer(question, viewer)
        return planned, ordinary

    async def _answer(self, question: Question, viewer: Viewer) -> dict[str, Any]:
        runtime = Runtime(secret_key="-", clock=lambda: NOW + timedelta(hours=2), introspection=Introspection.EVERYONE)
        context = Context(runtime, viewer=viewer)
        result: Any = await schema.execute(question.text, dict(question.variables), context)
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


# ---- the documents that are sent most --------------------------------------------------


def _sent() -> dict[str, str]:
    """Every query of the pages, of GraphiQL's tabs and of the TypeScript example, as it is sent, by its name."""
    example = parse((ROOT / "examples" / "typescript" / "documents.graphql").read_text())
    texts = [tab["query"] for language in ("fr", "en") for tab in prepared_tabs(language)]
    texts += [*sorted(own_documents()), *map(print_ast, separate_operations(example).values())]
    operations = ((text, get_operation_ast(parse(text))) for text in texts)
    return {
        node.name.value if node.name else text: text
        for text, node in operations
        if node is not None and node.operation is OperationType.QUERY
    }


async def test_what_is_sent_most_has_a_plan(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # The lengths up to which documents are kept are the service's own.
    monkeypatch.setattr(kept, "FIRST_USE", 1)
    use_master_keys((MASTER,))
    await seed_demo(lambda _: "!", NOW)
    viewer = (await _viewers())["player_mutant"]
    given: dict[str, Any] = {"tag": "FDR", "rights": True, "coefficient": True, "travelTime": True, "first": 5}
    topic = await Topic.filter(section__alliance_id=None).first()
    given |= {"topic": global_id("Topic", topic.pk if topic else 0), "section": "annonces"}
    member = await Member.filter(alliance__tag="FDR").first()
    given |= {"member": global_id("Member", member.pk if member else 0), "members": [{"pseudo": "Attila", "tdc": 1}]}
    for name, text in _sent().items():
        asked = Asked(monkeypatch)
        variables = {key: value for key, value in given.items() if f"${key}:" in text}
        planned, ordinary = await asked.both(Question(text, variables), viewer)
        assert orjson.dumps(planned) == orjson.dumps(ordinary)
        assert asked.outcomes == {"answered": 1}, name
        assert all(value is not None for value in planned["data"].values()) or name == "Overview"
