"""Room in each page of members: a harvest writes every row, and where there is room no index is written besides."""

from tortoise import BaseDBAsyncClient


async def upgrade(db: BaseDBAsyncClient) -> str:
    return 'ALTER TABLE "members" SET (fillfactor = 50);' if db.capabilities.dialect == "postgres" else "SELECT 1;"


async def downgrade(db: BaseDBAsyncClient) -> str:
    return 'ALTER TABLE "members" RESET (fillfactor);' if db.capabilities.dialect == "postgres" else "SELECT 1;"
