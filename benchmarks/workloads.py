"""What W1 to W3 and the mixed load ask of each server, and the ratios that are meant."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from benchmarks.comparison import FLOOR, PEER, SERVICE, Workload
from benchmarks.forum import TOPIC, tree_query
from benchmarks.load import Asked, request_bytes
from benchmarks.rights import RIGHTS
from engine.operation.node import global_id

Meant = Mapping[str, Mapping[str, float]]
COLD: Meant = {"W1": {FLOOR: 0.9, PEER: 1.0}, "W2": {FLOOR: 0.85, PEER: 1.0}, "W3": {FLOOR: 1.0, PEER: 1.0}}
KEPT: Meant = {"W1": {FLOOR: 3.0, PEER: 1.0}, "W2": {FLOOR: 2.0, PEER: 1.0}, "W3": {FLOOR: 1.5, PEER: 1.0}}
"""The ratios that are meant: of a service that keeps no answers, and of one that does."""

CREATE = "mutation($input: PostInput!) { createPost(input: $input) { id } }"
TEXT = "Une phrase de jeu de rôle, ni courte ni longue. " * 4


@dataclass(frozen=True, slots=True)
class Asks:
    """Who asks for what: tokens of a player and of who administers an alliance, its tag, a topic's number."""

    player: str
    chief: str
    tag: str
    topic_id: int


def _workload(name: str, query: bytes, path: str, bearer: str, meant: Meant) -> Workload:
    graphql = [Asked(request_bytes("/graphql", query, bearer))]
    floor = [Asked(request_bytes(path, b"", bearer))]
    least, how = meant[name[:2]], "cold" if meant is COLD else "kept"
    return Workload(f"{name}, {how}", {SERVICE: graphql, PEER: graphql, FLOOR: floor}, least)


def workloads(asks: Asks, meant: Meant = KEPT) -> tuple[Workload, ...]:
    """W1, W2 and W3."""
    tree = orjson.dumps({"query": tree_query()})
    rights = orjson.dumps({"query": RIGHTS, "variables": {"tag": asks.tag}})
    topic = orjson.dumps({"query": TOPIC, "variables": {"id": global_id("Topic", asks.topic_id)}})
    return (
        _workload("W1 tree of 300 sections", tree, "/tree", asks.player, meant),
        _workload("W2 200 members with 16 columns", rights, f"/rights?tag={asks.tag}", asks.chief, meant),
        _workload("W3 topic with 20 posts", topic, f"/topic?id={asks.topic_id}", asks.player, meant),
    )


def mixed(asks: Asks) -> Workload:
    """Eight in ten read the topic, fifteen in a hundred the tree, and one in twenty writes into that topic."""
    tree, _, topic = workloads(asks)
    post = orjson.dumps(
        {"query": CREATE, "variables": {"input": {"topicId": global_id("Topic", asks.topic_id), "body": TEXT}}}
    )
    writes = {
        SERVICE: request_bytes("/graphql", post, asks.player),
        FLOOR: request_bytes(f"/post?id={asks.topic_id}", TEXT.encode(), asks.player),
    }
    return Workload(
        "mixed: 80% W3, 15% W1, 5% writes",
        {
            name: [Asked(topic.asked[name][0].request, 80), Asked(tree.asked[name][0].request, 15), Asked(write, 5)]
            for name, write in writes.items()
        },
    )
