"""What is kept is told, to the byte, as it is made anew: generated selections, several viewers, both databases."""

import os
import random
from collections.abc import Iterator

import orjson
import pytest
from graphql import GraphQLObjectType, get_named_type

from engine.kept.field import Kept, hole_of, kept_of
from engine.operation.node import global_id
from models.core.database import execute
from models.core.transaction import write
from models.forum.topic import Topic
from schema.root import schema
from tests.wire.client import Client
from tests.wire.kept import anew, hits
from tests.worlds import world

CORE = schema._schema
EXAMPLES = int(os.environ.get("EXAMPLES", "12"))
DEPTH = 5


class _Selections:
    """Selections of what may be kept below a root field: with aliases, fragments and fields that are named twice."""

    def __init__(self, dice: random.Random, declared: Kept) -> None:
        self.dice = dice
        self.declared = declared
        self.aliases = 0

    def of(self, type_: GraphQLObjectType, depth: int) -> str:
        names = sorted(self.declared.shows[type_.name] | {n for n, one in type_.fields.items() if hole_of(one)})
        chosen = [name for name in names if self.dice.random() < 0.6] or ["__typename"]
        parts = [part for name in chosen for part in self._field(type_, name, depth)]
        return " ".join(parts or ["__typename"])

    def _field(self, type_: GraphQLObjectType, name: str, depth: int) -> Iterator[str]:
        if name == "__typename":
            yield name
            return
        below = get_named_type(type_.fields[name].type)
        text = name
        if isinstance(below, GraphQLObjectType):
            if not depth:
                return
            text += f" {{ {self.of(below, depth - 1)} }}"
        if self.dice.random() < 0.2:
            self.aliases += 1
            text = f"alias{self.aliases}: {text}"
        if self.dice.random() < 0.2:
            text = f"... on {type_.name} {{ {text} }}"
        yield text


async def _change(topic: Topic) -> None:
    await write(lambda: execute("UPDATE posts SET body = body || '.' WHERE topic_id = $1", topic.id))
    await write(lambda: execute("UPDATE sections SET post_count = post_count + 1"))


async def test_generated_selections_are_told_alike(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    author, reader = await world.user("moderator"), await world.user()
    await world.character(reader, "eveilles")
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet", author, "Un", "« Deux »\n\u2028")
    await world.section("rp", "Oasis", faction="eveilles")
    await world.alliance(author, tag="AAA")
    viewers = [client, await client.as_user(author), await client.as_user(reader)]
    arguments = {"topic": f'(id: "{global_id("Topic", topic.id)}")', "alliance": '(tag: "aaa")', "categories": ""}
    root, before = CORE.query_type, hits()
    assert root is not None
    assert {name for name, one in root.fields.items() if kept_of(one)} == arguments.keys()
    for seed in range(EXAMPLES):
        dice = random.Random(f"{seed}")
        name = sorted(arguments)[seed % 3]
        declared, type_ = kept_of(root.fields[name]), get_named_type(root.fields[name].type)
        assert declared is not None
        assert isinstance(type_, GraphQLObjectType)
        query = f"{{ it: {name}{arguments[name]} {{ {_Selections(dice, declared).of(type_, DEPTH)} }} }}"
        for _ in range(2):
            for viewer in [*viewers, *viewers]:
                found, fresh = await viewer.ask(query), await anew(monkeypatch, viewer, query)
                assert orjson.dumps(found) == orjson.dumps(fresh), (seed, query)
            await _change(topic)
    assert hits() - before > EXAMPLES * 4
