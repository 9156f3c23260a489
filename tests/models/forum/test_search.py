"""Search against a slow plain reading of the same posts, on both databases; the index, and hostile queries."""

import re
import unicodedata
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tortoise.transactions import in_transaction

from domain.forum.search import words
from models.core.database import execute, fetch
from models.core.keyset import Window
from models.forum import search
from models.forum.post import Post
from models.forum.search import count_found_posts, search_post_ids
from models.forum.section import Section
from models.forum.topic import Topic
from tests.worlds import world

LETTERS = "abAéÈçŒœæßñØ12²жЖΣςσ日\u0301 \n.,;'’\"«»—…-_*:^()@€+🐜\\{}"
WORDS = ("reine", "Reïne", "REINES", "œuf", "Oeufs", "NEAR", "AND", "not", "l'été", "a@b.fr", "1e5", "-12", "été")
texts = st.lists(st.sampled_from(WORDS) | st.text(LETTERS, max_size=8), min_size=1, max_size=6).map(" ".join)


def naive_words(text: str) -> list[str]:
    """Letter by letter: what is no letter and no number parts words, marks go, the rest is lower-cased."""
    found = [""]
    for letter in unicodedata.normalize("NFC", text):
        base = unicodedata.normalize("NFD", letter)[0]
        if base.isalnum():
            found[-1] += {"œ": "oe", "æ": "ae", "ß": "ss", "ς": "σ"}.get(base.lower(), base.lower())
        elif not unicodedata.combining(base):
            found.append("")
    return [word for word in found if word]


def naive_match(query: str, text: str) -> bool:
    *whole, beginning = naive_words(query)
    held = naive_words(text)
    found = beginning in held or (len(beginning) > 2 and any(word.startswith(beginning) for word in held))
    return all(word in held for word in whole) and found


@given(texts)
def test_words_are_split_as_a_plain_reading_splits_them(text: str) -> None:
    assert words(text) == naive_words(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=texts,
    bodies=st.lists(texts, min_size=1, max_size=5),
    queries=st.lists(texts, min_size=1, max_size=5),
    sizes=st.tuples(*[st.integers(1, 9)] * 3, st.integers(0, 3), st.integers(0, 9)),
)
async def test_hits_are_those_of_a_plain_reading(
    database: str, title: str, bodies: list[str], queries: list[str], sizes: tuple[int, int, int, int, int]
) -> None:
    """Whether words are taken for common or for rare, and however far posts are read down."""
    with pytest.MonkeyPatch.context() as patch:
        for name, size in zip(("SAMPLE", "SAMPLE_READ", "ENOUGH", "COMMON", "READ_DOWN"), sizes, strict=True):
            patch.setattr(search, name, size)
        await check_hits(title, bodies, queries)


async def check_hits(title: str, bodies: list[str], queries: list[str]) -> None:
    place = await world.section("general", f"Section {uuid4()}")
    topic = await world.topic(place, title[:200], None, *bodies)
    posts = await Post.filter(topic=topic).order_by("id")
    for query in [*queries, *bodies, title[:200]]:
        if not words(query):
            continue
        expected = {post.id for post in posts if naive_match(query, post.body)}
        expected |= {posts[0].id} if naive_match(query, title[:200]) else set()
        found = await search_post_ids(words(query), [place.id], Window(49))
        assert found == sorted(expected, reverse=True), query
        assert (
            await search_post_ids(words(query), [place.id], Window(1, (posts[-1].id,)))
            == [pk for pk in found if pk < posts[-1].id][:2]
        )
        assert await count_found_posts(words(query), [place.id]) == len(expected)


async def test_what_is_edited_moved_or_deleted_is_found_as_it_stands(database: str) -> None:
    place = await world.section("general", "Ici")
    elsewhere = await world.section("general", "Ailleurs")
    topic = await world.topic(place, "Migration", None, "une reine", "un roi")
    opening, reply = await Post.filter(topic=topic).order_by("id")

    async def found(query: str, *sections: Section) -> list[int]:
        return await search_post_ids(words(query), [section.id for section in sections or (place,)], Window(9))

    reply.body = "une reine aussi"
    await reply.save()
    assert await found("roi") == []
    assert await found("reine") == [reply.id, opening.id]
    topic.title = "Envol"
    await topic.save()
    assert (await found("migration"), await found("envol")) == ([], [opening.id])
    await Post.filter(id=opening.id).update(deleted_at=datetime.now(UTC))
    assert (await found("reine"), await found("envol")) == ([reply.id], [reply.id])
    await Topic.filter(id=topic.id).update(section=elsewhere)
    assert (await found("reine"), await found("reine", elsewhere)) == ([], [reply.id])
    await Topic.filter(id=topic.id).update(deleted_at=datetime.now(UTC))
    assert await found("reine", elsewhere) == []
    await Topic.filter(id=topic.id).delete()
    assert (await fetch("SELECT COUNT(*) AS n FROM posts"))[0]["n"] == 0


async def test_very_long_words_and_posts_are_taken(database: str) -> None:
    place = await world.section("general", "Longueurs")
    topic = await world.topic(place, "x" * 200, None, "y" * 100_000, "é" * 1000 + " fin", "€🐜日" * 33_000)
    opening, second, third = await Post.filter(topic=topic).order_by("id")
    assert await search_post_ids(["y" * 200], [place.id], Window(9)) == [opening.id]
    assert await search_post_ids(["e" * 200, "fin"], [place.id], Window(9)) == []
    assert await search_post_ids(["fin", "e" * 200], [place.id], Window(9)) == [second.id]
    assert await search_post_ids(["日"], [place.id], Window(9)) == [third.id]


async def test_pages_follow_each_other(database: str) -> None:
    place = await world.section("general", "Pages")
    await world.topic(place, "reine", None, *["la reine"] * 7)
    first = await search_post_ids(["reine"], [place.id], Window(3))
    second = await search_post_ids(["reine"], [place.id], Window(3, (first[-1],)))
    assert len(first) == 4
    assert first + second == sorted(set(first + second), reverse=True)
    assert len(first + second) == 7


@pytest.fixture
async def archives(database: str) -> Section:
    """One section of 5,000 posts and a thousand topics, all of common words, and one rare post."""
    place = await world.section("general", "Grande")
    topic = await world.topic(place, "Archives", None, "aiguille rare")
    await execute(
        "INSERT INTO topics (uuid, section_id, slug, title, author_name, is_pinned, is_locked, created_at,"
        " last_post_at, post_count, revision, is_sealed) SELECT gen_random_uuid(), $1, 's' || n, 'Titre', 'x', FALSE,"
        " FALSE, now(), now(), 0, 0, FALSE FROM generate_series(1, 1000) n",
        place.id,
    )
    await execute(
        "INSERT INTO posts (uuid, body, author_name, revision, created_at, topic_id)"
        " SELECT gen_random_uuid(), repeat('Un texte commun. ', 30) || n, 'x', 0, now(), $1 + n % 1000"
        " FROM generate_series(1, 5000) n",
        topic.id,
    )
    await execute("ANALYZE")
    return place


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_rare_word_is_found_by_the_index(archives: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    plan: list[str] = []

    async def explained(sql: str, *values: object) -> list[object]:
        plan.extend(row[0] for row in await fetch(f"EXPLAIN {sql}", *values))
        return []

    monkeypatch.setattr("models.forum.search.fetch", explained)
    await search_post_ids(["rare"], [archives.id], Window(20))
    assert any("Bitmap Index Scan on idx_posts_search" in line for line in plan), "\n".join(plan)
    assert not any("Seq Scan on posts" in line for line in plan), "\n".join(plan)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_common_word_reads_no_more_posts_than_it_shows(
    archives: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also once the database plans for values that it does not know, which it does from the sixth time on."""
    asked: list[tuple[str, int]] = []

    async def explained(sql: str, *values: object) -> list[object]:
        async with in_transaction():
            await execute("SET LOCAL plan_cache_mode = force_generic_plan")
            await execute(f"PREPARE asked (text, int[], bigint, bigint, bigint) AS {sql}")
            match, sections, top, limit, bottom = values
            given = f"$${match}$$, ARRAY{sections}, {top}, {limit}, {bottom}"
            plan = "\n".join(row[0] for row in await fetch(f"EXPLAIN (ANALYZE, TIMING OFF) EXECUTE asked ({given})"))
            await execute("DEALLOCATE asked")
        asked.append((plan, max(int(rows) for rows in re.findall(r"\(actual rows=(\d+)", plan))))
        return list(await fetch(sql, *values))

    monkeypatch.setattr("models.forum.search.fetch", explained)
    assert len(await search_post_ids(["commun"], [archives.id], Window(20))) == 21
    ((plan, most),) = asked
    assert most <= 21 + 2, plan  # One that says whether there are more, and one that is read ahead.


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_posts_that_are_not_shown_do_not_make_a_word_rare(
    archives: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest posts are elsewhere, where one does not look: the index would gather all hits."""
    elsewhere = await world.section("general", "Ailleurs")
    await world.topic(elsewhere, "Bavardage", None, *["autre chose"] * 5)
    asked: list[str] = []

    async def seen(sql: str, *values: object) -> list[object]:
        asked.append(sql)
        return list(await fetch(sql, *values))

    monkeypatch.setattr("models.forum.search.fetch", seen)
    monkeypatch.setattr(search, "SAMPLE_READ", 5)
    assert len(await search_post_ids(["commun"], [archives.id], Window(20))) == 21
    assert not any("@@" in sql for sql in asked)
