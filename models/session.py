"""Sessions: one a sign-in, with its chain of refresh tokens, of which only digests are kept."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from models.user import User


class Session(Model):
    """A sign-in. Revoked by logout, by deactivation, or when one of its refresh tokens is used twice."""

    id = fields.UUIDField(primary_key=True)
    user: "fields.ForeignKeyRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="sessions", on_delete=fields.CASCADE
    )
    user_id: int
    created_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "sessions"


class RefreshToken(Model):
    """One refresh token of a session: good for one use. `digest` is the SHA-256 of the token, in hexadecimal."""

    digest = fields.CharField(max_length=64, primary_key=True)
    session: "fields.ForeignKeyRelation[Session]" = fields.ForeignKeyField(
        "models.Session", related_name="refresh_tokens", on_delete=fields.CASCADE
    )
    issued_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "refresh_tokens"
