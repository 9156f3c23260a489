"""Sections of announcements: where staff alone open topics."""

from tortoise import BaseDBAsyncClient


async def upgrade(db: BaseDBAsyncClient) -> str:
    kind = "BOOL NOT NULL DEFAULT FALSE" if db.capabilities.dialect == "postgres" else "INT NOT NULL DEFAULT 0"
    return f'ALTER TABLE "sections" ADD COLUMN "is_announcement" {kind};'


async def downgrade(db: BaseDBAsyncClient) -> str:
    return 'ALTER TABLE "sections" DROP COLUMN "is_announcement";'
