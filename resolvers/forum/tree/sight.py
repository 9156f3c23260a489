"""What one viewer sees of sections and topics, and the verdict on one of them. Reads no forum to show it.

Tested in tests/models/forum/tree/test_section_tree.py.
"""

from collections.abc import Mapping

from engine.operation.context import Context
from models.forum.section import SectionView
from models.forum.topic import TopicView
from models.forum.tree.section_tree import Place, Sight, section_tree
from permissions.visibility import is_narrowed, sees_section, sees_topic
from resolvers.forum.sealed import SHARED, alliances_without_key


async def sight_of(context: Context) -> Sight:
    """The sections that the viewer may see, for what needs no more of them: one statement, however many there are."""

    async def look() -> Sight:
        sight = (await section_tree()).sight(context.viewer)
        if sight.sharing:
            await alliances_without_key(context, sight.sharing)
        return sight

    return await context.once(Sight, look)


async def seen_places(context: Context) -> Mapping[int, Place]:
    """What the viewer sees, by number, as this operation has read it."""
    return (await sight_of(context)).places


async def seen_place(context: Context, section_id: int, stamp: str | None = None) -> Place | None:
    """The section's place if the viewer may see it now: one small statement, unless the tree's stamp was read just now.

    Writes ask this one, since what was read earlier in the operation may have changed.
    """
    return (await section_tree(stamp)).sight(context.viewer).places.get(section_id)


def seen_in_chain(context: Context, chain: list[SectionView], section_id: int) -> SectionView | None:
    """A section of a chain that was read already, if the viewer may see it. It is not linked to the tree."""
    if not sees_section(context.viewer, chain):
        return None
    section = next(section for section in chain if section.pk == section_id)
    _narrow(context, section)
    return section


def _narrow(context: Context, section: SectionView) -> None:
    """Has a guest's mirror count nothing that others wrote, wherever it is not counted anew."""
    if is_narrowed(context.viewer, section):
        section.topic_count = section.post_count = 0  # The tree has those of a guest's own mothers.


async def is_seen_in(context: Context, found: TopicView, section: SectionView, stamp: str) -> bool:
    """Whether the viewer sees a topic in its section, both read under this stamp of the tree."""
    tree = await section_tree(stamp)
    _narrow(context, section)
    is_open = section.pk in tree.sight(context.viewer).places
    return is_open and sees_topic(context.viewer, section, found.alliance_id)


async def open_sections(context: Context) -> list[int]:
    """The sections whose posts may be searched: those of an alliance that lacks its key are closed meanwhile."""
    sight = await sight_of(context)
    blind = (await alliances_without_key(context, sight.sharing))[1] if sight.sharing else set()
    if not blind:
        return sight.whole
    places = [sight.places[pk] for pk in sight.whole]
    return [one.pk for one in places if one.kind not in SHARED or one.alliance_id not in blind]
