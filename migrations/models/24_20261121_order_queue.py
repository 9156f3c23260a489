"""Orders by their state and day: each minute it is asked of which alliance one waits that may go."""

from tortoise import BaseDBAsyncClient


async def upgrade(db: BaseDBAsyncClient) -> str:
    del db
    return """CREATE INDEX "idx_orders_status_deliver_after" ON "orders" ("status", "deliver_after");"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    del db
    return """DROP INDEX "idx_orders_status_deliver_after";"""
