"""How accounts attend to sections, and who follows one: they are told of each topic that opens in it.

How they attend to topics stands with those who take part in them (models/live/participant), where posts go by both.
"""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.core.database import execute, fetch


class Attention(StrEnum):
    """What of a topic, or of a section, an account wants to be told."""

    FOLLOW = "FOLLOW"
    NORMAL = "NORMAL"
    MUTE = "MUTE"


class SectionAttention(Model):
    """FOLLOW or MUTE; whoever attends to a section as everybody does has no row."""

    id = fields.IntField(primary_key=True)
    section: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Section", related_name="attentions", on_delete=fields.CASCADE
    )
    section_id: int
    user: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.User", related_name="section_attentions", on_delete=fields.CASCADE
    )
    user_id: int
    attention = fields.CharField(max_length=8)

    class Meta:
        table = "section_attentions"
        unique_together = (("user_id", "section_id"),)
        indexes = (("section_id", "attention"),)


async def section_attentions(user_id: int) -> dict[int, Attention]:
    """By section, how the account attends to those to which it does not as everybody does."""
    rows = await fetch("SELECT section_id, attention FROM section_attentions WHERE user_id = $1", user_id)
    return {section_id: Attention(attention) for section_id, attention in rows}


async def section_followers(section_id: int) -> list[int]:
    """The active accounts that follow a section."""
    rows = await fetch(
        """SELECT a.user_id FROM section_attentions a JOIN users u ON u.id = a.user_id AND u.is_active = TRUE
        WHERE a.section_id = $1 AND a.attention = 'FOLLOW' ORDER BY a.user_id""",
        section_id,
    )
    return [row[0] for row in rows]


async def set_section_attention(user_id: int, section_id: int, attention: Attention) -> None:
    """For use inside write()."""
    if attention is Attention.NORMAL:
        sql = "DELETE FROM section_attentions WHERE user_id = $1 AND section_id = $2"
        await execute(sql, user_id, section_id)
        return
    await execute(
        """INSERT INTO section_attentions (user_id, section_id, attention) VALUES ($1, $2, $3)
        ON CONFLICT (user_id, section_id) DO UPDATE SET attention = excluded.attention""",
        user_id,
        section_id,
        attention.value,
    )
