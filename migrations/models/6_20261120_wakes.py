"""When each job woke last."""

from tortoise import BaseDBAsyncClient


async def upgrade(db: BaseDBAsyncClient) -> str:
    instant = "TIMESTAMPTZ" if db.capabilities.dialect == "postgres" else "TIMESTAMP"
    return f'CREATE TABLE "wakes" ("name" VARCHAR(40) NOT NULL PRIMARY KEY, "woken_at" {instant} NOT NULL);'


async def downgrade(db: BaseDBAsyncClient) -> str:
    return 'DROP TABLE IF EXISTS "wakes";'
