"""What keeps the forum's lists and counts from growing with it: who takes part in a topic, and indexes of the few."""

from tortoise import BaseDBAsyncClient

# The deleted and the unread are few among many: indexes of those alone.
TABLES = """
CREATE TABLE "participants" (
    "id" {id},
    "topic_id" INT NOT NULL REFERENCES "topics" ("id") ON DELETE CASCADE,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    "is_told" {bool} NOT NULL,
    UNIQUE ("user_id", "topic_id")
);
INSERT INTO "participants" ("topic_id", "user_id", "is_told")
    SELECT found.topic_id, found.user_id, EXISTS (SELECT 1 FROM "notifications" n WHERE n."user_id" = found.user_id
        AND n."topic_id" = found.topic_id AND n."kind" = 'NEW_POST' AND n."read_at" IS NULL)
    FROM (SELECT "topic_id" AS topic_id, "author_id" AS user_id FROM "posts" WHERE "author_id" IS NOT NULL
        UNION SELECT "id", "author_id" FROM "topics" WHERE "author_id" IS NOT NULL) AS found;
CREATE INDEX "idx_participants_topic" ON "participants" ("topic_id", "is_told");
DROP INDEX "idx_notificatio_user_id_98442a";
CREATE INDEX "idx_notifications_topic" ON "notifications" ("topic_id", "user_id");
CREATE INDEX "idx_notifications_post" ON "notifications" ("post_id");
CREATE INDEX "idx_notifications_unread" ON "notifications" ("user_id", "id") WHERE "read_at" IS NULL;
CREATE INDEX "idx_posts_living" ON "posts" ("topic_id", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "idx_posts_deleted" ON "posts" ("topic_id", "created_at", "id") WHERE "deleted_at" IS NOT NULL;
CREATE INDEX "idx_topics_deleted" ON "topics" ("section_id", "is_pinned", "last_post_at", "id")
    WHERE "deleted_at" IS NOT NULL;
"""
WORDS = {
    "sqlite": {"id": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", "bool": "INT"},
    "postgres": {"id": "SERIAL NOT NULL PRIMARY KEY", "bool": "BOOL"},
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return TABLES.format(**WORDS[db.capabilities.dialect])


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX "idx_topics_deleted"; DROP INDEX "idx_posts_deleted"; DROP INDEX "idx_posts_living";
        DROP INDEX "idx_notifications_unread"; DROP INDEX "idx_notifications_post"; DROP INDEX "idx_notifications_topic";
        CREATE INDEX "idx_notificatio_user_id_98442a" ON "notifications" ("user_id", "topic_id", "read_at");
        DROP TABLE "participants";
    """
