"""Orders: what members ask the alliance for. Each is a topic of the ORDERS section, whose title carries this row."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.alliance import Alliance
    from models.member import Member
    from models.topic import Topic


class Order(Model):
    """An order lives as long as its topic does. Delivered is kept whole, however much it is.

    `status` is one of domain.order.OrderStatus. `is_old_format`: its title came in the older form.
    """

    id = fields.IntField(primary_key=True)
    alliance: "fields.ForeignKeyRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="orders", on_delete=fields.CASCADE
    )
    alliance_id: int
    topic: "fields.OneToOneRelation[Topic]" = fields.OneToOneField(
        "models.Topic", related_name="order", on_delete=fields.CASCADE
    )
    topic_id: int
    requester: "fields.ForeignKeyRelation[Member]" = fields.ForeignKeyField(
        "models.Member", related_name="orders", on_delete=fields.CASCADE
    )
    requester_id: int
    x = fields.IntField()
    y = fields.IntField()
    evolution = fields.CharField(max_length=32, null=True)
    status = fields.CharField(max_length=16)
    food_requested = fields.BigIntField()
    food_delivered = fields.BigIntField(default=0)
    materials_requested = fields.BigIntField()
    materials_delivered = fields.BigIntField(default=0)
    due_on = fields.DateField(null=True)
    deliver_after = fields.DateField(null=True)
    is_old_format = fields.BooleanField(default=False)
    created_at = fields.DatetimeField()

    class Meta:
        table = "orders"
        indexes = (("alliance_id", "status"), ("requester_id",))
