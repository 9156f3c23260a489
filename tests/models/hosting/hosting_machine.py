"""A mother and a host to whom anything may happen, and a plain log of every text that either of them ever wrote."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from domain.core.refusal import Code, Refusal
from models.core.database import execute, fetch
from models.core.transaction import write
from models.forum.lock import lock_known_topic
from models.forum.post import create_post, delete_post, restore_post, update_post
from models.forum.topic_change import create_topic, delete_topic, move_topic, restore_topic, update_topic
from models.hosting.hosting import close_hosting, hosting_by_pk, open_hosting
from models.hosting.key.key_change import export_alliance_key, restore_alliance_key, rotate_alliance_key
from models.hosting.key.rotation import rotate_some
from models.hosting.mirror import sync_mirrors
from models.hosting.remote_write import (
    create_post_at_host,
    create_topic_at_host,
    delete_post_at_host,
    delete_topic_at_host,
    update_post_at_host,
    update_topic_at_host,
)
from models.hosting.sync import pull_from_hosts, sync_pending
from tests.wire.crash import Crash, crash_after
from tests.worlds.hosting import BY, NOW, Pair, author, carry_all

_ticks = count(1)
KEY_CODES = {Code.ALLIANCE_KEY_MISSING, Code.CONFLICT}


@dataclass
class Written:
    """What became of one topic (its own `topic`) or post."""

    topic: UUID
    texts: list[tuple[int, str]] = field(default_factory=list)
    deleted: bool = False
    inside: bool = True

    def newest(self) -> set[str]:
        last = max(revision for revision, _ in self.texts)
        return {text for revision, text in self.texts if revision == last}


class Machine:
    """Deeds by number: each picks a row by the dice it is given, and may crash after some statements."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.section = pair.orders.section_id
        self.mirror = pair.orders.mirror_section_id
        self.away = pair.mother.sections["DISCUSSION"].id
        self.log: dict[UUID, Written] = {}
        self.key: str | None = None
        self.deeds: list[Callable[[int], Awaitable[None]]] = [
            *(self.new_topic, self.new_post, self.edit, self.retitle, self.delete_post, self.restore_post),
            *(self.delete_topic, self.restore_topic, self.move),
            *(self.host_topic, self.host_post, self.host_post, self.host_edit, self.host_edit, self.host_retitle),
            *(self.host_delete_post, self.host_delete_topic),
            *(self.lose_key, self.restore_alliance_key, self.rotate, self.rotate_on, self.close, self.reopen),
            *(self.pull, self.sync_some),
        ]

    async def do(self, deed: int, dice: int, crash: int | None) -> None:
        try:
            with crash_after(crash):
                await self.deeds[deed % len(self.deeds)](dice)
        except Crash:
            pass
        except Refusal as refusal:
            if refusal.code not in KEY_CODES:
                raise

    # ---- what there is --------------------------------------------------------------

    async def pick(self, sql: str, dice: int, *values: Any) -> Any:
        rows = await fetch(f"{sql} ORDER BY 1", *values)
        return rows[dice % len(rows)] if rows else None

    async def own_topic(self, dice: int, state: str = "t.deleted_at IS NULL") -> Any:
        return await self.pick(
            f"SELECT t.id, t.uuid FROM topics t WHERE t.section_id = ANY($1) AND {state}",
            dice,
            [self.section, self.away],
        )

    async def own_post(self, dice: int, state: str = "p.deleted_at IS NULL") -> Any:
        return await self.pick(
            f"""SELECT p.id, p.uuid, t.id FROM posts p JOIN topics t ON t.id = p.topic_id
            WHERE t.section_id = ANY($1) AND t.deleted_at IS NULL AND {state}""",
            dice,
            [self.section, self.away],
        )

    async def their_topic(self, dice: int) -> Any:
        if not await self.is_open():
            return None
        return await self.pick(
            "SELECT id, uuid FROM topics WHERE section_id = $1 AND deleted_at IS NULL", dice, self.mirror
        )

    async def their_post(self, dice: int) -> Any:
        if not await self.is_open():
            return None
        return await self.pick(
            """SELECT p.id, p.uuid, t.id FROM posts p JOIN topics t ON t.id = p.topic_id
            WHERE t.section_id = $1 AND t.deleted_at IS NULL AND p.deleted_at IS NULL""",
            dice,
            self.mirror,
        )

    async def is_open(self) -> bool:
        hosting = await hosting_by_pk(self.pair.hosting_id)
        return hosting is not None and hosting.closed_at is None

    async def note(self, table: str, pk: int, topic: UUID | None = None) -> None:
        """Adds to the log what a row says now."""
        text = "title" if table == "topics" else "body"
        row = (await fetch(f"SELECT uuid, revision, {text}, is_sealed FROM {table} WHERE id = $1", pk))[0]
        name = UUID(str(row[0]))
        written = self.log.setdefault(name, Written(topic or name))
        if not row[3]:
            written.texts.append((row[1], row[2]))

    async def said(self, table: str, pk: int, text: str, topic: UUID | None = None) -> None:
        """The same of a sealed row, whose text is known to whoever wrote it."""
        row = (await fetch(f"SELECT uuid, revision FROM {table} WHERE id = $1", pk))[0]
        name = UUID(str(row[0]))
        self.log.setdefault(name, Written(topic or name)).texts.append((row[1], text))

    def text(self) -> str:
        return f"texte {next(_ticks)}"

    # ---- the mother -----------------------------------------------------------------

    async def new_topic(self, _: int) -> None:
        pk = await create_topic(self.section, self.text(), self.text(), author(), NOW + timedelta(seconds=next(_ticks)))
        await self.note("topics", pk)
        name = UUID(str((await fetch("SELECT uuid FROM topics WHERE id = $1", pk))[0][0]))
        await self.note("posts", (await fetch("SELECT id FROM posts WHERE topic_id = $1", pk))[0][0], name)

    async def new_post(self, dice: int) -> None:
        if row := await self.own_topic(dice):
            at = NOW + timedelta(seconds=next(_ticks))

            async def work() -> int:
                return await create_post(await lock_known_topic(row[0]), self.text(), author(), at)

            await self.note("posts", await write(work), UUID(str(row[1])))

    async def edit(self, dice: int) -> None:
        if row := await self.own_post(dice):

            async def work() -> None:
                await update_post(await lock_known_topic(row[2]), row[0], self.text(), author(), NOW)

            await write(work)
            await self.note("posts", row[0])

    async def retitle(self, dice: int) -> None:
        if row := await self.own_topic(dice):

            async def work() -> None:
                await update_topic(await lock_known_topic(row[0]), NOW, title=self.text())

            await write(work)
            await self.note("topics", row[0])

    async def delete_post(self, dice: int) -> None:
        if row := await self.own_post(dice):

            async def work() -> None:
                await delete_post(await lock_known_topic(row[2]), row[0], NOW)

            await write(work)
            self.log[UUID(str(row[1]))].deleted = True

    async def restore_post(self, dice: int) -> None:
        if row := await self.own_post(dice, "p.deleted_at IS NOT NULL AND p.body <> '—'"):

            async def work() -> None:
                await restore_post(await lock_known_topic(row[2]), row[0], NOW)

            await write(work)
            self.log[UUID(str(row[1]))].deleted = False
            await self.note("posts", row[0])

    async def delete_topic(self, dice: int) -> None:
        if row := await self.own_topic(dice):

            async def work() -> None:
                await delete_topic(await lock_known_topic(row[0]), NOW)

            await write(work)
            self.log[UUID(str(row[1]))].deleted = True

    async def restore_topic(self, dice: int) -> None:
        if row := await self.own_topic(dice, "t.deleted_at IS NOT NULL AND t.title <> '—'"):

            async def work() -> None:
                await restore_topic(await lock_known_topic(row[0]), NOW)

            await write(work)
            self.log[UUID(str(row[1]))].deleted = False
            await self.note("topics", row[0])

    async def move(self, dice: int) -> None:
        if row := await self.own_topic(dice):

            async def work() -> bool:
                topic = await lock_known_topic(row[0])
                inside = topic.section_id == self.section
                await move_topic(topic, self.away if inside else self.section, NOW)
                return not inside

            self.log[UUID(str(row[1]))].inside = await write(work)
            await self.note("topics", row[0])

    # ---- the host -------------------------------------------------------------------

    async def host_topic(self, _: int) -> None:
        if await self.is_open():
            title, body, at = self.text(), self.text(), NOW + timedelta(seconds=next(_ticks))
            pk = await write(lambda: create_topic_at_host(self.pair.orders, title, body, author("ana"), at))
            await self.said("topics", pk, title)
            name = UUID(str((await fetch("SELECT uuid FROM topics WHERE id = $1", pk))[0][0]))
            post = (await fetch("SELECT id FROM posts WHERE topic_id = $1", pk))[0][0]
            await self.said("posts", post, body, name)

    async def host_post(self, dice: int) -> None:
        if row := await self.their_topic(dice):
            text, at = self.text(), NOW + timedelta(seconds=next(_ticks))
            pk = await write(lambda: create_post_at_host(self.pair.orders, row[0], text, author("ana"), at))
            await self.said("posts", pk, text, UUID(str(row[1])))

    async def host_edit(self, dice: int) -> None:
        if row := await self.their_post(dice):
            text = self.text()
            await write(lambda: update_post_at_host(self.pair.orders, row[2], row[0], text, author("ana"), NOW))
            await self.said("posts", row[0], text)

    async def host_retitle(self, dice: int) -> None:
        if row := await self.their_topic(dice):
            text = self.text()
            await write(lambda: update_topic_at_host(self.pair.orders, row[0], text))
            await self.said("topics", row[0], text)

    async def host_delete_post(self, dice: int) -> None:
        if row := await self.their_post(dice):
            await write(lambda: delete_post_at_host(self.pair.orders, row[2], row[0], NOW))
            self.log[UUID(str(row[1]))].deleted = True

    async def host_delete_topic(self, dice: int) -> None:
        if row := await self.their_topic(dice):
            await write(lambda: delete_topic_at_host(self.pair.orders, row[0], NOW))
            self.log[UUID(str(row[1]))].deleted = True

    # ---- keys, hosting, synchronising -----------------------------------------------

    async def lose_key(self, _: int) -> None:
        if self.key is None:
            self.key = await export_alliance_key(self.pair.mother.alliance.id, BY, NOW)
        await execute(
            """UPDATE posts SET deleted_at = created_at WHERE id IN (
                SELECT post_id FROM alliance_keys WHERE alliance_id = $1)""",
            self.pair.mother.alliance.id,
        )

    async def restore_alliance_key(self, _: int) -> None:
        if self.key is not None:
            await restore_alliance_key(self.pair.mother.alliance.id, self.key, BY, NOW)
            self.key = None

    async def rotate(self, _: int) -> None:
        await rotate_alliance_key(self.pair.mother.alliance.id, BY, NOW)

    async def rotate_on(self, _: int) -> None:
        await rotate_some(self.pair.mother.alliance.id, NOW, 2)

    async def close(self, _: int) -> None:
        hosting = await hosting_by_pk(self.pair.hosting_id)
        assert hosting is not None
        await close_hosting(hosting, NOW)

    async def reopen(self, _: int) -> None:
        await open_hosting(self.pair.mother.alliance.id, self.pair.host.alliance.id, BY, NOW)

    async def pull(self, _: int) -> None:
        await pull_from_hosts(self.pair.mother.alliance.id, NOW)

    async def sync_some(self, _: int) -> None:
        await sync_pending(self.pair.orders, 3, NOW)

    # ---- the end --------------------------------------------------------------------

    async def settle(self) -> None:
        """Whatever happened: key back, hosting open, everything compared once, and once more for nothing."""
        await self.restore_alliance_key(0)
        while await rotate_some(self.pair.mother.alliance.id, NOW):
            pass
        await self.reopen(0)
        for _ in range(2):
            await sync_mirrors(self.pair.mother.alliance.id)
            await carry_all(self.pair)

    async def check(self) -> None:
        """What a reader of the log expects to find on both sides."""
        own = await self.rows([self.section, self.away])
        theirs = await self.rows([self.mirror])
        assert set(own) == set(self.log), "lost, or doubled under another name"
        for name, written in self.log.items():
            topic = self.log[written.topic]
            mine, host = own[name], theirs.get(name)
            assert (mine["deleted_at"] is not None) == written.deleted, (name, "came back or went")
            if not written.deleted:
                assert mine["text"] in written.newest(), (mine["text"], written)
            if name != written.topic:
                kept = {row[0] for row in await fetch("SELECT body FROM post_revisions WHERE post_id = $1", mine["id"])}
                assert kept | {mine["text"]} - {"—"} >= {text for _, text in written.texts}, "a revision was lost"
            shared = topic.inside and not topic.deleted and not written.deleted
            if shared:
                assert host is not None
                assert (host["deleted_at"], host["revision"]) == (None, mine["revision"])
            else:
                assert host is None or host["deleted_at"] is not None, "left behind at the host"

    async def rows(self, sections: Sequence[int]) -> dict[UUID, Any]:
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
