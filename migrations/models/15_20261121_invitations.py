"""Invitations by which accounts are registered."""

from tortoise import BaseDBAsyncClient

TABLE = """
CREATE TABLE "invitations" (
    "id" {serial},
    "digest" VARCHAR(64) NOT NULL UNIQUE,
    "alliance_id" INT REFERENCES "alliances" ("id") ON DELETE CASCADE,
    "created_by_id" INT REFERENCES "users" ("id") ON DELETE SET NULL,
    "uses" INT NOT NULL,
    "used" INT NOT NULL DEFAULT 0,
    "created_at" {time} NOT NULL,
    "expires_at" {time} NOT NULL
);
CREATE INDEX "idx_invitations_alliance" ON "invitations" ("alliance_id");
CREATE INDEX "idx_invitations_expires" ON "invitations" ("expires_at");
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    if db.capabilities.dialect == "sqlite":
        return TABLE.format(serial="INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", time="TIMESTAMP")
    return TABLE.format(serial="SERIAL NOT NULL PRIMARY KEY", time="TIMESTAMPTZ")


async def downgrade(db: BaseDBAsyncClient) -> str:
    return 'DROP TABLE "invitations";'
