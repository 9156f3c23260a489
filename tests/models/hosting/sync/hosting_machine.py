"""A mother and two hosts to whom anything may happen. What is acknowledged is noted in the ledger."""

from collections.abc import Awaitable, Callable
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
from models.hosting.hosting import close_hosting, hosting_by_pk
from models.hosting.key.key_change import export_alliance_key, is_rotating, restore_alliance_key, rotate_alliance_key
from models.hosting.key.rotation import rotate_some
from models.hosting.mirror.mirror import MirrorView, mirror_by_pk
from models.hosting.mirror.mirror_change import sync_mirrors
from models.hosting.sync.inbound import pull_from_hosts, pull_in_write, sync_pending
from models.hosting.sync.remote_write import create_post_at_host, delete_post_at_host, update_post_at_host
from models.hosting.sync.topic import settle_topic
from tests.models.hosting.sync.hostile_host import HostileHost
from tests.models.hosting.sync.hosting_ledger import Ledger, check_counts
from tests.wire.crash import Crash, crash_after
from tests.worlds.host_writer import create_topic_at_host, delete_topic_at_host, update_topic_at_host
from tests.worlds.hosting import BY, NOW, Pair, author, begin_hosting, carry_all

_ticks = count(1)
KEY_CODES = {Code.ALLIANCE_KEY_MISSING, Code.CONFLICT}


async def forget() -> None:
    """Takes away what was before, so that the last of many machines is as quick as the first."""
    for table in ("hostings", "topics", "sections", "alliances", "events"):
        await execute(f"DELETE FROM {table}")  # With all that is theirs.


class Machine:
    """Deeds by number: each picks a row by the dice it is given, and may crash after some statements.

    The guest writes at one host at a time, from where `move_guest` takes them to the other.
    """

    def __init__(self, pairs: list[Pair]) -> None:
        self.pairs = pairs
        self.at = 0
        self.mother = pairs[0].mother
        self.section = pairs[0].orders.section_id
        self.away = self.mother.sections["DISCUSSION"].id
        self.ledger = Ledger()
        self.hostile = [HostileHost(pair.orders) for pair in pairs]
        self.key: str | None = None
        self.deeds: list[Callable[[int], Awaitable[None]]] = [
            *(self.new_topic, self.new_post, self.edit, self.edit, self.retitle),
            *(self.delete_post, self.restore_post, self.delete_topic, self.restore_topic, self.move),
            *(self.host_topic, self.host_post, self.host_post, self.host_edit, self.host_edit, self.host_edit),
            *(self.host_retitle, self.host_delete_post, self.host_delete_topic, self.move_guest, self.move_guest),
            *(self.lose_key, self.restore_alliance_key, self.rotate, self.rotate_on, self.close, self.reopen),
            *(self.pull, self.sync_some, self.replay, self.replay, self.repent),
        ]

    async def begin(self) -> None:
        """Something to write on: a topic of the mother's and a post of the guest's, which she has seen."""
        for deed in (self.new_topic, self.host_post, self.pull):
            await deed(0)

    async def do(self, deed: int, dice: int, crash: int | None) -> None:
        try:
            with crash_after(crash):
                await self.deeds[deed % len(self.deeds)](dice)
        except Crash:
            pass
        except Refusal as refusal:
            if refusal.code not in KEY_CODES:
                raise
        await check_counts([self.section, self.away, *(pair.orders.mirror_section_id for pair in self.pairs)])

    # ---- what there is --------------------------------------------------------------

    @property
    def mirror(self) -> MirrorView:
        """Where the guest writes."""
        return self.pairs[self.at].orders

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
        if not await self.is_open(self.at):
            return None
        return await self.pick(
            "SELECT id, uuid FROM topics WHERE section_id = $1 AND deleted_at IS NULL",
            dice,
            self.mirror.mirror_section_id,
        )

    async def their_post(self, dice: int) -> Any:
        if not await self.is_open(self.at):
            return None
        return await self.pick(
            """SELECT p.id, p.uuid, t.id FROM posts p JOIN topics t ON t.id = p.topic_id
            WHERE t.section_id = $1 AND t.deleted_at IS NULL AND p.deleted_at IS NULL""",
            dice,
            self.mirror.mirror_section_id,
        )

    async def is_open(self, at: int) -> bool:
        hosting = await hosting_by_pk(self.pairs[at].hosting_id)
        return hosting is not None and hosting.closed_at is None

    @staticmethod
    async def is_gone(table: str, pk: int) -> bool:
        return (await fetch(f"SELECT deleted_at FROM {table} WHERE id = $1", pk))[0][0] is not None

    @staticmethod
    async def name(table: str, pk: int) -> UUID:
        return UUID(str((await fetch(f"SELECT uuid FROM {table} WHERE id = $1", pk))[0][0]))

    def text(self) -> str:
        return f"texte {next(_ticks)}"

    def next_text(self, name: UUID, dice: int) -> str:
        """A new one, or once in a while the first again."""
        return self.ledger.rows[name].texts[0][1] if dice == 3 else self.text()

    def instant(self) -> Any:
        return NOW + timedelta(seconds=next(_ticks))

    # ---- the mother -----------------------------------------------------------------

    async def new_topic(self, _: int) -> None:
        title, body = self.text(), self.text()
        pk = await create_topic(self.section, title, body, author(), self.instant())
        name = await self.ledger.note("topics", pk, title)
        await self.ledger.note("posts", (await fetch("SELECT id FROM posts WHERE topic_id = $1", pk))[0][0], body, name)

    async def new_post(self, dice: int) -> None:
        if row := await self.own_topic(dice):
            at, text = self.instant(), self.text()

            async def work() -> int:
                return await create_post(await lock_known_topic(row[0]), text, author(), at)

            await self.ledger.note("posts", await write(work), text, UUID(str(row[1])))

    async def edit(self, dice: int) -> None:
        if row := await self.own_post(dice):
            name = UUID(str(row[1]))
            text = self.next_text(name, dice)

            async def work() -> bool:
                await settle_topic(row[2], NOW)
                topic = await lock_known_topic(row[2])
                is_there = not topic.is_deleted and not await self.is_gone("posts", row[0])
                return is_there and await update_post(topic, row[0], text, author(), NOW)

            if await write(work):
                await self.ledger.note("posts", row[0], text)

    async def retitle(self, dice: int) -> None:
        if row := await self.own_topic(dice):
            text = self.text()

            async def work() -> None:
                await update_topic(await lock_known_topic(row[0]), NOW, title=text)

            await write(work)
            await self.ledger.note("topics", row[0], text)

    async def _moderate(self, row: Any, change: Callable[[Any], Awaitable[None]], *, is_back: bool) -> None:
        """Deletes or restores a post (of three columns) or a topic, unless a host's deletion came before."""
        table, place = ("posts", row[2]) if len(row) == 3 else ("topics", row[0])

        async def work() -> bool:
            await settle_topic(place, NOW)
            topic = await lock_known_topic(place)
            if await self.is_gone(table, row[0]) is not is_back or (table == "posts" and topic.is_deleted):
                return False
            await change(topic)
            return True

        if await write(work):
            self.ledger.rows[UUID(str(row[1]))].deleted = not is_back

    async def delete_post(self, dice: int) -> None:
        if row := await self.own_post(dice):
            await self._moderate(row, lambda topic: delete_post(topic, row[0], NOW), is_back=False)

    async def restore_post(self, dice: int) -> None:
        if row := await self.own_post(dice, "p.deleted_at IS NOT NULL"):
            await self._moderate(row, lambda topic: restore_post(topic, row[0], NOW), is_back=True)

    async def delete_topic(self, dice: int) -> None:
        if row := await self.own_topic(dice):
            await self._moderate(row, lambda topic: delete_topic(topic, NOW), is_back=False)

    async def restore_topic(self, dice: int) -> None:
        if row := await self.own_topic(dice, "t.deleted_at IS NOT NULL AND t.title <> '—'"):
            await self._moderate(row, lambda topic: restore_topic(topic, NOW), is_back=True)

    async def move(self, dice: int) -> None:
        if row := await self.own_topic(dice):

            async def work() -> bool | None:
                await settle_topic(row[0], NOW, also=[self.section, self.away])
                topic = await lock_known_topic(row[0])
                if topic.is_deleted:
                    return None
                is_inside = topic.section_id == self.section
                await move_topic(topic, self.away if is_inside else self.section, NOW)
                return not is_inside

            is_inside = await write(work)
            if is_inside is not None:
                self.ledger.rows[UUID(str(row[1]))].inside = is_inside

    # ---- the host -------------------------------------------------------------------

    async def host_topic(self, _: int) -> None:
        if await self.is_open(self.at):
            title, body, at = self.text(), self.text(), self.instant()
            pk = await write(lambda: create_topic_at_host(self.mirror, title, body, author("ana"), at))
            name = await self.ledger.note("topics", pk, title)
            post = (await fetch("SELECT id FROM posts WHERE topic_id = $1", pk))[0][0]
            await self.ledger.note("posts", post, body, name)

    async def host_post(self, dice: int) -> None:
        if row := await self.their_topic(dice):
            text, at = self.text(), self.instant()

            async def work() -> int | None:
                if not await self._settled(row[0]):
                    return None
                return await create_post_at_host(self.mirror, row[0], text, author("ana"), at)

            if pk := await write(work):
                await self.ledger.note("posts", pk, text, UUID(str(row[1])))

    @staticmethod
    async def _settled(topic_id: int) -> bool:
        """What a guest's write begins with; whether the topic is still there then."""
        await settle_topic(topic_id, NOW)
        return not (await lock_known_topic(topic_id)).is_deleted

    async def host_edit(self, dice: int) -> None:
        if row := await self.their_post(dice):
            text = self.next_text(UUID(str(row[1])), dice)

            async def work() -> bool:
                if not await self._settled(row[2]) or await self.is_gone("posts", row[0]):
                    return False
                return await update_post_at_host(self.mirror, row[2], row[0], text, author("ana"), NOW)

            if await write(work):
                await self.ledger.note("posts", row[0], text)

    async def host_retitle(self, dice: int) -> None:
        if row := await self.their_topic(dice):
            text = self.text()

            async def work() -> bool:
                return await self._settled(row[0]) and await update_topic_at_host(self.mirror, row[0], text)

            if await write(work):
                await self.ledger.note("topics", row[0], text)

    async def host_delete_post(self, dice: int) -> None:
        if row := await self.their_post(dice):

            async def work() -> bool:
                if not await self._settled(row[2]) or await self.is_gone("posts", row[0]):
                    return False
                await delete_post_at_host(self.mirror, row[2], row[0], NOW)
                return True

            if await write(work):
                self.ledger.rows[UUID(str(row[1]))].deleted = True

    async def host_delete_topic(self, dice: int) -> None:
        if row := await self.their_topic(dice):

            async def work() -> bool:
                return await self._settled(row[0]) and await delete_topic_at_host(self.mirror, row[0], NOW)

            if await write(work):
                self.ledger.rows[UUID(str(row[1]))].deleted = True

    async def move_guest(self, _: int) -> None:
        # As an administrator who lets them play from elsewhere.
        await write(lambda: pull_in_write(self.mother.alliance.id, NOW))
        self.at = 1 - self.at

    async def replay(self, dice: int) -> None:
        if not await is_rotating(self.mother.alliance.id):
            withheld = await self.hostile[self.at].replay(dice)
            if withheld is not None:
                self.ledger.contest(*withheld)

    async def repent(self, _: int) -> None:
        for hostile in self.hostile:
            await hostile.repent()

    # ---- keys, hosting, synchronising -----------------------------------------------

    async def lose_key(self, _: int) -> None:
        if self.key is None:
            self.key = await export_alliance_key(self.mother.alliance.id, BY, NOW)
        await execute(
            """UPDATE posts SET deleted_at = created_at WHERE id IN (
                SELECT post_id FROM alliance_keys WHERE alliance_id = $1)""",
            self.mother.alliance.id,
        )

    async def restore_alliance_key(self, _: int) -> None:
        if self.key is not None:
            await restore_alliance_key(self.mother.alliance.id, self.key, BY, NOW)
            self.key = None

    async def rotate(self, _: int) -> None:
        await self.repent(0)  # What it kept is under the key that goes.
        await rotate_alliance_key(self.mother.alliance.id, BY, NOW)

    async def rotate_on(self, _: int) -> None:
        await rotate_some(self.mother.alliance.id, NOW, 2)

    async def close(self, dice: int) -> None:
        pair = self.pairs[dice % 2]
        hosting = await hosting_by_pk(pair.hosting_id)
        assert hosting is not None
        await close_hosting(hosting, NOW)
        # Without the key nothing could be pulled before.
        for row in await fetch(
            "SELECT topic_uuid, row_uuid FROM mirror_changes WHERE mirror_id = $1 AND from_host = $2",
            pair.orders.pk,
            True,
        ):
            self.ledger.contest(UUID(str(row[0])), None if row[1] is None else UUID(str(row[1])))

    async def reopen(self, dice: int) -> None:
        await begin_hosting(self.mother.alliance.id, self.pairs[dice % 2].host.alliance.id, NOW)

    async def pull(self, _: int) -> None:
        await pull_from_hosts(self.mother.alliance.id, NOW)

    async def sync_some(self, dice: int) -> None:
        await sync_pending(self.pairs[dice % 2].orders, 3, NOW)

    # ---- the end --------------------------------------------------------------------

    async def settle(self) -> None:
        """Whatever happened: key back, hostings open, everything compared, the hosts' misdeeds told and taken back."""
        await self.restore_alliance_key(0)
        while await rotate_some(self.mother.alliance.id, NOW):
            pass
        for at in range(2):
            await self.reopen(at)
        await self._compare()
        for pair, hostile in zip(self.pairs, self.hostile, strict=True):
            assert await self._faults(pair) == await hostile.expected_faults()
        await self.repent(0)
        for _ in range(2):
            await self._compare()
        assert [await self._faults(pair) for pair in self.pairs] == [set(), set()]

    async def _compare(self) -> None:
        await sync_mirrors(self.mother.alliance.id)
        for _ in range(2):  # What came from the second host went to the first.
            for pair in self.pairs:
                await carry_all(pair)

    @staticmethod
    async def _faults(pair: Pair) -> set[tuple[UUID, UUID | None]]:
        mirror = await mirror_by_pk(pair.orders.pk)
        assert mirror is not None
        assert {fault.reason for fault in mirror.faults} <= {"replayed"}
        return {(fault.topic, fault.post) for fault in mirror.faults}

    async def check(self) -> None:
        await self.ledger.check([self.section, self.away], [pair.orders.mirror_section_id for pair in self.pairs])
