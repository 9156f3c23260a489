"""The names of filters: each stands for the predicate of its own rule."""

from permissions.alliance import sees_alliance, sees_alliances, sees_own_place
from permissions.row_filter import PREDICATES, RowFilter
from permissions.viewer import Viewer
from permissions.visibility import may_enter_category, sees_section
from permissions.writing import is_own, sees_revisions


def test_a_name_is_of_its_rule() -> None:
    assert {name.value: rule for name, rule in PREDICATES.items()} == {
        "SECTION_VISIBILITY": sees_section,
        "CATEGORY_ENTRY": may_enter_category,
        "REVISION_SIGHT": sees_revisions,
        "SIGNED_IN": sees_alliances,
        "ALLIANCE_INSIGHT": sees_alliance,
        "ALLIANCE_ADMINISTRATION": Viewer.administers,
        "OWN_PLACE": sees_own_place,
        "OWN": is_own,
    }
    assert list(PREDICATES) == list(RowFilter)
