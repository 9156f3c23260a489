"""Demo data of a hosting: the second alliance houses three members of the first, one of whom sends a convoy."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.orders.convoy import Convoy, write_convoy
from domain.orders.order import OrderStatus
from models.account.author import Author
from models.alliance.member import MemberView, members_by_ids, members_of
from models.core.database import fetch
from models.core.lock import alone
from models.core.transaction import write
from models.hosting.hosting import accept_hosting, host_member
from models.hosting.hosting_proposal import open_hosting
from models.hosting.key.trail import Actor
from models.hosting.mirror.mirror import MirrorView, mirrors_of_hostings
from models.hosting.sync.inbound import sync_pending
from models.hosting.sync.remote_write import create_post_at_host
from models.orders.order import OrderView, orders_of

GUESTS = 3


async def seed_hosting(alliances: Sequence[int], now: datetime) -> None:
    """Opens it, fills its mirrors, and lets a guest post into the sealed topic of an order, which is then pulled.

    The host asks the same of the mother, who has not answered yet.
    """
    mother_id, host_id = alliances[:2]

    async def work() -> None:
        with alone():
            await open_hosting(mother_id, host_id, Actor(None, "Phéromone"), now - timedelta(days=6))
            hosting_id = await accept_hosting(mother_id, host_id, now - timedelta(days=5))
            await open_hosting(host_id, mother_id, Actor(None, "Phéromone"), now - timedelta(days=1))
            mirrors = await mirrors_of_hostings([hosting_id])
            await _sync(mirrors, now)
            members = (await members_of([mother_id]))[mother_id]
            others = [one for one in members if not one.can_administer]
            guests = sorted(others, key=lambda one: (one.user_id is None, one.pk))
            for guest in guests[:GUESTS]:
                await host_member(guest, host_id, now)
            for order in await orders_of([mother_id], [OrderStatus.IN_PROGRESS]):
                await _send_from_host(mirrors, order, guests[0], now)
            await _sync(mirrors, now)

    await write(work)


async def _sync(mirrors: Sequence[MirrorView], now: datetime) -> None:
    for mirror in mirrors:
        while await sync_pending(mirror, 100, now):
            pass


async def _send_from_host(mirrors: Sequence[MirrorView], order: OrderView, guest: MemberView, now: datetime) -> None:
    sent_at = now - timedelta(minutes=40)
    recipient = (await members_by_ids([order.requester_id]))[order.requester_id]
    body = write_convoy(Convoy(recipient.pseudo, 0, 1_500_000, now + timedelta(hours=7)), sent_at)
    for mirror in mirrors:
        rows = await fetch(
            "SELECT c.id FROM topics c JOIN topics t ON t.uuid = c.uuid WHERE t.id = $1 AND c.section_id = $2",
            order.topic_id,
            mirror.mirror_section_id,
        )
        for (topic_id,) in rows:
            await create_post_at_host(mirror, topic_id, body, Author(guest.user_id, guest.pseudo), sent_at)
