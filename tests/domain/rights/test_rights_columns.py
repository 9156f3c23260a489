"""Proves that the table of columns says what the document says of them: order, texts, who sees them, and units."""

from domain.rights.rights_columns import BY_KEY, COLUMNS

# The document's order; the present hunting ground and the evolution behind the cost stand where they explain it.
ATTRIBUTES = """
tdc next_tdp_cost next_tdp_evolution next_tdp_base_time cost_time_ratio base_share coefficient adjustment
share_with_coefficient adjusted_share tdc_at_last_update last_updated_at alliance_production entitlement
player_production quantity_sent quantity_received accumulated_rights projected_rights"""


def test_the_columns_stand_in_the_documents_order() -> None:
    assert [column.attribute for column in COLUMNS] == ATTRIBUTES.split()
    assert len(BY_KEY) == len(COLUMNS) + 4


def test_the_columns_that_the_document_shows_by_default() -> None:
    shown = [column.key for column in COLUMNS if column.visible_by_default]
    assert shown == ["tdc", "coefficient", "adjustment", "accumulatedRights"]
    assert [column.key for column in COLUMNS if not column.requires_administration] == ["tdc"]


def test_every_column_is_named_and_described_in_both_languages() -> None:
    for column in COLUMNS:
        assert all((*column.label, *column.description)), column.key
        assert all(text.endswith(".") for text in column.description), column.key
    for texts in ([column.label.fr for column in COLUMNS], [column.label.en for column in COLUMNS]):
        assert len(set(texts)) == len(COLUMNS)
