"""An alliance with a host to whom anything may happen to convoys, and what its posts say, added up the plain way."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from domain.core.refusal import Code, Refusal
from domain.orders.convoy import Convoy, read_convoy, write_convoy
from domain.orders.dump import Dump, DumpPost, DumpSection, DumpTopic
from models.alliance.census.census import Census
from models.alliance.member import Member, members_by_keys
from models.alliance.member_sync import TableRow, sync_members
from models.core.database import fetch, instant
from models.core.transaction import write
from models.forum.lock import lock_known_topic, lock_move
from models.forum.post import create_post, delete_post, restore_post, update_post
from models.forum.topic_change import delete_topic, move_topic, restore_topic
from models.hosting.hosting import close_hosting, hosting_by_pk
from models.hosting.sync.inbound import pull_from_hosts, pull_in_write
from models.hosting.sync.remote_write import create_post_at_host, delete_post_at_host, update_post_at_host
from models.orders.order_change import OrderFields, place_order
from models.rights.harvest import HarvestOutcome, last_harvest
from models.rights.harvest_run import harvest
from models.rights.rights import AllianceSheet
from models.rights.rights_change import RightsChange, update_member_rights
from models.transfer.dump import import_dump
from permissions.viewer import ANONYMOUS
from tests.wire.crash import Crash, crash_after
from tests.worlds.hosting import NOW, Pair, author, begin_hosting

NAMES = ("Zoé", "Paco", "Ivo")
BLOCKING = "Absente"
HALF_HOUR = timedelta(minutes=30)
DIGITS = 12


class Machine:
    """Deeds by number: each picks a row by the dice it is given, and may crash after some statements."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.pk = pair.mother.alliance.id
        self.section = pair.orders.section_id
        self.mirror = pair.orders.mirror_section_id
        self.away = pair.mother.sections["DISCUSSION"].id
        self.now = NOW
        self.by_hand: defaultdict[str, int] = defaultdict(int)
        self.deeds: list[Callable[[int], Awaitable[None]]] = [
            *(self.post, self.post, self.edit, self.edit, self.delete_post, self.restore_post),
            *(self.delete_topic, self.restore_topic, self.move, self.there_and_back, self.place, self.bring_in),
            *(self.host_post, self.host_post, self.host_edit, self.host_delete),
            *(self.close, self.reopen, self.come_and_go, self.block, self.set_rights),
            *(self.harvest, self.harvest, self.harvest),
        ]

    async def found(self) -> None:
        """Members who produce nothing, so that deliveries alone move their rights, and an order of each."""
        await self.sync(*NAMES, BLOCKING)
        members = await members_by_keys(self.pk, [name.casefold() for name in NAMES])
        for member in members.values():
            post = await write(lambda topic=member.topic_id: self._say(topic or 0, "…", author()))  # type: ignore[misc]
            await Census.create(
                member_id=member.pk, post_id=post, recorded_at=NOW, tdc=0, food=0, materials=0, workers=0, couveuse=1,
                solarium=1, laboratoire=1, levels="{}", units="{}",
            )  # fmt: skip
        for dice in range(len(NAMES)):
            await self.place(dice)

    async def do(self, deed: int, dice: int, crash: int | None) -> None:
        self.now += timedelta(minutes=dice % 7, seconds=dice)
        try:
            with crash_after(crash):
                await self.deeds[deed % len(self.deeds)](dice)
        except Crash:
            pass
        except Refusal as refusal:
            if refusal.code not in {Code.CONFLICT, Code.NOT_FOUND}:
                raise

    # ---- what there is --------------------------------------------------------------

    async def pick(self, sql: str, dice: int, *values: Any) -> Any:
        rows = await fetch(f"{sql} ORDER BY 1", *values)
        return rows[dice % len(rows)] if rows else None

    async def topic_of(self, dice: int, state: str = "deleted_at IS NULL") -> int:
        row = await self.pick(
            f"SELECT id FROM topics WHERE section_id = ANY($1) AND {state}", dice, [self.section, self.away]
        )
        return row[0] if row else 0

    async def post_of(self, dice: int, section: int, state: str = "p.deleted_at IS NULL") -> Any:
        return await self.pick(
            f"""SELECT p.id, t.id FROM posts p JOIN topics t ON t.id = p.topic_id
            WHERE t.section_id = $1 AND t.deleted_at IS NULL AND {state}""",
            dice,
            section,
        )

    def text(self, dice: int) -> str:
        """Mostly a convoy, of a quantity that no other has."""
        convoy = Convoy(NAMES[dice % 2], 0, (dice + 1) * 7 ** (dice % DIGITS) - 3 * dice, NOW + timedelta(days=1))
        return "Merci !" if dice % 5 == 0 else write_convoy(convoy, NOW)

    async def sync(self, *names: str) -> None:
        table = [TableRow(name, 0, None, None, None) for name in names]
        await sync_members(self.pk, table, 0, author(), self.now)

    # ---- posts and topics -----------------------------------------------------------

    async def _say(self, topic_id: int, text: str, signed: Any) -> int:
        return await create_post(await lock_known_topic(topic_id), text, signed, self.now)

    async def place(self, dice: int) -> None:
        name = NAMES[dice % len(NAMES)].casefold()
        requester = (await members_by_keys(self.pk, [name]))[name]
        await place_order(requester, OrderFields(None, 0, 10**6, None, None), self.now)

    async def post(self, dice: int) -> None:
        topic = await self.topic_of(dice)
        await write(lambda: self._say(topic, self.text(dice), author(NAMES[dice // 2 % len(NAMES)])))

    async def edit(self, dice: int) -> None:
        if row := await self.post_of(dice, self.section):

            async def work() -> None:
                await update_post(await lock_known_topic(row[1]), row[0], self.text(dice * 3 + 1), author(), self.now)

            await write(work)

    async def delete_post(self, dice: int) -> None:
        if row := await self.post_of(dice, self.section):

            async def work() -> None:
                await delete_post(await lock_known_topic(row[1]), row[0], self.now)

            await write(work)

    async def restore_post(self, dice: int) -> None:
        if row := await self.post_of(dice, self.section, "p.deleted_at IS NOT NULL AND p.body <> '—'"):

            async def work() -> None:
                await restore_post(await lock_known_topic(row[1]), row[0], self.now)

            await write(work)

    async def delete_topic(self, dice: int) -> None:
        topic = await self.topic_of(dice)

        async def work() -> None:
            await delete_topic(await lock_known_topic(topic), self.now)

        await write(work)

    async def restore_topic(self, dice: int) -> None:
        topic = await self.topic_of(dice, "deleted_at IS NOT NULL")

        async def work() -> None:
            await restore_topic(await lock_known_topic(topic), self.now)

        await write(work)

    async def move(self, dice: int) -> None:
        topic_id = await self.topic_of(dice)

        async def work() -> None:
            home = await fetch("SELECT section_id FROM topics WHERE id = $1", topic_id)
            await lock_move(topic_id, self.away if home and home[0][0] == self.section else self.section)
            topic = await lock_known_topic(topic_id)
            await move_topic(topic, self.away if topic.section_id == self.section else self.section, self.now)

        await write(work)

    async def there_and_back(self, dice: int) -> None:
        """A misclick that is mended; in between its posts are written and changed as any."""
        before = await self.topic_of(dice)
        await self.move(dice)
        await write(lambda: self._say(before, self.text(dice), author(NAMES[dice % len(NAMES)])))
        if dice % 3 == 0:
            await self.harvest(dice)
        await self.move(dice)

    async def bring_in(self, dice: int) -> None:
        await self.import_late(dice, 1 + dice % 3)

    async def import_late(self, dice: int, many: int) -> None:
        """A dump with an order's convoys that nobody had told here, written while all who are here were here already.

        What is older than a member's place is in the rights that came with it, and nobody's debt.
        """
        (tag,) = (await fetch("SELECT tag FROM alliances WHERE id = $1", self.pk))[0]
        sql = "SELECT o.id, t.title, t.author_name, o.created_at FROM orders o JOIN topics t ON t.id = o.topic_id"
        _, title, requester, placed = await self.pick(f"{sql} WHERE o.alliance_id = $1", dice, self.pk)
        came = [instant(row[0]) for row in await fetch("SELECT joined_at FROM members WHERE alliance_id = $1", self.pk)]
        at = max(self.now - timedelta(minutes=dice), *came)
        late = [DumpPost(NAMES[number % 3], at, self.text(dice + number)) for number in range(many)]
        topic = DumpTopic(title, requester, instant(placed), tuple(late))
        dump = Dump(tag, tag, self.now, (DumpSection("toolzzz_commande", (topic,)),))
        await import_dump(dump, self.now, lambda: None)

    # ---- the host -------------------------------------------------------------------

    async def is_open(self) -> bool:
        hosting = await hosting_by_pk(self.pair.hosting_id)
        return hosting is not None and hosting.closed_at is None

    async def host_post(self, dice: int) -> None:
        row = await self.pick("SELECT id FROM topics WHERE section_id = $1 AND deleted_at IS NULL", dice, self.mirror)
        if row and await self.is_open():
            signed = author(NAMES[dice // 2 % len(NAMES)])
            await write(lambda: create_post_at_host(self.pair.orders, row[0], self.text(dice), signed, self.now))

    async def host_edit(self, dice: int) -> None:
        row = await self.post_of(dice, self.mirror)
        if row and await self.is_open():
            text = self.text(dice * 3 + 1)
            await write(lambda: update_post_at_host(self.pair.orders, row[1], row[0], text, author(), self.now))

    async def host_delete(self, dice: int) -> None:
        row = await self.post_of(dice, self.mirror)
        if row and await self.is_open():
            await write(lambda: delete_post_at_host(self.pair.orders, row[1], row[0], self.now))

    async def close(self, _: int) -> None:
        hosting = await hosting_by_pk(self.pair.hosting_id)
        assert hosting is not None
        await close_hosting(hosting, self.now)

    async def reopen(self, _: int) -> None:
        await begin_hosting(self.pk, self.pair.host.alliance.id, self.now)

    # ---- members and rights ---------------------------------------------------------

    async def come_and_go(self, dice: int) -> None:
        await self.sync(BLOCKING, *(name for at, name in enumerate(NAMES) if (dice >> at) % 2))

    async def block(self, dice: int) -> None:
        await Member.filter(alliance_id=self.pk, pseudo=BLOCKING).update(coefficient=100.0 * (dice % 2))

    async def set_rights(self, dice: int) -> None:
        name = NAMES[dice % len(NAMES)]
        before = (await members_by_keys(self.pk, [name.casefold()]))[name.casefold()]
        await update_member_rights(before, RightsChange(None, None, dice * 1000), ANONYMOUS, self.now)
        self.by_hand[name] += dice * 1000 - before.accumulated_thousandths

    async def harvest(self, dice: int) -> None:
        """Now and then late, and now and then after what hosts wrote was read already."""
        at = (await fetch("SELECT next_harvest_at FROM alliances WHERE id = $1", self.pk))[0][0]
        self.now = max(self.now, instant(at))
        expected = None
        if dice % 2:
            await pull_from_hosts(self.pk, self.now)
            expected = await self.projected()
        outcome = await harvest(self.pk, self.now, before_reading=pull_in_write)
        if outcome is HarvestOutcome.APPLIED:
            await self.check(expected)

    async def projected(self) -> dict[int, float] | None:
        """What the columns promise for the slot that is due, by member."""
        at = instant((await fetch("SELECT next_harvest_at FROM alliances WHERE id = $1", self.pk))[0][0])
        sheet = AllianceSheet(self.pk, at + (self.now - at) // HALF_HOUR * HALF_HOUR)
        await sheet.load(["projectedRights"])
        rows = sheet.rows(["projectedRights"])
        return {pk: row.projected_rights for pk, row in rows.items() if row.projected_rights is not None}

    # ---- what must hold -------------------------------------------------------------

    async def uncounted(self) -> list[int]:
        """What was counted of each delivery so far that rights do not hold as it is."""
        sql = "SELECT counted FROM deliveries WHERE alliance_id = $1 AND materials <> counted AND sent_at < $2"
        return [row[0] for row in await fetch(sql, self.pk, self.now)]

    async def settle(self) -> None:
        """Whatever happened: everybody is back, the host open, and two harvests come, the second for nothing."""
        await self.block(0)
        await self.reopen(0)
        await self.sync(*NAMES, BLOCKING)
        for _ in range(2):
            self.now += HALF_HOUR
            await self.harvest(1)
        assert await self.uncounted() == []

    async def check(self, projected: dict[int, float] | None) -> None:
        """After a harvest: the rights are what the living posts before its slot say, and what was set by hand."""
        latest = await last_harvest(self.pk)
        assert latest is not None
        expected = await self.added_up(latest.harvest_at)
        for member in await Member.filter(alliance_id=self.pk):
            saved = member.accumulated_thousandths
            assert saved == 1000 * expected[member.pseudo] + self.by_hand[member.pseudo], member.pseudo
            if projected and member.id in projected:
                assert projected[member.id] == saved / 1000
            chain = await fetch(
                """SELECT accumulated_before_thousandths, accumulated_after_thousandths FROM rights_entries
                WHERE member_id = $1 ORDER BY id""",
                member.id,
            )
            assert [row[1] for row in chain[:-1]] == [row[0] for row in chain[1:]]
            assert not chain or chain[-1][1] == saved

    async def added_up(self, slot: datetime) -> defaultdict[str, int]:
        """The plain ledger, read off the texts alone."""
        total: defaultdict[str, int] = defaultdict(int)
        for body, sender, requester, at in await fetch(
            """SELECT p.body, p.author_name, t.author_name, p.created_at FROM posts p
            JOIN topics t ON t.id = p.topic_id JOIN orders o ON o.topic_id = t.id
            WHERE t.section_id = $1 AND t.deleted_at IS NULL AND p.deleted_at IS NULL""",
            self.section,
        ):
            convoy = read_convoy(body)
            if isinstance(convoy, Convoy) and instant(at) < slot:
                total[sender] += convoy.materials
                total[requester] -= convoy.materials
        return total
