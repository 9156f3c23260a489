"""What alliances add to sections as clients see them."""

from engine.execution.field import resolved
from engine.operation.type_extension import extends
from resolvers.alliance import alliance
from schema.alliance.alliance import Alliance
from schema.forum.section import Section


@extends(Section)
class AllianceOfSection:
    alliance: Alliance | None = resolved(
        alliance.alliance_of_section,
        description="The alliance that the section belongs to; null for a section of the site.",
    )
