"""Changes of the section tree, one at a time: placing, editing, moving, deleting, restoring.

The rules that only the whole tree can tell are checked here, under its lock, and whose each section is; what their
texts may be was asked before.

Tested in tests/resolvers/forum/tree/test_section_change.py.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from domain.core.refusal import Code, Refusal, bad_input, forbidden, not_found
from domain.core.slug import free_slug
from domain.forum.section import section_name_key
from models.account.faction import Clan, Faction
from models.core.database import execute, fetch
from models.core.transaction import write
from models.forum.lock import lock_section_tree
from models.forum.section import SECTIONS, SectionView, all_sections, insert_section, section_chain, taken_slugs
from models.forum.tree.category import CategoryView, all_categories
from permissions.viewer import Viewer
from permissions.visibility import SectionKind, opens, sees_section, visible
from permissions.writing import may_manage_sections

_SUBTREE = """WITH RECURSIVE subtree (id) AS (
    SELECT id FROM sections WHERE id = $1
    UNION SELECT s.id FROM sections s JOIN subtree ON s.parent_id = subtree.id)"""


class SectionChanges(TypedDict, total=False):
    """What to change; a field that is absent stays as it is, None takes a restriction away."""

    name: str
    description: str
    position: int
    is_announcement: bool
    faction_id: int | None
    clan_id: int | None


@dataclass(frozen=True, slots=True)
class Tree:
    """The living sections as they are until the end of the current write, and those that whoever changes them sees."""

    sections: dict[int, SectionView]
    seen: set[int]
    viewer: Viewer

    def find(self, pk: int, field: str) -> SectionView:
        """NOT_FOUND alike for what never was, was deleted, or is hidden; FORBIDDEN where others manage."""
        if pk not in self.seen:
            raise not_found(field)
        _check_management(self.viewer, self.sections[pk].alliance_id)
        return self.sections[pk]

    def below(self, pk: int) -> list[SectionView]:
        """A section and everything under it."""
        found = [self.sections[pk]]
        for section in found:
            found += [child for child in self.sections.values() if child.parent_id == section.pk]
        return found

    def slugs(self) -> set[str]:
        return {section.slug for section in self.sections.values()}


async def _locked_tree(viewer: Viewer) -> Tree:
    """The tree, under its lock, as it is until the end of the write."""
    await lock_section_tree()
    sections = {section.pk: section for section in await all_sections()}
    return Tree(sections, visible(viewer, sections), viewer)


async def create_section(
    viewer: Viewer, category_slug: str, parent_id: int | None, changes: SectionChanges, now: datetime
) -> int:
    """Places a new section last among equals of its position; gives its number. `changes` holds at least the name.

    It reads what is above the new section and what is called like it, not the whole tree.
    """

    async def work() -> int:
        await lock_section_tree()
        chain = {} if parent_id is None else {link.pk: link for link in await section_chain(parent_id)}
        above = Tree(chain, set(chain) if sees_section(viewer, chain.values()) else set(), viewer)
        category = await _category(category_slug)
        parent = _parent(above, parent_id, category)
        name = changes["name"]
        await _check_name(category.pk, parent_id, name)
        faction_id, clan_id = changes.get("faction_id"), changes.get("clan_id")
        await _check_restriction(faction_id, clan_id)
        return await insert_section(
            category.pk,
            parent_id,
            free_slug(name, await taken_slugs(name)),
            name,
            now,
            description=changes.get("description", ""),
            position=changes.get("position", 0),
            is_announcement=changes.get("is_announcement", False),
            faction_id=faction_id,
            clan_id=clan_id,
            alliance_id=parent.alliance_id if parent else None,
        )

    return await write(work)


async def update_section(viewer: Viewer, pk: int, changes: SectionChanges) -> None:
    """Edits a section. Its slug stays: links to it live on."""

    async def work() -> None:
        tree = await _locked_tree(viewer)
        section = tree.find(pk, "id")
        if {"name", "faction_id", "clan_id"} & changes.keys():
            _check_unmanaged([section])
        name = changes.get("name", section.name)
        await _check_name(section.category_id, section.parent_id, name, but=pk)
        faction_id = changes.get("faction_id", section.faction_id)
        clan_id = changes.get("clan_id", section.clan_id)
        if {"faction_id", "clan_id"} & changes.keys():
            await _check_restriction(faction_id, clan_id)
        await execute(
            """UPDATE sections SET name = $2, name_key = $3, description = $4, position = $5, is_announcement = $6,
                visible_by_faction_id = $7, visible_by_clan_id = $8 WHERE id = $1""",
            pk,
            name,
            section_name_key(name),
            changes.get("description", section.description),
            changes.get("position", section.position),
            changes.get("is_announcement", section.is_announcement),
            faction_id,
            clan_id,
        )

    await write(work)


async def move_section(viewer: Viewer, pk: int, category_slug: str, parent_id: int | None) -> None:
    """Hangs a section elsewhere, with all that is under it; its category and alliance are those of the new place."""

    async def work() -> None:
        tree = await _locked_tree(viewer)
        section = tree.find(pk, "id")
        category = await _category(category_slug)
        subtree = tree.below(pk)
        _check_unmanaged(subtree)
        if any(below.pk == parent_id for below in subtree):
            raise bad_input("parentId", "section_cycle")
        parent = _parent(tree, parent_id, category)
        await _check_name(category.pk, parent_id, section.name, but=pk)
        stays_with_alliance = parent is None and category.access == "ALLIANCE"
        alliance_id = section.alliance_id if stays_with_alliance else parent.alliance_id if parent else None
        await execute("UPDATE sections SET parent_id = $2 WHERE id = $1", pk, parent_id)
        # What was deleted under it follows too, so that it comes back in the right place.
        await execute(
            f"{_SUBTREE} UPDATE sections SET category_id = $2, alliance_id = $3 WHERE id IN (SELECT id FROM subtree)",
            pk,
            category.pk,
            alliance_id,
        )

    await write(work)


async def delete_section(viewer: Viewer, pk: int, now: datetime) -> None:
    """Takes a section and all that is under it out of the forum and frees the slugs. Rows, topics and posts stay."""

    async def work() -> None:
        tree = await _locked_tree(viewer)
        tree.find(pk, "id")
        subtree = tree.below(pk)
        _check_unmanaged(subtree)
        ids = [section.pk for section in subtree]
        await execute("UPDATE sections SET deleted_at = $2, slug = NULL WHERE id = ANY($1)", ids, now)

    await write(work)


async def restore_section(viewer: Viewer, pk: int) -> None:
    """Brings back a deleted section and what went with it in the same stroke; what was deleted before stays away."""

    async def work() -> None:
        tree = await _locked_tree(viewer)
        if pk in tree.seen:
            return
        section = await _deleted_section(viewer, pk)
        if section.parent_id is not None and section.parent_id not in tree.sections:
            raise Refusal(Code.CONFLICT, "parent_deleted", "id")
        if section.parent_id is not None:
            tree.find(section.parent_id, "id")
        await _check_name(section.category_id, section.parent_id, section.name, field="id")
        rows = await fetch(
            f"""{_SUBTREE} SELECT s.id, s.name FROM sections s JOIN subtree ON subtree.id = s.id
            WHERE s.deleted_at = (SELECT deleted_at FROM sections WHERE id = $1) ORDER BY s.id""",
            pk,
        )
        taken = tree.slugs()
        for row in rows:
            slug = free_slug(row["name"], taken)
            taken.add(slug)
            await execute("UPDATE sections SET deleted_at = NULL, slug = $2 WHERE id = $1", row["id"], slug)

    await write(work)


# ---- what is checked ----------------------------------------------------------------


def _check_management(viewer: Viewer, alliance_id: int | None) -> None:
    if not may_manage_sections(viewer, alliance_id):
        raise forbidden()


async def _category(slug: str) -> CategoryView:
    for category in await all_categories():
        if category.slug == slug:
            return category
    raise not_found("categorySlug")


def _parent(tree: Tree, parent_id: int | None, category: CategoryView) -> SectionView | None:
    """The section to hang another under. At the top of a category the site's staff alone place them."""
    if parent_id is None:
        _check_management(tree.viewer, None)
        return None
    parent = tree.find(parent_id, "parentId")
    _check_unmanaged([parent])
    if parent.category_id != category.pk:
        raise bad_input("parentId", "parent_elsewhere")
    return parent


def _check_unmanaged(sections: list[SectionView]) -> None:
    """An alliance's own sections are made and kept by its features, and their shape is part of what they promise."""
    if any(section.kind != SectionKind.DISCUSSION for section in sections):
        raise Refusal(Code.FORBIDDEN, "kept_section")


async def _check_name(category_id: int, parent_id: int | None, name: str, but: int = 0, field: str = "name") -> None:
    rows = await fetch(
        """SELECT id FROM sections WHERE category_id = $1 AND COALESCE(parent_id, 0) = $2 AND name_key = $3
            AND deleted_at IS NULL AND id <> $4""",
        category_id,
        parent_id or 0,
        section_name_key(name),
        but,
    )
    if rows:
        raise Refusal(Code.CONFLICT, "section_name_taken", field, name=name)


async def _check_restriction(faction_id: int | None, clan_id: int | None) -> None:
    """Both must be in use, and together let somebody in: a clan of another faction would close the section to all."""
    if faction_id is not None and not await Faction.exists(id=faction_id, is_active=True):
        raise bad_input("visibleByFactionId", "no_such_faction")
    if clan_id is None:
        return
    clan = await Clan.get_or_none(id=clan_id, is_active=True)
    if clan is None:
        raise bad_input("visibleByClanId", "no_such_clan")
    if faction_id is not None and clan.faction_id not in (None, faction_id):
        raise bad_input("visibleByClanId", "clan_opens_nothing")


async def _deleted_section(viewer: Viewer, pk: int) -> SectionView:
    section = SECTIONS.first(await fetch(f"{SECTIONS.select} WHERE s.id = $1 AND s.deleted_at IS NOT NULL", pk))
    if section is None or not opens(viewer, section):
        raise not_found("id")
    _check_management(viewer, section.alliance_id)
    return section
