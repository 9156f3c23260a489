"""Alliances: who may see what of them, and from tags and selections to rows."""

from collections.abc import Sequence

from domain.alliance.alliance import checked_alliance_name, checked_tag
from domain.alliance.member import is_pseudo
from domain.core.name import name_key
from domain.core.refusal import Code, Refusal, bad_input, forbidden, not_found
from engine.operation.context import Context
from engine.operation.node import loads
from engine.operation.selection import Selection
from models.alliance.alliance import AllianceView, all_alliances, alliance_by_key, alliances_by_ids
from models.alliance.alliance_founding import create_alliance
from models.forum.author import Author
from models.forum.section import SectionView
from permissions.alliance import knows_alliance, may_found, sees_alliance
from permissions.viewer import Membership
from resolvers.forum.forum import forum_of

# ---- reading ------------------------------------------------------------------------


async def alliances(context: Context, selection: Selection) -> list[AllianceView]:
    found = await all_alliances()
    await fill_alliances(context, found, selection)
    return found


async def alliance(context: Context, tag: str, selection: Selection) -> AllianceView | None:
    found = await alliance_by_key(name_key(tag.strip()))
    if found is not None:
        await fill_alliances(context, [found], selection)
    return found


async def fill_alliances(context: Context, found: Sequence[AllianceView], selection: Selection) -> None:
    """Sets what is selected and no list with arguments: those have resolvers of their own."""
    for view in found:
        view.next_harvest_at = view.announced_harvest_at if sees_alliance(context.viewer, view.pk) else None
    if "sections" in selection and found:
        sections = (await forum_of(context)).sections.values()
        for view in found:
            view.sections = [section for section in sections if section.alliance_id == view.pk]


async def alliances_of_sections(
    context: Context, sections: Sequence[SectionView], selection: Selection
) -> list[AllianceView | None]:
    """The alliance that each section belongs to, if any."""
    found = await alliances_by_ids(list({section.alliance_id for section in sections} - {None}))
    await fill_alliances(context, list(found.values()), selection)
    return [found.get(section.alliance_id or 0) for section in sections]


@loads("Alliance")
async def _alliance(context: Context, pk: int, selection: Selection) -> AllianceView | None:
    if not context.viewer.is_authenticated:
        return None
    found = await alliances_by_ids([pk])
    await fill_alliances(context, list(found.values()), selection)
    return found.get(pk)


# ---- who may ------------------------------------------------------------------------


async def tagged(tag: str) -> AllianceView:
    """The alliance that an argument names; NOT_FOUND if there is none."""
    found = await alliance_by_key(name_key(tag.strip()))
    if found is None:
        raise not_found("allianceTag")
    return found


async def administered(context: Context, tag: str) -> AllianceView:
    """The same, for one who administers it; FORBIDDEN otherwise, whatever their role."""
    found = await tagged(tag)
    if not context.viewer.administers(found.pk):
        raise forbidden("not_administrator")
    return found


def check_administers(context: Context, alliance_id: int, field: str) -> None:
    """For a row that an argument names: NOT_FOUND to whom it does not exist, FORBIDDEN to other members and staff."""
    if not knows_alliance(context.viewer, alliance_id):
        raise not_found(field)
    if not context.viewer.administers(alliance_id):
        raise forbidden("not_administrator")


def own_membership(context: Context, alliance_id: int, field: str | None = None) -> Membership:
    """The viewer's place, with its topic, in an alliance; FORBIDDEN otherwise. `field` names a row: NOT_FOUND then."""
    if field is not None and not knows_alliance(context.viewer, alliance_id):
        raise not_found(field)
    membership = context.viewer.membership_in(alliance_id)
    if membership is None:
        raise forbidden("not_member")
    if not membership.has_topic:
        raise forbidden("no_member_topic")
    return membership


# ---- writing ------------------------------------------------------------------------


async def found_alliance(
    context: Context, tag: str, name: str, pseudo: str | None, selection: Selection
) -> AllianceView:
    """A new alliance, administered by its founder."""
    if not may_found(context.viewer):
        raise Refusal(Code.CONFLICT, "already_in_alliance")
    shown, key = checked_tag(tag)
    player = (pseudo if pseudo is not None else context.viewer.username).strip()
    if not is_pseudo(player):
        raise bad_input("pseudo", "bad_pseudo")
    founder = Author(context.viewer.user_id, player)
    pk = await create_alliance(shown, key, checked_alliance_name(name), player, founder, context.now())
    await renew_viewer(context)
    found = (await alliances_by_ids([pk]))[pk]
    await fill_alliances(context, [found], selection)
    return found


async def renew_viewer(context: Context) -> None:
    """After a change of the viewer's own memberships: what the same operation answers already knows it."""
    context.memory.clear()
    await context.sign_in(context.authorization)
