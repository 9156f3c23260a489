"""The history of the rights can be folded by day: for how many harvests a row stands, and which days are done."""

from tortoise import BaseDBAsyncClient

CHANGES = """
ALTER TABLE "rights_entries" ADD COLUMN "harvest_count" INT NOT NULL DEFAULT 1;
UPDATE "rights_entries" SET "harvest_count" = 0 WHERE "harvest_id" IS NULL;
ALTER TABLE "harvests" ADD COLUMN "is_folded" {bool} NOT NULL DEFAULT {no};
CREATE INDEX "idx_harvests_unfolded" ON "harvests" ("harvest_at") WHERE NOT "is_folded";
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    postgres = db.capabilities.dialect == "postgres"
    return CHANGES.format(bool="BOOL" if postgres else "INT", no="FALSE" if postgres else "0")


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP INDEX "idx_harvests_unfolded";
ALTER TABLE "harvests" DROP COLUMN "is_folded";
ALTER TABLE "rights_entries" DROP COLUMN "harvest_count";
"""
