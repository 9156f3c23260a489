"""The version of an alliance's table: of its members, with all that their rights are computed from.

Tested in tests/schema/rights/test_kept.py.
"""

from tortoise import fields
from tortoise.models import Model

from models.live.version import Version


class AllianceStamp(Model):
    """Renewed by triggers with whatever changes an alliance, its members, their censuses or deliveries."""

    alliance_id = fields.IntField(primary_key=True, generated=False)
    stamp = fields.BigIntField()

    class Meta:
        table = "alliance_stamps"


def table_version(tag_key: str) -> Version:
    """NULL where no alliance has the tag, and while it is housed: hosts may have written what is pulled first."""
    sql = """SELECT COALESCE(n.stamp, 0) FROM alliances a LEFT JOIN alliance_stamps n ON n.alliance_id = a.id
        WHERE a.tag_key = {} AND NOT EXISTS (
            SELECT 1 FROM hostings h WHERE h.mother_id = a.id AND h.closed_at IS NULL)"""
    return Version(sql, sql, tag_key)
