"""How the viewer attends to topics and sections: what they follow, and what they have muted."""

import strawberry

from domain.core.refusal import not_found
from engine.guard.row_filter import filtered
from engine.operation.context import Info
from engine.operation.node import row_id
from engine.operation.selection import selection_of
from models.core.transaction import write
from models.forum.section import SectionView
from models.forum.topic import TopicView
from models.live import attention as attention_rows
from models.live import participant as participant_rows
from models.live.attention import Attention, section_attentions
from permissions.row_filter import RowFilter
from resolvers.forum.topic import topic_by_pk
from resolvers.forum.topic_change import answer
from resolvers.forum.tree.forum import section_by_pk


async def viewer_attention(root: SectionView, info: Info) -> Attention:
    """Of a section: one statement an operation, however many sections there are, and none for nobody."""
    context, user_id = info.context, info.context.viewer.user_id
    if user_id is None:
        return Attention.NORMAL
    said = await context.once(viewer_attention, lambda: section_attentions(user_id))
    return said.get(root.pk, Attention.NORMAL)


@filtered(RowFilter.SECTION_VISIBILITY)
async def set_topic_attention(info: Info, topic_id: strawberry.ID, attention: Attention) -> TopicView:
    context = info.context
    pk, user_id = row_id(topic_id, "Topic", "topicId"), context.viewer.user_id
    if user_id is None or await topic_by_pk(context, pk, {}) is None:
        raise not_found()
    await write(lambda: participant_rows.set_topic_attention(user_id, pk, attention))
    return await answer(info, pk)


@filtered(RowFilter.SECTION_VISIBILITY)
async def set_section_attention(info: Info, section_id: strawberry.ID, attention: Attention) -> SectionView:
    context = info.context
    pk, user_id = row_id(section_id, "Section", "sectionId"), context.viewer.user_id
    if user_id is None or await section_by_pk(context, pk, {}) is None:
        raise not_found()
    await write(lambda: attention_rows.set_section_attention(user_id, pk, attention))
    context.memory.clear()
    found = await section_by_pk(context, pk, selection_of(info))
    if found is None:
        raise not_found()
    return found
