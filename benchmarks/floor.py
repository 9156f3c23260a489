"""The hand-written floor: the same answers by bare Starlette, asyncpg and orjson, no GraphQL and no ORM.

It does what nobody can leave out: checks the token, loads the viewer, reads, prunes, writes JSON.
"""

import os
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import jwt
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.floor_post import write_post
from benchmarks.floor_rights import rights
from models.core.driver.postgres import PLANNING

VIEWER = """
SELECT u.id, r.level, c.faction_id, c.clan_id
FROM sessions s
JOIN users u ON u.id = s.user_id AND u.is_active
JOIN roles r ON r.id = u.role_id
LEFT JOIN characters c ON c.user_id = u.id AND c.is_alive AND c.state = 'APPROVED'
WHERE s.id = $1 AND s.revoked_at IS NULL
"""
CATEGORIES = "SELECT id, slug, name, access FROM categories ORDER BY position, id"
SECTIONS = """SELECT id, category_id, parent_id, slug, name, description, position, kind, visible_by_faction_id,
visible_by_clan_id, topic_count, post_count FROM sections WHERE deleted_at IS NULL ORDER BY position, id"""
CHAIN = """
WITH RECURSIVE chain (id, parent_id) AS (
    SELECT s.id, s.parent_id FROM sections s JOIN topics t ON t.section_id = s.id WHERE t.id = $1
    UNION SELECT s.id, s.parent_id FROM chain JOIN sections s ON s.id = chain.parent_id)
SELECT t.id AS topic_id, t.title, t.is_locked, c.access, s.visible_by_faction_id, s.visible_by_clan_id
FROM chain JOIN sections s ON s.id = chain.id JOIN categories c ON c.id = s.category_id JOIN topics t ON t.id = $1
"""
POSTS = """
SELECT p.id, p.body, p.author_name, p.created_at, p.author_id, u.username, p.character_id, ch.name
FROM posts p LEFT JOIN users u ON u.id = p.author_id LEFT JOIN characters ch ON ch.id = p.character_id
WHERE p.topic_id = $1 AND p.deleted_at IS NULL ORDER BY p.created_at, p.id LIMIT 21
"""
REACTIONS = """
SELECT post_id, kind, count(*) AS count, bool_or(user_id = $2) AS mine FROM reactions
WHERE post_id = ANY($1) GROUP BY post_id, kind
ORDER BY array_position(ARRAY['LIKE', 'LOVE', 'LAUGH', 'SURPRISE', 'SAD']::varchar[], kind)
"""
SECRET = os.environ.get("SECRET_KEY", "")


@asynccontextmanager
async def lifespan(application: Starlette) -> AsyncIterator[None]:
    # Nothing here changes a connection, so there is nothing to reset when it goes back.
    application.state.pool = await asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=1, max_size=10, reset=_keep, server_settings=PLANNING
    )
    yield
    await application.state.pool.close()


async def _keep(_connection: Any) -> None:
    pass


def _id(kind: str, number: int) -> str:
    return b64encode(f"{kind}:{number}".encode()).decode()


async def _viewer(connection: Any, request: Request) -> Any:
    token = request.headers["authorization"][7:]
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], issuer="pheromone")
    return await connection.fetch(VIEWER, claims["sid"])


async def tree(request: Request) -> Response:
    async with request.app.state.pool.acquire() as connection:
        viewer = await _viewer(connection, request)
        categories = await connection.fetch(CATEGORIES)
        sections = await connection.fetch(SECTIONS)
    staff = viewer[0]["level"] >= 30
    alive = [row for row in viewer if row["faction_id"] is not None or row["clan_id"] is not None]
    access = {row["id"]: row["access"] for row in categories}
    entered = {"PUBLIC", "AUTHENTICATED", *(["CHARACTER"] if staff or alive else [])}
    shown: dict[int, Any] = {}
    roots: dict[int, list[Any]] = {row["id"]: [] for row in categories}
    for row in sections:
        if access[row["category_id"]] not in entered:
            continue
        faction, clan = row["visible_by_faction_id"], row["visible_by_clan_id"]
        if (faction or clan) and not staff:
            fits = any(faction in (None, c["faction_id"]) and clan in (None, c["clan_id"]) for c in alive)
            if not fits:
                continue
        shown[row["id"]] = {
            "id": _id("Section", row["id"]),
            "slug": row["slug"],
            "name": row["name"],
            "description": row["description"],
            "position": row["position"],
            "kind": row["kind"],
            "topicCount": row["topic_count"],
            "postCount": row["post_count"],
            "subsections": [],
        }
    for row in sections:
        node = shown.get(row["id"])
        if node is None:
            continue
        if row["parent_id"] is None:
            roots[row["category_id"]].append(node)
        elif row["parent_id"] in shown:
            shown[row["parent_id"]]["subsections"].append(node)
    answer = [
        {
            "id": _id("Category", row["id"]),
            "slug": row["slug"],
            "name": row["name"],
            "access": row["access"],
            "sections": roots[row["id"]],
        }
        for row in categories
        if row["access"] in entered or roots[row["id"]]
    ]
    return Response(orjson.dumps({"data": {"categories": answer}}), media_type="application/json")


async def topic(request: Request) -> Response:
    number = int(request.query_params["id"])
    async with request.app.state.pool.acquire() as connection:
        viewer = await _viewer(connection, request)
        chain = await connection.fetch(CHAIN, number)
        posts = await connection.fetch(POSTS, number)
        reactions = await connection.fetch(REACTIONS, [row["id"] for row in posts], viewer[0]["id"])
    if not _open(viewer, chain):
        return Response(b'{"data":{"topic":null}}', media_type="application/json")
    found: dict[int, list[Any]] = {row["id"]: [] for row in posts}
    for row in reactions:
        found[row["post_id"]].append({"kind": row["kind"], "count": row["count"], "reactedByMe": row["mine"]})
    edges = [{"node": _post(row, found[row["id"]])} for row in posts[:20]]
    head = chain[0]
    answer = {
        "id": _id("Topic", head["topic_id"]),
        "title": head["title"],
        "isLocked": head["is_locked"],
        "posts": {"edges": edges, "pageInfo": {"hasNextPage": len(posts) > 20}},
    }
    return Response(orjson.dumps({"data": {"topic": answer}}), media_type="application/json")


async def post(request: Request) -> Response:
    async with request.app.state.pool.acquire() as connection:
        viewer = await _viewer(connection, request)
        chain = await connection.fetch(CHAIN, int(request.query_params["id"]))
        if not _open(viewer, chain):
            return Response(status_code=403)
        return await write_post(connection, request, viewer[0])


def _post(row: Any, reactions: list[Any]) -> dict[str, Any]:
    author, character = row["author_id"], row["character_id"]
    return {
        "id": _id("Post", row["id"]),
        "body": row["body"],
        "authorName": row["author_name"],
        "createdAt": row["created_at"].isoformat().replace("+00:00", "Z"),
        "author": {"id": _id("User", author), "username": row["username"]} if author else None,
        "character": {"id": _id("Character", character), "name": row["name"]} if character else None,
        "reactions": reactions,
    }


def _open(viewer: Any, chain: Any) -> bool:
    entered = {"PUBLIC", "AUTHENTICATED", *(["CHARACTER"] if viewer[0]["faction_id"] else [])}
    return all(
        row["access"] in entered
        and row["visible_by_faction_id"] in (None, viewer[0]["faction_id"])
        and row["visible_by_clan_id"] in (None, viewer[0]["clan_id"])
        for row in chain
    )


app = Starlette(
    routes=[
        Route("/tree", tree, methods=["POST"]),
        Route("/topic", topic, methods=["POST"]),
        Route("/post", post, methods=["POST"]),
        Route("/rights", rights, methods=["POST"]),
    ],
    lifespan=lifespan,
)
