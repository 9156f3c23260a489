"""What of the forum may be kept for all viewers of one sight, and what it depends on; not who sees what."""

from collections.abc import Hashable, Sequence
from typing import Any

from domain.core.refusal import Refusal
from engine.kept.field import Arguments, Hole, Kept, Number, Numbers, fields
from engine.operation.context import Context
from engine.operation.node import row_id
from models.forum.tree.version import (
    COUNTS,
    HOSTED,
    PEOPLE,
    SECTION_COUNTS,
    SHAPE,
    own_reactions,
    topic_version,
)
from models.live.version import Version
from permissions.permission import is_staff
from permissions.visibility import visibility_key


def _tree_versions(_arguments: Arguments) -> Sequence[Version]:
    return HOSTED, SHAPE


def _tree_viewers(context: Context, versions: Sequence[Any]) -> Hashable | None:
    """Guests are counted their own topics alone; for who sees what alliances share, hosts are asked first."""
    viewer, is_hosted = context.viewer, versions[0]
    if viewer.is_hosted or (is_hosted and (viewer.memberships or is_staff(viewer))):
        return None
    return visibility_key(viewer)


TREE = Kept(
    _tree_versions,
    _tree_viewers,
    fields(
        Category="id slug name description position access sections",
        Section="id slug name description position kind category parent subsections isAnnouncement topicCount "
        "postCount deletedAt",
    ),
)

_COUNTED = Numbers(COUNTS, SECTION_COUNTS)
TOPIC_COUNT = Number(_COUNTED, lambda section: (section.pk, "topic_count"))
POST_COUNT = Number(_COUNTED, lambda section: (section.pk, "post_count"))


# ---- a topic's page -------------------------------------------------------------------


def _topic_versions(arguments: Arguments) -> Sequence[Version] | None:
    try:
        pk = row_id(arguments["id"], "Topic")
    except (KeyError, Refusal):
        return None
    return topic_version(pk), SHAPE, PEOPLE


def _topic_viewers(context: Context, _versions: Sequence[Any]) -> Hashable:
    return visibility_key(context.viewer)


TOPIC = Kept(
    _topic_versions,
    _topic_viewers,
    fields(
        Topic="id slug title author authorName character isPinned isLocked isEncrypted createdAt lastPostAt deletedAt "
        "postCount posts",
        Post="id body isEncrypted author authorName character createdAt editedAt deletedAt reactions",
        User="id username isActive createdAt",
        Character="id name isAlive state approvedAt player",
        ReactionCount="kind count",
        PostConnection="edges pageInfo totalCount",
        PostEdge="node cursor",
        PageInfo="hasNextPage hasPreviousPage startCursor endCursor",
    ),
)


def _reaction(row: Any) -> str:
    return f"{row.post_id}:{row.kind}"


def _own(keys: Sequence[str]) -> Version:
    return own_reactions(sorted({int(key.partition(":")[0]) for key in keys}))


REACTED = Hole(_reaction, _own)
