"""May see: the filters that rows of the forum and of alliances pass before anybody gets them, each by a name.

A name stands for one predicate of this package. The schema prints it on every field that gives such rows.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from permissions.alliance import sees_alliance, sees_alliances, sees_own_place
from permissions.viewer import Viewer
from permissions.visibility import may_enter_category, sees_section
from permissions.writing import is_own, sees_revisions


class RowFilter(StrEnum):
    """Whom rows are there for. The others get none of them, and are not told that there are any."""

    SECTION_VISIBILITY = "SECTION_VISIBILITY"
    CATEGORY_ENTRY = "CATEGORY_ENTRY"
    REVISION_SIGHT = "REVISION_SIGHT"
    SIGNED_IN = "SIGNED_IN"
    ALLIANCE_INSIGHT = "ALLIANCE_INSIGHT"
    ALLIANCE_ADMINISTRATION = "ALLIANCE_ADMINISTRATION"
    OWN_PLACE = "OWN_PLACE"
    OWN = "OWN"


PREDICATES: dict[RowFilter, Callable[..., Any]] = {
    RowFilter.SECTION_VISIBILITY: sees_section,
    RowFilter.CATEGORY_ENTRY: may_enter_category,
    RowFilter.REVISION_SIGHT: sees_revisions,
    RowFilter.SIGNED_IN: sees_alliances,
    RowFilter.ALLIANCE_INSIGHT: sees_alliance,
    RowFilter.ALLIANCE_ADMINISTRATION: Viewer.administers,
    RowFilter.OWN_PLACE: sees_own_place,
    RowFilter.OWN: is_own,
}
