"""Search: the posts that hold all words of a query, by the database's word indexes. Who may see them is passed in.

Words that are everywhere are met by reading the newest posts down, and rare ones by the index: on PostgreSQL an index
gives all hits or none. Which of both it is, the newest posts in these sections tell; what is found is the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.core.number import LARGEST_INT
from models.core.count import MOST_COUNTED
from models.core.database import AMONG, fetch, is_postgres
from models.core.keyset import Window

SHORTEST_BEGINNING = 3
"""A last word of fewer letters is a word of its own: as a beginning it would stand for most of them."""
SAMPLE, SAMPLE_READ = 512, 4_096
"""So many of the newest posts in these sections tell whether words are common; so many of all are read to meet them."""
ENOUGH, COMMON = 64, 3
"""Of fewer visible posts nothing is told; so many hits in a sample, and reading down is quicker than gathering all."""
READ_DOWN = 32_768
"""How many posts are read down at most before the index is asked after all."""
GATHERED = 5_000
"""How many hits are gathered for a count, which stops at 1,001, before all are."""


@dataclass(frozen=True, slots=True)
class PostFilter:
    """What of the found posts is wanted: of one author, from one instant on, before another; None for all.

    `author_id` is nobody's where no account has the name: then those alone are found that are only signed with it.
    """

    author_id: int = 0
    author_name: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self, at: int) -> tuple[str, tuple[object, ...]]:
        """Further conditions on `p`, and their values; `at` is the number of the first."""
        said: list[tuple[str, tuple[object, ...]]] = []
        if self.author_name is not None:
            of_author = "(p.author_id = ${} OR (p.author_id IS NULL AND p.author_name = ${}))"
            said.append((of_author, (self.author_id, self.author_name)))
        said += [("p.created_at >= ${}", (self.since,))] if self.since else []
        said += [("p.created_at < ${}", (self.until,))] if self.until else []
        sql, values = "", tuple[object, ...]()
        for condition, given in said:
            numbers = range(at + len(values), at + len(values) + len(given))
            sql, values = f"{sql} AND {condition.format(*numbers)}", values + given
        return sql, values


ALL = PostFilter()

# The opening post of a topic is found by the topic's title too.
_OPENING = """(SELECT o.id FROM posts o WHERE o.topic_id = {} AND o.deleted_at IS NULL
    ORDER BY o.created_at, o.id LIMIT 1)"""
_LIVING = "p.deleted_at IS NULL AND t.deleted_at IS NULL AND {}{{wanted}}"
# PostgreSQL's planner would weigh each of thousands of sections, too.
_OPEN = {
    True: _LIVING.format(AMONG.format("t.section_id", 2)),
    False: _LIVING.format("t.section_id = ANY($2)"),
}
_WITHIN = "{0} < CAST($3 AS BIGINT) AND {0} > CAST($5 AS BIGINT)"
_PAGE = f" AND {_WITHIN.format('p.id')} ORDER BY p.id {{order}} LIMIT $4"
# As functions, which no index knows. Rows are met one at a time, by a LIMIT or OFFSET at each step: left the choice,
# the planner reads all topics or sorts all posts, above all once it plans for values that it does not know. One post
# comes whether it is a hit or not: there were so many visible ones.
_HOLDS = "ts_match_vq({}, CAST(CAST($1 AS TEXT) AS tsquery))"
_HIT = f"""({_HOLDS.format("v.search")}
    OR ({_HOLDS.format("v.title")} AND v.id = {_OPENING.format("v.topic_id")}))"""
_READ = f"""SELECT v.id, v.place, {_HIT} AS is_hit FROM (
        SELECT p.id, p.search, t.id AS topic_id, t.search AS title, row_number() OVER (ORDER BY p.id {{order}}) AS place
        FROM (SELECT id, topic_id, search, deleted_at, author_id, author_name, created_at FROM posts
            WHERE {_WITHIN.format("id")} ORDER BY id {{order}} LIMIT {{read}}) p
        CROSS JOIN LATERAL (SELECT id, section_id, search, deleted_at FROM topics WHERE id = p.topic_id OFFSET 0) t
        WHERE {_OPEN[True]} ORDER BY p.id {{order}} LIMIT {{visible}}) v
    WHERE v.place = {{enough}} OR {_HIT} ORDER BY v.id {{order}} LIMIT $4 + 1"""
# Each half is cut to the page by itself, so that little is left to merge. The ARRAY has the matches looked up first
# and by themselves: left the choice, the planner takes any beginning of a word for a frequent one.
_HALVES = {
    True: (
        f"""SELECT p.id FROM posts p JOIN topics t ON t.id = p.topic_id WHERE {_OPEN[True]}
            AND p.id = ANY(ARRAY(SELECT id FROM posts WHERE search @@ $1::text::tsquery{{gathered}})){_PAGE}""",
        f"""SELECT p.id FROM topics t JOIN posts p ON p.id = {_OPENING.format("t.id")} WHERE {_OPEN[True]}
            AND t.id = ANY(ARRAY(SELECT id FROM topics WHERE search @@ $1::text::tsquery{{gathered}})){_PAGE}""",
    ),
    # FTS5 gives its hits one by one from the newest down, as long as it comes first.
    False: (
        f"""SELECT p.id FROM posts_search f CROSS JOIN posts p ON p.id = f.rowid
            CROSS JOIN topics t ON t.id = p.topic_id
            WHERE f.posts_search MATCH $1 AND {_WITHIN.format("f.rowid")} AND {_OPEN[False]}
            ORDER BY f.rowid {{order}} LIMIT $4""",
        f"""SELECT p.id FROM topics t JOIN posts p ON p.id = {_OPENING.format("t.id")} WHERE {_OPEN[False]}
            AND t.id IN (SELECT rowid FROM topics_search WHERE topics_search MATCH $1){_PAGE}""",
    ),
}


async def search_post_ids(
    words: Sequence[str], section_ids: Iterable[int], window: Window, wanted_posts: PostFilter = ALL
) -> list[int]:
    """Ids of living posts in these sections that hold every word, newest first; the last word as a beginning."""
    match, sections, order = _match(words), list(section_ids), "ASC" if window.is_backward else "DESC"
    (top,), (bottom,) = window.after or (LARGEST_INT,), window.before or (0,)
    wanted, more = wanted_posts.conditions(6)
    values = match, sections, top, window.limit, bottom, *more
    if is_postgres():
        for visible, read in ((SAMPLE, SAMPLE_READ), (READ_DOWN, READ_DOWN)):
            sql = _READ.format(enough=ENOUGH, visible=visible, read=read, order=order, wanted=wanted)
            rows = await fetch(sql, *values)
            found = [row["id"] for row in rows if row["is_hit"]]
            if len(found) >= window.limit:
                return sorted(found[: window.limit], reverse=True)
            if len(found) < COMMON and any(row["place"] >= ENOUGH for row in rows):
                break
    return sorted((row[0] for row in await fetch(_found(wanted, order=order), *values)), reverse=True)


async def count_found_posts(words: Sequence[str], section_ids: Iterable[int], wanted_posts: PostFilter = ALL) -> int:
    """How many posts the same search finds in all; 1,001 for more than 1,000."""
    match, sections = _match(words), list(section_ids)
    wanted, more = wanted_posts.conditions(6)
    values = match, sections, LARGEST_INT, MOST_COUNTED, 0, *more
    if is_postgres():
        # As many as are gathered quickly are usually enough; fewer are all there are only if no hit was left out.
        some = await fetch(_found(wanted, f" LIMIT {GATHERED}"), *values)
        if len(some) == MOST_COUNTED:
            return MOST_COUNTED
    return len(await fetch(_found(wanted), *values))


def _found(wanted: str, gathered: str = "", order: str = "DESC") -> str:
    """Both halves, each by itself in this order, merged."""
    parts = [half.format(gathered=gathered, order=order, wanted=wanted) for half in _HALVES[is_postgres()]]
    halves = " UNION ".join(f"SELECT id FROM ({part}) AS half{number}" for number, part in enumerate(parts))
    return f"{halves} ORDER BY id {order} LIMIT $4"


def _match(words: Sequence[str]) -> str:
    """The words in the database's own query language. Each is quoted: nothing in it is an operator."""
    quote, conjunction, beginning = ("'", " & ", ":*") if is_postgres() else ('"', " AND ", "*")
    # The index cuts its words at 255 characters; a query is shorter than that. Words hold no quote and no backslash.
    whole = conjunction.join(f"{quote}{word}{quote}" for word in words)
    return whole + beginning if len(words[-1]) >= SHORTEST_BEGINNING else whole
