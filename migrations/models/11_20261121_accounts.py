"""Where sign-ins come from; one-time codes for passwords."""

from tortoise import BaseDBAsyncClient

TABLE = """
ALTER TABLE "sessions" ADD COLUMN "place" VARCHAR(45) NOT NULL DEFAULT '';
ALTER TABLE "sessions" ADD COLUMN "device" VARCHAR(60) NOT NULL DEFAULT '';
CREATE TABLE "one_time_codes" (
    "digest" VARCHAR(64) NOT NULL PRIMARY KEY,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    "expires_at" {time} NOT NULL
);
CREATE INDEX "idx_one_time_codes_user" ON "one_time_codes" ("user_id");
CREATE INDEX "idx_one_time_codes_expires" ON "one_time_codes" ("expires_at");
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    return TABLE.format(time="TIMESTAMP" if db.capabilities.dialect == "sqlite" else "TIMESTAMPTZ")


async def downgrade(db: BaseDBAsyncClient) -> str:
    return (
        'DROP TABLE "one_time_codes"; ALTER TABLE "sessions" DROP COLUMN "place";'
        ' ALTER TABLE "sessions" DROP COLUMN "device";'
    )
