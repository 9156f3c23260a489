"""A topic or a post may stand in two sections under one uuid: the alliance's own and its copy. Titles may be tokens."""

from importlib import import_module

from tortoise import BaseDBAsyncClient

# SQLite cannot drop a constraint: the two tables are made anew. Dropping one would empty what refers to it, so that
# foreign keys are off meanwhile, which they cannot be inside a transaction that is open already.
RUN_IN_TRANSACTION = False

# A generated column stands in the way of its source's type; it is made again as it was.
POSTGRES = """
BEGIN;
ALTER TABLE "topics" DROP COLUMN "search";
ALTER TABLE "topics" ALTER COLUMN "title" TYPE TEXT;
ALTER TABLE "topics" DROP CONSTRAINT IF EXISTS "topics_uuid_key";
ALTER TABLE "posts" DROP CONSTRAINT IF EXISTS "posts_uuid_key";
{indexes}
{search}
COMMIT;
"""
INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS "uid_topics_copy" ON "topics" ("uuid", "section_id");
CREATE UNIQUE INDEX IF NOT EXISTS "uid_posts_copy" ON "posts" ("uuid", "topic_id");
"""
TOPICS = (
    *("id", "uuid", "slug", "title", "author_name", "is_pinned", "is_locked", "created_at", "last_post_at"),
    *("post_count", "deleted_at", "author_id", "character_id", "section_id", "revision", "is_sealed"),
)
POSTS = (
    *("id", "uuid", "body", "author_name", "revision", "created_at", "edited_at", "deleted_at"),
    *("author_id", "character_id", "topic_id", "is_sealed"),
)
SQLITE = """
PRAGMA foreign_keys = OFF;
BEGIN;
DROP TABLE IF EXISTS "topics_new";
CREATE TABLE "topics_new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "uuid" CHAR(36) NOT NULL,
    "slug" VARCHAR(160) UNIQUE,
    "title" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "is_pinned" INT NOT NULL,
    "is_locked" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "last_post_at" TIMESTAMP NOT NULL,
    "post_count" INT NOT NULL,
    "deleted_at" TIMESTAMP,
    "author_id" INT REFERENCES "users" ("id") ON DELETE SET NULL,
    "character_id" INT REFERENCES "characters" ("id") ON DELETE SET NULL,
    "section_id" INT NOT NULL REFERENCES "sections" ("id") ON DELETE RESTRICT,
    "revision" INT NOT NULL DEFAULT 0,
    "is_sealed" INT NOT NULL DEFAULT 0
);
INSERT INTO "topics_new" ({topics}) SELECT {topics} FROM "topics";
DROP TABLE "topics";
ALTER TABLE "topics_new" RENAME TO "topics";
CREATE INDEX "idx_topics_section_9de387" ON "topics" ("section_id", "is_pinned", "last_post_at", "id");
DROP TABLE IF EXISTS "posts_new";
CREATE TABLE "posts_new" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "uuid" CHAR(36) NOT NULL,
    "body" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "revision" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "edited_at" TIMESTAMP,
    "deleted_at" TIMESTAMP,
    "author_id" INT REFERENCES "users" ("id") ON DELETE SET NULL,
    "character_id" INT REFERENCES "characters" ("id") ON DELETE SET NULL,
    "topic_id" INT NOT NULL REFERENCES "topics" ("id") ON DELETE CASCADE,
    "is_sealed" INT NOT NULL DEFAULT 0
);
INSERT INTO "posts_new" ({posts}) SELECT {posts} FROM "posts";
DROP TABLE "posts";
ALTER TABLE "posts_new" RENAME TO "posts";
CREATE INDEX "idx_posts_topic_i_b79ba7" ON "posts" ("topic_id", "created_at", "id");
CREATE INDEX "idx_posts_author__ee60f7" ON "posts" ("author_id", "topic_id");
{indexes}
{search}
COMMIT;
PRAGMA foreign_keys = ON;
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    # Each statement of the search's own migration may be run again; its triggers went with their tables.
    search = import_module("migrations.models.1_20261120_search")
    again = await search.upgrade(db)
    if db.capabilities.dialect == "postgres":
        return POSTGRES.format(indexes=INDEXES, search=again)
    return SQLITE.format(indexes=INDEXES, search=again, topics=", ".join(TOPICS), posts=", ".join(POSTS))


async def downgrade(db: BaseDBAsyncClient) -> str:
    return 'DROP INDEX "uid_topics_copy"; DROP INDEX "uid_posts_copy";'
