"""Claims of members' places: several may stand side by side, so they have a table of their own."""

from tortoise import BaseDBAsyncClient

UP = """
CREATE TABLE "member_claims" (
    "id" {id},
    "member_id" INT NOT NULL REFERENCES "members" ("id") ON DELETE CASCADE,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    "claimed_at" {time} NOT NULL,
    UNIQUE ("member_id", "user_id")
);
CREATE INDEX "idx_member_claims_user" ON "member_claims" ("user_id");
INSERT INTO "member_claims" ("member_id", "user_id", "claimed_at")
    SELECT "id", "claimed_by_id", COALESCE("claimed_at", "created_at") FROM "members"
    WHERE "claimed_by_id" IS NOT NULL ORDER BY "id";
DROP INDEX "idx_members_claim";
ALTER TABLE "members" DROP COLUMN "claimed_by_id";
ALTER TABLE "members" DROP COLUMN "claimed_at";
"""
# The oldest claim of each place is the one that had it.
DOWN = """
ALTER TABLE "members" ADD COLUMN "claimed_by_id" INT REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "members" ADD COLUMN "claimed_at" {time};
CREATE INDEX "idx_members_claim" ON "members" ("claimed_by_id");
UPDATE "members" SET
    "claimed_by_id" = (SELECT c."user_id" FROM "member_claims" c WHERE c."member_id" = "members"."id"
        ORDER BY c."id" LIMIT 1),
    "claimed_at" = (SELECT c."claimed_at" FROM "member_claims" c WHERE c."member_id" = "members"."id"
        ORDER BY c."id" LIMIT 1);
DROP TABLE "member_claims";
"""
WORDS = {
    "sqlite": {"id": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", "time": "TIMESTAMP"},
    "postgres": {"id": "SERIAL NOT NULL PRIMARY KEY", "time": "TIMESTAMPTZ"},
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return UP.format(**WORDS[db.capabilities.dialect])


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWN.format(**WORDS[db.capabilities.dialect])
