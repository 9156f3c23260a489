"""Characters that game masters approve, those that are there being so; factions and clans that go out of use."""

from tortoise import BaseDBAsyncClient


async def upgrade(db: BaseDBAsyncClient) -> str:
    is_sqlite = db.capabilities.dialect == "sqlite"
    time, truth, yes = ("TIMESTAMP", "INT", "1") if is_sqlite else ("TIMESTAMPTZ", "BOOL", "TRUE")
    return f"""
ALTER TABLE "characters" ADD COLUMN "state" VARCHAR(8) NOT NULL DEFAULT 'WAITING';
ALTER TABLE "characters" ADD COLUMN "judged_at" {time};
UPDATE "characters" SET "state" = 'APPROVED', "judged_at" = "created_at";
CREATE INDEX "idx_characters_state" ON "characters" ("state", "id");
ALTER TABLE "factions" ADD COLUMN "is_active" {truth} NOT NULL DEFAULT {yes};
ALTER TABLE "clans" ADD COLUMN "is_active" {truth} NOT NULL DEFAULT {yes};
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP INDEX "idx_characters_state";
ALTER TABLE "characters" DROP COLUMN "state";
ALTER TABLE "characters" DROP COLUMN "judged_at";
ALTER TABLE "factions" DROP COLUMN "is_active";
ALTER TABLE "clans" DROP COLUMN "is_active";
"""
