"""The floor of a new post: one transaction that locks the topic, writes, counts, tells who takes part, and logs."""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

TOPIC = "SELECT section_id, title FROM topics WHERE id = $1 AND deleted_at IS NULL AND NOT is_locked FOR UPDATE"
POST = """INSERT INTO posts (uuid, topic_id, body, author_id, author_name, revision, created_at, is_sealed)
VALUES (gen_random_uuid(), $1, $2, $3, 'bench', 0, now(), false) RETURNING id"""
TELL = """WITH told AS (UPDATE participants SET is_told = true WHERE topic_id = $1 AND NOT is_told AND user_id <> $2
    RETURNING user_id)
INSERT INTO notifications (user_id, kind, level, message, details, topic_id, post_id, created_at)
SELECT user_id, 'NEW_POST', 'INFO', 'new_post', $4, $1, $3, now() FROM told"""
COUNT = """WITH counted AS (UPDATE sections SET post_count = post_count + 1 WHERE id = $2)
UPDATE topics SET post_count = post_count + 1, last_post_at = now() WHERE id = $1"""
LOG = """WITH head AS (UPDATE event_heads SET seq = seq + 1 RETURNING seq)
INSERT INTO events (seq, kind, row_id, scope_id) SELECT seq, 'POST', $1, $2 FROM head"""


async def write_post(connection: Any, request: Request, viewer: Any) -> Response:
    topic_id, body = int(request.query_params["id"]), (await request.body()).decode()
    async with connection.transaction():
        (topic,) = await connection.fetch(TOPIC, topic_id)
        (post,) = await connection.fetch(POST, topic_id, body, viewer["id"])
        details = orjson.dumps({"author": "bench", "title": topic["title"]}).decode()
        await connection.execute(TELL, topic_id, viewer["id"], post["id"], details)
        await connection.execute(COUNT, topic_id, topic["section_id"])
        await connection.execute(LOG, post["id"], topic_id)
    return Response(orjson.dumps({"data": {"createPost": {"id": post["id"]}}}), media_type="application/json")
