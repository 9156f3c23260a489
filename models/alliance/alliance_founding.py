"""Founding an alliance: its row, its sections, and its founder, who administers it from the first moment.

Tested in tests/resolvers/alliance/test_alliance.py.
"""

from datetime import datetime

from domain.alliance.alliance import SECTION_NAMES
from domain.core.refusal import Code, Refusal
from domain.core.slug import free_slug
from domain.forum.section import section_name_key as section_key
from models.account.author import Author
from models.alliance.alliance import Alliance
from models.alliance.member import NewMember, insert_members, members_by_ids
from models.alliance.member_topic import members_section, open_member_topics
from models.core.database import fetch
from models.core.transaction import write
from models.forum.lock import lock_section_tree
from models.forum.section import Section, insert_section
from models.forum.tree.category import all_categories
from permissions.visibility import CategoryAccess


async def create_alliance(tag: str, tag_key: str, name: str, pseudo: str | None, founder: Author, now: datetime) -> int:
    """Gives the alliance's number; CONFLICT if the tag is taken. `pseudo` is the founder's, None for no founder."""

    async def work() -> int:
        if await Alliance.exists(tag_key=tag_key):
            raise Refusal(Code.CONFLICT, "tag_taken", "tag", tag=tag)
        alliance = await Alliance.create(tag=tag, tag_key=tag_key, name=name, created_at=now)
        await _prepare_sections(alliance, now)
        if pseudo is not None:
            await _welcome_founder(alliance.id, pseudo, founder, now)
        return alliance.id

    return await write(work)


async def _prepare_sections(alliance: Alliance, now: datetime) -> None:
    """One section of discussion, which is the alliance's place in the forum, and under it those of its features.

    Each alliance has its own branch, so that the names that the game's extension looks for are no siblings.
    """
    await lock_section_tree()
    category = next((one for one in await all_categories() if one.access == CategoryAccess.ALLIANCE), None)
    if category is None:
        raise Refusal(Code.CONFLICT, "no_category_of_alliances")
    taken = {row[0] for row in await fetch("SELECT slug FROM sections WHERE slug IS NOT NULL")}
    root = await _section(alliance, category.pk, None, f"[{alliance.tag}] {alliance.name}", "DISCUSSION", 0, taken, now)
    for position, (kind, name) in enumerate(SECTION_NAMES.items()):
        await _section(alliance, category.pk, root, name, kind, position, taken, now)


async def _section(
    alliance: Alliance,
    category_id: int,
    parent_id: int | None,
    name: str,
    kind: str,
    position: int,
    taken: set[str],
    now: datetime,
) -> int:
    name = name[:120].strip()
    slug = free_slug(name if parent_id is None else f"{alliance.tag} {name}", taken)
    taken.add(slug)
    return await insert_section(
        category_id, parent_id, slug, name, now, kind=kind, position=position, alliance_id=alliance.id
    )


async def _welcome_founder(alliance_id: int, pseudo: str, founder: Author, now: datetime) -> None:
    new = NewMember(pseudo, user_id=founder.user_id, can_administer=True)
    view = next(iter((await members_by_ids(await insert_members(alliance_id, [new], now))).values()))
    await open_member_topics(await members_section(alliance_id), [view], founder, now)


async def discussion_section(alliance_id: int, name: str, now: datetime) -> int:
    """The number of an alliance's section of discussion of a name, which is made where there is none."""
    name = " ".join(name.split())[:120].strip() or "?"
    rows = await fetch(
        """SELECT id, name_key, parent_id, category_id FROM sections
        WHERE alliance_id = $1 AND kind = $2 AND deleted_at IS NULL""",
        alliance_id,
        "DISCUSSION",
    )
    found = [row[0] for row in rows if row[1] == section_key(name)[:360]]
    if found:
        return int(found[0])
    await lock_section_tree()
    alliance = await Alliance.get(id=alliance_id)
    taken = {row[0] for row in await fetch("SELECT slug FROM sections WHERE slug IS NOT NULL")}
    root = await Section.get(id=min(row[0] for row in rows if row[2] is None))
    return await _section(alliance, root.category_id, root.id, name, "DISCUSSION", len(SECTION_NAMES), taken, now)
