"""The orders of each member by the time of their placing, which their pages read down."""

from tortoise import BaseDBAsyncClient


async def upgrade(db: BaseDBAsyncClient) -> str:
    del db
    return """DROP INDEX "idx_orders_requester";
CREATE INDEX "idx_orders_requester" ON "orders" ("requester_id", "created_at", "id");"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    del db
    return """DROP INDEX "idx_orders_requester";
CREATE INDEX "idx_orders_requester" ON "orders" ("requester_id");"""
