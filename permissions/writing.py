"""Who may write what in a section that they see: pure predicates. Whether they see it is said in visibility."""

from permissions.permission import Permission, has, is_staff
from permissions.viewer import Viewer
from permissions.visibility import SectionKind

# In MEMBERS and ORDERS the service opens the topics, one for each member and order; anybody inside may post in them.
_TOPICS_BY_HAND = frozenset({SectionKind.DISCUSSION})
_POSTS_BY_HAND = frozenset({SectionKind.DISCUSSION, SectionKind.MEMBERS, SectionKind.ORDERS})


def takes_topics(kind: str) -> bool:
    """Whether topics are opened, renamed and brought here by hand."""
    return kind in _TOPICS_BY_HAND


def takes_posts(kind: str) -> bool:
    """Whether posts are written, and topics and posts changed and removed, by hand."""
    return kind in _POSTS_BY_HAND


def may_announce(viewer: Viewer, alliance_id: int | None = None) -> bool:
    """Whether the viewer may open topics in sections of announcements. `alliance_id` here is always the section's."""
    return is_staff(viewer) or viewer.administers(alliance_id)


def may_moderate(viewer: Viewer, alliance_id: int | None = None) -> bool:
    """Whether the viewer passes locks and changes what others wrote: by role, or where they administer the alliance."""
    return has(viewer, Permission.MODERATE_FORUM) or viewer.administers(alliance_id)


def may_manage_sections(viewer: Viewer, alliance_id: int | None = None) -> bool:
    """Whether the viewer may make, change and take away sections: by role, or those of an alliance they administer."""
    return has(viewer, Permission.MANAGE_SECTIONS) or viewer.administers(alliance_id)


def is_own(viewer: Viewer, author_id: int | None) -> bool:
    """Whether something is of the viewer's own account; nothing is nobody's."""
    return author_id is not None and author_id == viewer.user_id


def may_change(viewer: Viewer, author_id: int | None, alliance_id: int | None = None) -> bool:
    """Whether the viewer may change something that `author_id` wrote."""
    return may_moderate(viewer, alliance_id) or is_own(viewer, author_id)


def sees_revisions(viewer: Viewer, author_id: int | None) -> bool:
    """Whether the viewer may read what a post said before its edits."""
    return is_staff(viewer) or is_own(viewer, author_id)
