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

VIEWER = """
SELECT u.id, r.level, c.faction_id, c.clan_id
FROM sessions s
JOIN users u ON u.id = s.user_id AND u.is_active
JOIN roles r ON r.id = u.role_id
LEFT JOIN characters c ON c.user_id = u.id AND c.is_alive
WHERE s.id = $1 AND s.revoked_at IS NULL
"""
CATEGORIES = "SELECT id, slug, name, access FROM categories ORDER BY position, id"
SECTIONS = """SELECT id, category_id, parent_id, slug, name, description, position, kind, visible_by_faction_id,
visible_by_clan_id, topic_count, post_count FROM sections WHERE deleted_at IS NULL ORDER BY position, id"""
SECRET = os.environ.get("SECRET_KEY", "")


@asynccontextmanager
async def lifespan(application: Starlette) -> AsyncIterator[None]:
    application.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=10)
    yield
    await application.state.pool.close()


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


app = Starlette(routes=[Route("/tree", tree, methods=["POST"])], lifespan=lifespan)
