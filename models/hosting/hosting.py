"""Hostings: which alliance houses players of which other one, begun when the host accepts, closed by either side.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import uuid4

from tortoise import fields
from tortoise.models import Model

from domain.core.refusal import not_found
from domain.core.slug import free_slug
from models.alliance.member import MemberView
from models.alliance.member_state import recall_members, save_host
from models.core.database import execute, fetch
from models.core.row import Rows, column
from models.core.transaction import write
from models.forum.lock import lock_section_tree
from models.forum.section import all_sections, insert_section
from models.forum.tree.category import all_categories
from models.hosting.hosting_proposal import HostingProposalStatus, answer_proposal
from models.hosting.key.alliance_key import KeyState
from models.hosting.key.key_notification import ask_for_export
from models.hosting.lock import lock_keys
from models.hosting.mirror.mirror import Mirror, MirrorView, mirrors_of_hostings
from models.hosting.mirror.mirror_change import enqueue_everything
from models.hosting.sync.inbound import pull_in_write
from permissions.visibility import CategoryAccess, SectionKind

if TYPE_CHECKING:
    from models.alliance.alliance import Alliance

SHARED = (SectionKind.MEMBERS, SectionKind.ORDERS)
MIRROR_NAMES = {SectionKind.MEMBERS: "Outiiil_Membre hébergés", SectionKind.ORDERS: "Outiiil_Commande hébergées"}


class Hosting(Model):
    """A mother and a host, one row a pair for ever: `uuid` is bound into every token between them."""

    id = fields.IntField(primary_key=True)
    uuid = fields.UUIDField(unique=True)
    mother: "fields.ForeignKeyRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="hostings", on_delete=fields.CASCADE
    )
    mother_id: int
    host: "fields.ForeignKeyRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="housed", on_delete=fields.CASCADE
    )
    host_id: int
    opened_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "hostings"
        unique_together = (("mother_id", "host_id"),)
        indexes = (("host_id",),)


@dataclass(slots=True, eq=False)
class HostingView:
    """A hosting as it is read. The last fields are there once whoever reads it has filled them."""

    typename: ClassVar[str] = "Hosting"
    pk: int = field(metadata=column("id"))
    mother_id: int
    host_id: int
    opened_at: datetime
    closed_at: datetime | None
    mother: object = field(init=False)
    host: object = field(init=False)
    members: object = field(init=False)
    key_state: KeyState = field(init=False)
    mirrors: list[MirrorView] = field(init=False)


HOSTINGS = Rows(HostingView, "hostings h")


# ---- reading ------------------------------------------------------------------------


async def hostings_of(alliance_ids: Sequence[int]) -> list[HostingView]:
    """The hostings in which one of the alliances is the mother or the host, open ones first, newest first."""
    rows = await fetch(
        f"""{HOSTINGS.select} WHERE h.mother_id = ANY($1) OR h.host_id = ANY($1)
        ORDER BY h.closed_at IS NOT NULL, h.opened_at DESC, h.id""",
        list(alliance_ids),
    )
    return HOSTINGS.read(rows)


async def hosting_by_pk(pk: int) -> HostingView | None:
    return HOSTINGS.first(await fetch(f"{HOSTINGS.select} WHERE h.id = $1", pk))


async def hosted_members(hosting_ids: Sequence[int]) -> dict[int, list[int]]:
    """By hosting, the numbers of the mother's members who play from the host, by name."""
    rows = await fetch(
        """SELECT h.id, m.id FROM hostings h
            JOIN members m ON m.alliance_id = h.mother_id AND m.hosted_by_id = h.host_id AND m.left_at IS NULL
        WHERE h.id = ANY($1) ORDER BY m.pseudo_key""",
        list(hosting_ids),
    )
    found: dict[int, list[int]] = {pk: [] for pk in hosting_ids}
    for pk, member_id in rows:
        found[pk].append(member_id)
    return found


# ---- writing ------------------------------------------------------------------------


async def accept_hosting(mother_id: int, host_id: int, now: datetime) -> int:
    """Opens what the mother proposed, or opens it again; gives its number. NOT_FOUND for no open proposal.

    All topics wait to be synchronised.
    """

    async def work() -> int:
        await lock_keys(mother_id)
        await lock_section_tree()  # For the sections that are placed below.
        await answer_proposal(mother_id, host_id, HostingProposalStatus.ACCEPTED, now, "motherTag")
        hosting = await Hosting.get_or_none(mother_id=mother_id, host_id=host_id)
        if hosting is None:
            hosting = await Hosting.create(uuid=uuid4(), mother_id=mother_id, host_id=host_id, opened_at=now)
        else:
            hosting.opened_at, hosting.closed_at = now, None
            await hosting.save(update_fields=["opened_at", "closed_at"])
        await _prepare_mirrors(hosting, now)
        for mirror in await mirrors_of_hostings([hosting.id]):
            await enqueue_everything(mirror)
        await ask_for_export(mother_id, now)
        return hosting.id

    return await write(work)


async def _prepare_mirrors(hosting: Hosting, now: datetime) -> None:
    shared = await fetch(
        "SELECT id, kind FROM sections WHERE alliance_id = $1 AND kind = ANY($2) AND deleted_at IS NULL ORDER BY id",
        hosting.mother_id,
        [str(kind) for kind in SHARED],
    )
    for section_id, kind in shared:
        if not await Mirror.exists(hosting_id=hosting.id, section_id=section_id):
            place = await _mirror_section(hosting.host_id, SectionKind(kind), now)
            await Mirror.create(hosting_id=hosting.id, section_id=section_id, mirror_section_id=place)


async def _mirror_section(host_id: int, kind: SectionKind, now: datetime) -> int:
    """The host's section for copies of this kind, the same for all of its mothers: titles tell whose a topic is.

    It is no part of the host's own branch, since guests see it and not the rest.
    """
    rows = await fetch(
        """SELECT m.mirror_section_id FROM mirrors m JOIN hostings h ON h.id = m.hosting_id
        JOIN sections s ON s.id = m.section_id JOIN sections c ON c.id = m.mirror_section_id
        WHERE h.host_id = $1 AND s.kind = $2 AND c.deleted_at IS NULL ORDER BY m.id LIMIT 1""",
        host_id,
        str(kind),
    )
    if rows:
        return int(rows[0][0])
    tag = (await fetch("SELECT tag FROM alliances WHERE id = $1", host_id))[0][0]
    category = next(one for one in await all_categories() if one.access == CategoryAccess.ALLIANCE)
    name = f"[{tag}] {MIRROR_NAMES[kind]}"
    slug = free_slug(name, {section.slug for section in await all_sections()})
    return await insert_section(category.pk, None, slug, name, now, kind=SectionKind.MIRROR.value, alliance_id=host_id)


async def close_hosting(hosting: HostingView, now: datetime) -> None:
    """Nothing is synchronised and nobody plays from there any more; sealed copies stay for a hosting opened again.

    What waits there is pulled before, unless the key is away: a host need not wait for that.
    """

    async def work() -> None:
        await pull_in_write(hosting.mother_id, now, without_key=True)
        await execute("UPDATE hostings SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL", hosting.pk, now)
        await recall_members(hosting.mother_id, hosting.host_id)

    await write(work)


async def host_member(member: MemberView, host_id: int, now: datetime) -> None:
    """Has a present member play from a host whose hosting is open. NOT_FOUND otherwise.

    What they wrote where they played until now is pulled before, so that they write on from that.
    """

    async def work() -> None:
        await pull_in_write(member.alliance_id, now)
        if not await _is_open(member.alliance_id, host_id) or not await save_host(member.pk, host_id):
            raise not_found("hostTag")

    await write(work)


async def recall_member(member: MemberView, now: datetime) -> None:
    """Has a present member play from home again, once what they wrote is there. NOT_FOUND for one who has left."""

    async def work() -> None:
        await pull_in_write(member.alliance_id, now)
        if not await save_host(member.pk, None):
            raise not_found("memberId")

    await write(work)


async def _is_open(mother_id: int, host_id: int) -> bool:
    """Whether it is open; it stays so under the mother's lock, which whoever closes it has too."""
    sql = "SELECT 1 FROM hostings WHERE mother_id = $1 AND host_id = $2 AND closed_at IS NULL"
    return bool(await fetch(sql, mother_id, host_id))
