"""A plain log of every text that either side acknowledged, and what a reader of it expects to find on both sides."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from models.core.database import fetch


@dataclass
class Written:
    """What became of one topic (its own `topic`) or post: each text with its revision, as they were acknowledged.

    `is_contested`: both sides went on while nothing could be carried, so that no order is the right one.
    """

    topic: UUID
    texts: list[tuple[int, str]] = field(default_factory=list)
    deleted: bool = False
    inside: bool = True
    is_contested: bool = False

    def newest(self) -> set[str]:
        last = max(revision for revision, _ in self.texts)
        return {text for revision, text in self.texts if revision == last}


class Ledger:
    """The log by name of row."""

    def __init__(self) -> None:
        self.rows: dict[UUID, Written] = {}

    async def note(self, table: str, pk: int, text: str, topic: UUID | None = None) -> UUID:
        """Adds what a row says now; of a sealed one whoever wrote it knows that."""
        row = (await fetch(f"SELECT uuid, revision FROM {table} WHERE id = $1", pk))[0]
        name = UUID(str(row[0]))
        self.rows.setdefault(name, Written(topic or name)).texts.append((row[1], text))
        return name

    def last(self, name: UUID) -> str:
        return self.rows[name].texts[-1][1]

    def contest(self, topic: UUID, post: UUID | None) -> None:
        """A row, or all posts of a topic, of which something waits that cannot be carried now."""
        for name, written in self.rows.items():
            if name == post or (post is None and written.topic == topic):
                written.is_contested = True

    # ---- what is expected -----------------------------------------------------------

    async def check(self, inside: Sequence[int], mirrors: Sequence[int]) -> None:
        """Of the mother's sections, and of those of each host."""
        own = await rows_of(inside)
        assert set(own) == set(self.rows), "lost, or doubled under another name"
        for name, written in self.rows.items():
            await self._check_own(name, written, own[name])
        for mirror in mirrors:
            self._check_mirror(own, await rows_of([mirror]))

    async def _check_own(self, name: UUID, written: Written, row: Any) -> None:
        if written.is_contested:
            written.deleted = row["deleted_at"] is not None
        assert (row["deleted_at"] is not None) == written.deleted, (written, "came back or went")
        if name == written.topic:
            assert written.deleted or row["text"] in written.newest(), (row["text"], written)
            return
        sql = "SELECT body FROM post_revisions WHERE post_id = $1 ORDER BY number"
        said = [*(one[0] for one in await fetch(sql, row["id"])), row["text"]]
        acknowledged = [text for _, text in written.texts]
        if written.is_contested:
            assert set(said) >= set(acknowledged), (said, acknowledged)
        else:
            assert said == acknowledged, (said, acknowledged)

    def _check_mirror(self, own: dict[UUID, Any], theirs: dict[UUID, Any]) -> None:
        for name, written in self.rows.items():
            topic, host = self.rows[written.topic], theirs.get(name)
            if topic.inside and not topic.deleted and not written.deleted:
                assert host is not None
                assert (host["deleted_at"], host["revision"]) == (None, own[name]["revision"])
            else:
                assert host is None or host["deleted_at"] is not None, "left behind at the host"


async def check_counts(sections: Sequence[int]) -> None:
    """What these sections and their topics count, and when each topic was last written in, against their rows."""
    living = "FROM posts p WHERE p.topic_id = t.id AND p.deleted_at IS NULL"
    wrong = await fetch(
        f"""SELECT t.id, t.is_sealed, t.deleted_at, t.post_count, t.last_post_at, (SELECT count(*) {living}) AS posts,
            COALESCE((SELECT max(p.created_at) {living}), t.created_at) AS last_at
        FROM topics t WHERE t.section_id = ANY($1) AND (t.post_count <> (SELECT count(*) {living})
            OR t.last_post_at <> COALESCE((SELECT max(p.created_at) {living}), t.created_at))""",
        list(sections),
    )
    assert [tuple(row) for row in wrong] == []
    within = "FROM topics t WHERE t.section_id = s.id AND t.deleted_at IS NULL"
    wrong = await fetch(
        f"""SELECT s.id, s.kind, s.topic_count, s.post_count FROM sections s WHERE s.id = ANY($1) AND (
            s.topic_count <> (SELECT count(*) {within})
            OR s.post_count <> (SELECT COALESCE(sum(t.post_count), 0) {within}))""",
        list(sections),
    )
    assert [tuple(row) for row in wrong] == []


async def rows_of(sections: Sequence[int]) -> dict[UUID, Any]:
    """Topics and posts of some sections, by name."""
    found: dict[UUID, Any] = {}
    for sql in (
        "SELECT t.id, t.uuid, t.title AS text, t.deleted_at, t.revision FROM topics t WHERE t.section_id = ANY($1)",
        """SELECT p.id, p.uuid, p.body AS text, p.deleted_at, p.revision FROM posts p
        JOIN topics t ON t.id = p.topic_id WHERE t.section_id = ANY($1)""",
    ):
        for row in await fetch(sql, list(sections)):
            name = UUID(str(row["uuid"]))
            assert name not in found, "doubled"
            found[name] = row
    return found
