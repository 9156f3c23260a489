"""May see: the one predicate over sections. Every path to anything in the forum asks it; nothing else decides."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol

from permissions.alliance import reads_rights, sees_alliance
from permissions.permission import is_staff
from permissions.viewer import LivingCharacter, Viewer


class CategoryAccess(StrEnum):
    """Who a category is for, before its sections narrow it."""

    PUBLIC = "PUBLIC"
    AUTHENTICATED = "AUTHENTICATED"
    CHARACTER = "CHARACTER"
    ALLIANCE = "ALLIANCE"


class SectionKind(StrEnum):
    """What a section holds."""

    DISCUSSION = "DISCUSSION"
    MEMBERS = "MEMBERS"
    ORDERS = "ORDERS"
    VAULT = "VAULT"
    MIRROR = "MIRROR"


class Restriction(Protocol):
    """What the predicate reads of a section."""

    @property
    def parent_id(self) -> int | None: ...
    @property
    def access(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def faction_id(self) -> int | None: ...
    @property
    def clan_id(self) -> int | None: ...
    @property
    def alliance_id(self) -> int | None: ...


def may_enter_category(viewer: Viewer, access: str, alliance_id: int | None = None) -> bool:
    """Whether the access of a category lets the viewer in. Unknown kinds of access let nobody in."""
    if access == CategoryAccess.PUBLIC:
        return True
    if not viewer.is_authenticated:
        return False
    if access == CategoryAccess.AUTHENTICATED or is_staff(viewer):
        return access in CategoryAccess.__members__
    if access == CategoryAccess.CHARACTER:
        return bool(viewer.characters)
    return access == CategoryAccess.ALLIANCE and alliance_id is not None and viewer.belongs_to(alliance_id)


def admits(restriction: Restriction, character: LivingCharacter) -> bool:
    """Whether a character by itself passes what this one section asks of faction and clan, once it is approved.

    Two restrictions on one section: the same character must satisfy both.
    """
    if restriction.faction_id is None and restriction.clan_id is None:
        return True
    return (
        character.is_approved
        and restriction.faction_id in (None, character.faction_id)
        and restriction.clan_id in (None, character.clan_id)
    )


def opens(viewer: Viewer, restriction: Restriction) -> bool:
    """Whether this one section lets the viewer in, its ancestors left aside."""
    if restriction.kind == SectionKind.VAULT:
        return viewer.administers(restriction.alliance_id)
    if restriction.kind == SectionKind.MIRROR and viewer.is_guest_of(restriction.alliance_id):
        return True
    return _opens_whole(viewer, restriction)


_OF_MEMBERS = frozenset({SectionKind.MEMBERS, SectionKind.ORDERS})


def _opens_whole(viewer: Viewer, restriction: Restriction) -> bool:
    if restriction.kind in _OF_MEMBERS and not sees_alliance(viewer, restriction.alliance_id):
        return False
    if not may_enter_category(viewer, restriction.access, restriction.alliance_id):
        return False
    if restriction.faction_id is None and restriction.clan_id is None:
        return True
    return is_staff(viewer) or any(admits(restriction, character) for character in viewer.characters)


def is_narrowed(viewer: Viewer, restriction: Restriction) -> bool:
    """Whether the viewer is in a mirror as a guest alone: then there are the topics of their own mothers and no others.

    `Viewer.mothers_at` the section's alliance tells which; all that is counted or listed there is theirs alone.
    """
    return restriction.kind == SectionKind.MIRROR and not _opens_whole(viewer, restriction)


def sees_topic(viewer: Viewer, section: Restriction, alliance_id: int | None) -> bool:
    """Whether a topic of a section that the viewer sees is there for them; `alliance_id` is the topic's own."""
    return not is_narrowed(viewer, section) or alliance_id in viewer.mothers_at(section.alliance_id)


def sees_full_title(viewer: Viewer, alliance_id: int | None) -> bool:
    """Whether a title is shown with the rights that it carries; `alliance_id` is the topic's own."""
    return alliance_id is not None and reads_rights(viewer, alliance_id)


def visible(viewer: Viewer, restrictions: Mapping[int, Restriction]) -> set[int]:
    """The ids among `restrictions` that the viewer may see: those that open, under ancestors that all open.

    A parent that is not among `restrictions` (deleted, or never loaded) closes what lies under it.
    """
    verdicts: dict[int | None, bool] = {None: True}
    alike: dict[tuple[object, ...], bool] = {}  # Most sections ask for the same few things.
    for section_id in restrictions:
        trail: list[int] = []
        current: int | None = section_id
        while current not in verdicts and current is not None and current in restrictions:
            verdicts[current] = False  # A cycle, which the writes refuse, would be closed rather than endless.
            trail.append(current)
            current = restrictions[current].parent_id
        above = verdicts.get(current, False)
        for link in reversed(trail):
            restriction = restrictions[link]
            asked = (
                restriction.kind,
                restriction.access,
                restriction.faction_id,
                restriction.clan_id,
                restriction.alliance_id,
            )
            if asked not in alike:
                alike[asked] = opens(viewer, restriction)
            above = verdicts[link] = above and alike[asked]
    return {section_id for section_id in restrictions if verdicts[section_id]}


def sees_section(viewer: Viewer, chain: Iterable[Restriction]) -> bool:
    """Whether the viewer may see a section, given itself and all of its ancestors (in any order, none left out)."""
    links = list(chain)
    return bool(links) and any(link.parent_id is None for link in links) and all(opens(viewer, link) for link in links)


VisibilityKey = tuple[object, ...]


def visibility_key(viewer: Viewer) -> VisibilityKey:
    """All that the rules read of a viewer who reads: two of one sight see the same, but for what is personal."""
    return (
        viewer.is_authenticated,
        viewer.role_level,
        frozenset((one.faction_id, one.clan_id, one.is_approved) for one in viewer.characters),
        frozenset(
            (place.alliance_id, place.can_administer, place.has_topic, place.hosted_by_id)
            for place in viewer.memberships
        ),
    )
