"""What accounts follow and mute: a topic beside their part in it, a section in a row of its own."""

from tortoise import BaseDBAsyncClient

# Of a topic's participants a post reads those whom it may tell: neither the told ones nor those who muted it.
TABLES = """
ALTER TABLE "participants" ADD COLUMN "attention" VARCHAR(8) NOT NULL DEFAULT 'NORMAL';
DROP INDEX "idx_participants_topic";
CREATE INDEX "idx_participants_topic" ON "participants" ("topic_id", "is_told", "attention");
CREATE TABLE "section_attentions" (
    "id" {id},
    "attention" VARCHAR(8) NOT NULL,
    "section_id" INT NOT NULL REFERENCES "sections" ("id") ON DELETE CASCADE,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    UNIQUE ("user_id", "section_id")
);
CREATE INDEX "idx_section_attentions" ON "section_attentions" ("section_id", "attention");
"""
NUMBER = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", "postgres": "SERIAL NOT NULL PRIMARY KEY"}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return TABLES.format(id=NUMBER[db.capabilities.dialect])


async def downgrade(db: BaseDBAsyncClient) -> str:
    del db
    return """
DROP TABLE "section_attentions";
DROP INDEX "idx_participants_topic";
CREATE INDEX "idx_participants_topic" ON "participants" ("topic_id", "is_told");
ALTER TABLE "participants" DROP COLUMN "attention";
"""
