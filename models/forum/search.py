"""Search: the posts that hold all words of a query, by the database's word indexes. Who may see them is passed in."""

from collections.abc import Iterable, Sequence

from models.core.database import fetch, is_postgres

# A post is found by its own words, and the opening post of a topic by the topic's title too. Each half is cut to the
# page by itself, so that little is left to merge.
_BY_BODY = """SELECT p.id FROM posts p JOIN topics t ON t.id = p.topic_id
    WHERE {posts} AND p.deleted_at IS NULL AND t.deleted_at IS NULL AND t.section_id = ANY($2)"""
_BY_TITLE = """SELECT p.id FROM topics t JOIN posts p ON p.id = (
        SELECT o.id FROM posts o WHERE o.topic_id = t.id AND o.deleted_at IS NULL ORDER BY o.created_at, o.id LIMIT 1)
    WHERE {topics} AND t.deleted_at IS NULL AND t.section_id = ANY($2)"""
_PAGE = " AND p.id < CAST($3 AS BIGINT) ORDER BY p.id DESC LIMIT $4"
_MATCHES = {
    # The ARRAY has the matches looked up first and by themselves. Left the choice, the planner takes any beginning of a
    # word for a frequent one and reads down all posts until the page is full, which for a rare word is never.
    True: {
        "posts": "p.id = ANY(ARRAY(SELECT id FROM posts WHERE search @@ $1::text::tsquery))",
        "topics": "t.id = ANY(ARRAY(SELECT id FROM topics WHERE search @@ $1::text::tsquery))",
    },
    False: {
        "posts": "p.id IN (SELECT rowid FROM posts_search WHERE posts_search MATCH $1)",
        "topics": "t.id IN (SELECT rowid FROM topics_search WHERE topics_search MATCH $1)",
    },
}
NEWEST = 2**31 - 1


async def search_post_ids(
    words: Sequence[str], section_ids: Iterable[int], before: int | None, limit: int
) -> list[int]:
    """Ids of living posts in these sections that hold every word (the last one as a beginning), newest first.

    `before` is the last id of the page before.
    """
    halves = [f"SELECT id FROM ({half}{_PAGE}) AS half" for half in (_BY_BODY, _BY_TITLE)]
    sql = f"{' UNION '.join(halves)} ORDER BY id DESC LIMIT $4".format(**_MATCHES[is_postgres()])
    rows = await fetch(sql, _match(words), list(section_ids), NEWEST if before is None else before, limit)
    return [row["id"] for row in rows]


async def count_found_posts(words: Sequence[str], section_ids: Iterable[int]) -> int:
    """How many posts the same search finds in all."""
    sql = f"SELECT COUNT(*) AS found FROM ({_BY_BODY} UNION {_BY_TITLE}) AS hits".format(**_MATCHES[is_postgres()])
    rows = await fetch(sql, _match(words), list(section_ids))
    return int(rows[0]["found"])


def _match(words: Sequence[str]) -> str:
    """The words in the database's own query language. Each is quoted: nothing in it is an operator."""
    quote, conjunction, beginning = ("'", " & ", ":*") if is_postgres() else ('"', " AND ", "*")
    # The index cuts its words at 255 characters; a query is shorter than that. Words hold no quote and no backslash.
    return conjunction.join(f"{quote}{word}{quote}" for word in words) + beginning
