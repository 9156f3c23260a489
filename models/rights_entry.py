"""The history of the rights: what each harvest, or an administrator, wrote for a member."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.harvest import Harvest
    from models.member import Member
    from models.user import User


class RightsEntry(Model):
    """One row of domain.rights_entry. `harvest` is empty where an administrator, `edited_by`, changed the value."""

    id = fields.IntField(primary_key=True)
    member: "fields.ForeignKeyRelation[Member]" = fields.ForeignKeyField(
        "models.Member", related_name="rights_entries", on_delete=fields.CASCADE
    )
    member_id: int
    harvest: "fields.ForeignKeyNullableRelation[Harvest]" = fields.ForeignKeyField(
        "models.Harvest", related_name="entries", on_delete=fields.CASCADE, null=True
    )
    harvest_id: int | None
    harvest_at = fields.DatetimeField()
    intervals = fields.IntField()
    base_share = fields.FloatField()
    coefficient = fields.FloatField()
    adjustment = fields.CharField(max_length=8)
    adjusted_share = fields.FloatField()
    tdc_before = fields.BigIntField()
    tdc_after = fields.BigIntField()
    alliance_production = fields.FloatField()
    entitlement_thousandths = fields.BigIntField()
    player_production_thousandths = fields.BigIntField()
    quantity_sent = fields.BigIntField()
    quantity_received = fields.BigIntField()
    accumulated_before_thousandths = fields.BigIntField()
    accumulated_after_thousandths = fields.BigIntField()
    edited_by: "fields.ForeignKeyNullableRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="rights_edits", on_delete=fields.SET_NULL, null=True
    )
    edited_by_id: int | None

    class Meta:
        table = "rights_entries"
        unique_together = (("harvest_id", "member_id"),)
        indexes = (("member_id", "harvest_at", "id"),)
