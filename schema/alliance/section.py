"""What alliances add to sections as clients see them."""

from typing import Any

import strawberry

from engine.operation.connection import load_rows
from engine.operation.type_extension import extends
from resolvers.alliance import alliance
from schema.alliance.alliance import Alliance
from schema.forum.section import Section


async def _alliance(root: Any, info: strawberry.Info) -> Alliance | None:
    async def load(sections: Any, selection: Any) -> Any:
        return await alliance.alliances_of_sections(info.context, sections, selection)

    return await load_rows(info.context, info, root, (), load)  # type: ignore[no-any-return]


@extends(Section)
class AllianceOfSection:
    alliance: Alliance | None = strawberry.field(
        resolver=_alliance, description="The alliance that the section belongs to; null for a section of the site."
    )
