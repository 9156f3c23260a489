"""A mother and a host with their sections, and what is asked of them in the tests of hosting. Asserts nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime

from models.account.author import Author
from models.account.user import User
from models.alliance.alliance import Alliance
from models.forum.section import Section
from models.hosting.hosting import Hosting, accept_hosting
from models.hosting.hosting_proposal import open_hosting
from models.hosting.key.alliance_key import use_master_keys
from models.hosting.key.trail import Actor
from models.hosting.mirror.mirror import MirrorView, mirrors_of_hostings
from models.hosting.sync.inbound import sync_pending
from tests.wire.client import MASTER
from tests.worlds import world

NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)
BY = Actor(None, "zoe")


@dataclass
class House:
    """An alliance with a section of each kind."""

    alliance: Alliance
    sections: dict[str, Section]


@dataclass
class Pair:
    """A mother whose ORDERS are mirrored at a host."""

    mother: House
    host: House
    hosting_id: int
    orders: MirrorView
    members: MirrorView


async def house(tag: str, *users: User) -> House:
    use_master_keys([MASTER])
    made = await world.alliance(*users, tag=tag)
    sections = await world.alliance_sections(made, "DISCUSSION", "MEMBERS", "ORDERS", "VAULT")
    return House(made, sections)


async def pair(*users: User, mother_tag: str = "MAMAN", host_tag: str = "HOTE") -> Pair:
    mother, host = await house(mother_tag, *users), await house(host_tag)
    return await open_pair(mother, host)


async def begin_hosting(mother_id: int, host_id: int, now: datetime) -> None:
    """Proposed and accepted; a hosting that is open stays as it is."""
    if not await Hosting.exists(mother_id=mother_id, host_id=host_id, closed_at__isnull=True):
        await open_hosting(mother_id, host_id, BY, now)
        await accept_hosting(mother_id, host_id, now)


async def open_pair(mother: House, host: House) -> Pair:
    await begin_hosting(mother.alliance.id, host.alliance.id, NOW)
    hosting_id = (await Hosting.get(mother_id=mother.alliance.id, host_id=host.alliance.id)).id
    mirrors = await mirrors_of_hostings([hosting_id])
    by_section = {mirror.section_id: mirror for mirror in mirrors}
    pair = Pair(
        mother,
        host,
        hosting_id,
        by_section[mother.sections["ORDERS"].id],
        by_section[mother.sections["MEMBERS"].id],
    )
    await carry_all(pair)
    return pair


async def carry_all(pair: Pair) -> None:
    for mirror in (pair.members, pair.orders):
        while await sync_pending(mirror, 100, NOW):
            pass


def author(name: str = "zoe") -> Author:
    return Author(None, name)
