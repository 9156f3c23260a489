"""Convoys: what was sent towards an order, each read off one post of its topic."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.member import Member
    from models.order import Order
    from models.post import Post


class Convoy(Model):
    """Negative quantities are a counter-entry. `sent_at` is its post's instant, `arrives_at` a whole minute."""

    id = fields.IntField(primary_key=True)
    order: "fields.ForeignKeyRelation[Order]" = fields.ForeignKeyField(
        "models.Order", related_name="convoys", on_delete=fields.CASCADE
    )
    order_id: int
    post: "fields.OneToOneRelation[Post]" = fields.OneToOneField(
        "models.Post", related_name="convoy", on_delete=fields.CASCADE
    )
    post_id: int
    sender: "fields.ForeignKeyRelation[Member]" = fields.ForeignKeyField(
        "models.Member", related_name="convoys_sent", on_delete=fields.CASCADE
    )
    sender_id: int
    recipient: "fields.ForeignKeyRelation[Member]" = fields.ForeignKeyField(
        "models.Member", related_name="convoys_received", on_delete=fields.CASCADE
    )
    recipient_id: int
    food = fields.BigIntField()
    materials = fields.BigIntField()
    sent_at = fields.DatetimeField()
    arrives_at = fields.DatetimeField()

    class Meta:
        table = "convoys"
        indexes = (("sender_id", "sent_at"), ("order_id", "sent_at"), ("arrives_at",))
