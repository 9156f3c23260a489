"""Proves that the table of columns says what the document says of them: order, units, and who sees them."""

from domain.rights.rights_columns import BY_KEY, COLUMNS

# The document's order; the present hunting ground and the evolution behind the cost stand where they explain it.
ATTRIBUTES = """
tdc next_tdp_cost next_tdp_evolution next_tdp_base_time cost_time_ratio base_share coefficient adjustment
share_with_coefficient adjusted_share tdc_at_last_update last_updated_at alliance_production entitlement
player_production quantity_sent quantity_received accumulated_rights projected_rights"""


def test_the_columns_stand_in_the_documents_order() -> None:
    assert [column.attribute for column in COLUMNS] == ATTRIBUTES.split()
    assert len(BY_KEY) == len(COLUMNS) + 5


def test_the_columns_that_the_document_shows_by_default() -> None:
    shown = [column.key for column in COLUMNS if column.visible_by_default]
    assert shown == ["tdc", "coefficient", "adjustment", "accumulatedRights"]
    assert [column.key for column in COLUMNS if not column.requires_administration] == ["tdc"]


def test_the_units_of_the_columns() -> None:
    others = {
        "tdc": "area",
        "tdcAtLastUpdate": "area",
        "nextTdpBaseTime": "seconds",
        "costTimeRatio": "rate",
        "baseShare": "share",
        "shareWithCoefficient": "share",
        "adjustedShare": "share",
        "coefficient": "percent",
    }
    without = {"nextTdpEvolution", "adjustment", "lastUpdatedAt"}
    told = {column.key: column.unit for column in COLUMNS}
    assert told == {key: None if key in without else others.get(key, "materials") for key in told}
