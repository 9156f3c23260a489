"""The answers kept under idempotency keys."""

from tortoise import BaseDBAsyncClient

TABLE = """
CREATE TABLE IF NOT EXISTS "kept_answers" (
    "id" {serial},
    "key" VARCHAR(255) NOT NULL,
    "fingerprint" VARCHAR(64) NOT NULL,
    "answer" TEXT NOT NULL,
    "created_at" {time} NOT NULL,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_kept_answers_user_key" UNIQUE ("user_id", "key")
);
CREATE INDEX IF NOT EXISTS "idx_kept_answers_created" ON "kept_answers" ("created_at");
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    if db.capabilities.dialect == "sqlite":
        return TABLE.format(serial="INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", time="TIMESTAMP")
    return TABLE.format(serial="SERIAL NOT NULL PRIMARY KEY", time="TIMESTAMPTZ")


async def downgrade(db: BaseDBAsyncClient) -> str:
    return 'DROP TABLE IF EXISTS "kept_answers";'
