"""The living topics of the whole forum by their last post, which the list of the latest reads down."""

from tortoise import BaseDBAsyncClient


async def upgrade(db: BaseDBAsyncClient) -> str:
    del db
    return """CREATE INDEX "idx_topics_latest" ON "topics" ("last_post_at", "id") WHERE "deleted_at" IS NULL;"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    del db
    return """DROP INDEX "idx_topics_latest";"""
