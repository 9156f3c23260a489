"""The first stone: accounts, the world of the role play, the forum, alliances' names. One history, two dialects."""

from tortoise import BaseDBAsyncClient

SQLITE = """
CREATE TABLE IF NOT EXISTS "roles" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "name" VARCHAR(32) NOT NULL UNIQUE,
    "label" VARCHAR(64) NOT NULL,
    "description" VARCHAR(500) NOT NULL,
    "level" INT NOT NULL,
    "is_active" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "updated_at" TIMESTAMP NOT NULL
) /* A role; `level` orders them, higher allows more. */;
CREATE TABLE IF NOT EXISTS "users" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "username" VARCHAR(32) NOT NULL,
    "username_key" VARCHAR(96) NOT NULL UNIQUE,
    "email" VARCHAR(254) NOT NULL,
    "email_key" VARCHAR(254) NOT NULL UNIQUE,
    "password_hash" VARCHAR(255) NOT NULL,
    "is_active" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "updated_at" TIMESTAMP NOT NULL,
    "role_id" INT NOT NULL REFERENCES "roles" ("id") ON DELETE RESTRICT
) /* An account. `username_key` and `email_key` are the case-folded forms that uniqueness and login go by. */;
CREATE TABLE IF NOT EXISTS "sessions" (
    "id" CHAR(36) NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMP NOT NULL,
    "revoked_at" TIMESTAMP,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
) /* A sign-in. Revoked by logout, by deactivation, or when one of its refresh tokens is used twice. */;
CREATE TABLE IF NOT EXISTS "refresh_tokens" (
    "digest" VARCHAR(64) NOT NULL PRIMARY KEY,
    "issued_at" TIMESTAMP NOT NULL,
    "expires_at" TIMESTAMP NOT NULL,
    "used_at" TIMESTAMP,
    "session_id" CHAR(36) NOT NULL REFERENCES "sessions" ("id") ON DELETE CASCADE
) /* One refresh token of a session: good for one use. `digest` is the SHA-256 of the token, in hexadecimal. */;
CREATE TABLE IF NOT EXISTS "factions" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "name" VARCHAR(64) NOT NULL UNIQUE,
    "slug" VARCHAR(80) NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS "clans" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "name" VARCHAR(64) NOT NULL UNIQUE,
    "slug" VARCHAR(80) NOT NULL UNIQUE,
    "faction_id" INT REFERENCES "factions" ("id") ON DELETE RESTRICT
) /* A clan; `faction` is empty for a clan of no faction. */;
CREATE TABLE IF NOT EXISTS "characters" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "name_key" VARCHAR(192) NOT NULL UNIQUE,
    "is_alive" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "clan_id" INT REFERENCES "clans" ("id") ON DELETE RESTRICT,
    "faction_id" INT REFERENCES "factions" ("id") ON DELETE RESTRICT,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_characters_user_id_b2ff4f" ON "characters" ("user_id", "is_alive");
CREATE TABLE IF NOT EXISTS "alliances" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "tag" VARCHAR(16) NOT NULL,
    "tag_key" VARCHAR(48) NOT NULL UNIQUE,
    "name" VARCHAR(120) NOT NULL,
    "created_at" TIMESTAMP NOT NULL
);
CREATE TABLE IF NOT EXISTS "members" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "pseudo" VARCHAR(64) NOT NULL,
    "pseudo_key" VARCHAR(192) NOT NULL,
    "can_administer" INT NOT NULL,
    "left_at" TIMESTAMP,
    "created_at" TIMESTAMP NOT NULL,
    "alliance_id" INT NOT NULL REFERENCES "alliances" ("id") ON DELETE CASCADE,
    "user_id" INT REFERENCES "users" ("id") ON DELETE SET NULL,
    CONSTRAINT "uid_members_allianc_f7fc82" UNIQUE ("alliance_id", "pseudo_key")
) /* A player of an alliance. `user` is set while an account holds the place; `left_at` when the player has gone. */;
CREATE INDEX IF NOT EXISTS "idx_members_user_id_fb2e32" ON "members" ("user_id");
CREATE TABLE IF NOT EXISTS "categories" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "slug" VARCHAR(80) NOT NULL UNIQUE,
    "name" VARCHAR(120) NOT NULL,
    "description" VARCHAR(500) NOT NULL,
    "position" INT NOT NULL,
    "access" VARCHAR(16) NOT NULL
) /* A category; `access` is one of permissions.visibility.CategoryAccess. */;
CREATE TABLE IF NOT EXISTS "sections" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "slug" VARCHAR(160) UNIQUE,
    "name" VARCHAR(120) NOT NULL,
    "name_key" VARCHAR(360) NOT NULL,
    "description" VARCHAR(2000) NOT NULL,
    "position" INT NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "topic_count" INT NOT NULL,
    "post_count" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "deleted_at" TIMESTAMP,
    "alliance_id" INT REFERENCES "alliances" ("id") ON DELETE RESTRICT,
    "category_id" INT NOT NULL REFERENCES "categories" ("id") ON DELETE RESTRICT,
    "parent_id" INT REFERENCES "sections" ("id") ON DELETE RESTRICT,
    "visible_by_clan_id" INT REFERENCES "clans" ("id") ON DELETE RESTRICT,
    "visible_by_faction_id" INT REFERENCES "factions" ("id") ON DELETE RESTRICT
) /* A section. A deleted one keeps its row and gives up its slug; `name_key` is unique among living siblings. */;
CREATE INDEX IF NOT EXISTS "idx_sections_parent__ec0c54" ON "sections" ("parent_id");
CREATE INDEX IF NOT EXISTS "idx_sections_categor_5a6fa8" ON "sections" ("category_id");
CREATE TABLE IF NOT EXISTS "topics" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "uuid" CHAR(36) NOT NULL UNIQUE,
    "slug" VARCHAR(160) UNIQUE,
    "title" VARCHAR(200) NOT NULL,
    "author_name" VARCHAR(64) NOT NULL,
    "is_pinned" INT NOT NULL,
    "is_locked" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "last_post_at" TIMESTAMP NOT NULL,
    "post_count" INT NOT NULL,
    "deleted_at" TIMESTAMP,
    "author_id" INT REFERENCES "users" ("id") ON DELETE SET NULL,
    "character_id" INT REFERENCES "characters" ("id") ON DELETE SET NULL,
    "section_id" INT NOT NULL REFERENCES "sections" ("id") ON DELETE RESTRICT
) /* A topic. `uuid` names it in every copy of it; `last_post_at` orders its section. */;
CREATE INDEX IF NOT EXISTS "idx_topics_section_9de387" ON "topics" ("section_id", "is_pinned", "last_post_at", "id");
CREATE TABLE IF NOT EXISTS "posts" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "uuid" CHAR(36) NOT NULL UNIQUE,
    "body" TEXT NOT NULL,
    "author_name" VARCHAR(64) NOT NULL,
    "revision" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "edited_at" TIMESTAMP,
    "deleted_at" TIMESTAMP,
    "author_id" INT REFERENCES "users" ("id") ON DELETE SET NULL,
    "character_id" INT REFERENCES "characters" ("id") ON DELETE SET NULL,
    "topic_id" INT NOT NULL REFERENCES "topics" ("id") ON DELETE CASCADE
) /* A post. `uuid` names it in every copy of it; `revision` counts its edits from 0. */;
CREATE INDEX IF NOT EXISTS "idx_posts_topic_i_b79ba7" ON "posts" ("topic_id", "created_at", "id");
CREATE INDEX IF NOT EXISTS "idx_posts_author__ee60f7" ON "posts" ("author_id", "topic_id");
CREATE TABLE IF NOT EXISTS "post_revisions" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "number" INT NOT NULL,
    "body" TEXT NOT NULL,
    "editor_name" VARCHAR(64) NOT NULL,
    "edited_at" TIMESTAMP NOT NULL,
    "editor_id" INT REFERENCES "users" ("id") ON DELETE SET NULL,
    "post_id" INT NOT NULL REFERENCES "posts" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_post_revisi_post_id_a1fff7" UNIQUE ("post_id", "number")
) /* What a post said before an edit: `number` 0 is the first text. */;
CREATE TABLE IF NOT EXISTS "reactions" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "post_id" INT NOT NULL REFERENCES "posts" ("id") ON DELETE CASCADE,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_reactions_post_id_a33a6a" UNIQUE ("post_id", "user_id", "kind")
);
CREATE TABLE IF NOT EXISTS "reading_marks" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "last_post_id" INT NOT NULL,
    "topic_id" INT NOT NULL REFERENCES "topics" ("id") ON DELETE CASCADE,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_reading_mar_user_id_41fb42" UNIQUE ("user_id", "topic_id")
) /* `last_post_id` is the newest post, by id, that the user has seen in the topic. */;
CREATE TABLE IF NOT EXISTS "notifications" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "kind" VARCHAR(24) NOT NULL,
    "level" VARCHAR(8) NOT NULL,
    "message" VARCHAR(64) NOT NULL,
    "details" TEXT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "read_at" TIMESTAMP,
    "post_id" INT REFERENCES "posts" ("id") ON DELETE CASCADE,
    "topic_id" INT REFERENCES "topics" ("id") ON DELETE CASCADE,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
) /* `message` is a key of the message catalogue, `details` a JSON object of plain values that fills it. */;
CREATE INDEX IF NOT EXISTS "idx_notificatio_user_id_bf5d2b" ON "notifications" ("user_id", "id");
CREATE INDEX IF NOT EXISTS "idx_notificatio_user_id_98442a" ON "notifications" ("user_id", "topic_id", "read_at");
CREATE UNIQUE INDEX IF NOT EXISTS "uid_sections_sibling_name" ON "sections" ("category_id", COALESCE("parent_id", 0), "name_key") WHERE "deleted_at" IS NULL;
CREATE TABLE IF NOT EXISTS "aerich" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "version" VARCHAR(255) NOT NULL,
    "app" VARCHAR(100) NOT NULL,
    "content" JSON NOT NULL
);
"""

POSTGRES = """
CREATE TABLE IF NOT EXISTS "roles" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(32) NOT NULL UNIQUE,
    "label" VARCHAR(64) NOT NULL,
    "description" VARCHAR(500) NOT NULL,
    "level" INT NOT NULL,
    "is_active" BOOL NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "roles" IS 'A role; `level` orders them, higher allows more.';
CREATE TABLE IF NOT EXISTS "users" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "username" VARCHAR(32) NOT NULL,
    "username_key" VARCHAR(96) NOT NULL UNIQUE,
    "email" VARCHAR(254) NOT NULL,
    "email_key" VARCHAR(254) NOT NULL UNIQUE,
    "password_hash" VARCHAR(255) NOT NULL,
    "is_active" BOOL NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "role_id" INT NOT NULL REFERENCES "roles" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "users" IS 'An account. `username_key` and `email_key` are the case-folded forms that uniqueness and login go by.';
CREATE TABLE IF NOT EXISTS "sessions" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "revoked_at" TIMESTAMPTZ,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
COMMENT ON TABLE "sessions" IS 'A sign-in. Revoked by logout, by deactivation, or when one of its refresh tokens is used twice.';
CREATE TABLE IF NOT EXISTS "refresh_tokens" (
    "digest" VARCHAR(64) NOT NULL PRIMARY KEY,
    "issued_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    "session_id" UUID NOT NULL REFERENCES "sessions" ("id") ON DELETE CASCADE
);
COMMENT ON TABLE "refresh_tokens" IS 'One refresh token of a session: good for one use. `digest` is the SHA-256 of the token, in hexadecimal.';
CREATE TABLE IF NOT EXISTS "factions" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL UNIQUE,
    "slug" VARCHAR(80) NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS "clans" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL UNIQUE,
    "slug" VARCHAR(80) NOT NULL UNIQUE,
    "faction_id" INT REFERENCES "factions" ("id") ON DELETE RESTRICT
);
COMMENT ON TABLE "clans" IS 'A clan; `faction` is empty for a clan of no faction.';
CREATE TABLE IF NOT EXISTS "characters" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL,
    "name_key" VARCHAR(192) NOT NULL UNIQUE,
    "is_alive" BOOL NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "clan_id" INT REFERENCES "clans" ("id") ON DELETE RESTRICT,
    "faction_id" INT REFERENCES "factions" ("id") ON DELETE RESTRICT,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_characters_user_id_b2ff4f" ON "characters" ("user_id", "is_alive");
CREATE TABLE IF NOT EXISTS "alliances" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "tag" VARCHAR(16) NOT NULL,
    "tag_key" VARCHAR(48) NOT NULL UNIQUE,
    "name" VARCHAR(120) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
CREATE TABLE IF NOT EXISTS "members" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "pseudo" VARCHAR(64) NOT NULL,
    "pseudo_key" VARCHAR(192) NOT NULL,
    "can_administer" BOOL NOT NULL,
    "left_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "alliance_id" INT NOT NULL REFERENCES "alliances" ("id") ON DELETE CASCADE,
    "user_id" INT REFERENCES "users" ("id") ON DELETE SET NULL,
    CONSTRAINT "uid_members_allianc_f7fc82" UNIQUE ("alliance_id", "pseudo_key")
);
CREATE INDEX IF NOT EXISTS "idx_members_user_id_fb2e32" ON "members" ("user_id");
COMMENT ON TABLE "members" IS 'A player of an alliance. `user` is set while an account holds the place; `left_at` when the player has gone.';
CREATE TABLE IF NOT EXISTS "categories" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "slug" VARCHAR(80) NOT NULL UNIQUE,
    "name" VARCHAR(120) NOT NULL,
    "description" VARCHAR(500) NOT NULL,
    "position" INT NOT NULL,
    "access" VARCHAR(16) NOT NULL
);
COMMENT ON TABLE "categories" IS 'A category; `access` is one of permissions.visibility.CategoryAccess.';
CREATE TABLE IF NOT EXISTS "sections" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "slug" VARCHAR(160) UNIQUE,
    "name" VARCHAR(120) NOT NULL,
    "name_key" VARCHAR(360) NOT NULL,
    "description" VARCHAR(2000) NOT NULL,
    "position" INT NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "topic_count" INT NOT NULL,
    "post_count" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "alliance_id" INT REFERENCES "alliances" ("id") ON DELETE RESTRICT,
    "category_id" INT NOT NULL REFERENCES "categories" ("id") ON DELETE RESTRICT,
    "parent_id" INT REFERENCES "sections" ("id") ON DELETE RESTRICT,
    "visible_by_clan_id" INT REFERENCES "clans" ("id") ON DELETE RESTRICT,
    "visible_by_faction_id" INT REFERENCES "factions" ("id") ON DELETE RESTRICT
);
CREATE INDEX IF NOT EXISTS "idx_sections_parent__ec0c54" ON "sections" ("parent_id");
CREATE INDEX IF NOT EXISTS "idx_sections_categor_5a6fa8" ON "sections" ("category_id");
COMMENT ON TABLE "sections" IS 'A section. A deleted one keeps its row and gives up its slug; `name_key` is unique among living siblings.';
CREATE TABLE IF NOT EXISTS "topics" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "uuid" UUID NOT NULL UNIQUE,
    "slug" VARCHAR(160) UNIQUE,
    "title" VARCHAR(200) NOT NULL,
    "author_name" VARCHAR(64) NOT NULL,
    "is_pinned" BOOL NOT NULL,
    "is_locked" BOOL NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "last_post_at" TIMESTAMPTZ NOT NULL,
    "post_count" INT NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "author_id" INT REFERENCES "users" ("id") ON DELETE SET NULL,
    "character_id" INT REFERENCES "characters" ("id") ON DELETE SET NULL,
    "section_id" INT NOT NULL REFERENCES "sections" ("id") ON DELETE RESTRICT
);
CREATE INDEX IF NOT EXISTS "idx_topics_section_9de387" ON "topics" ("section_id", "is_pinned", "last_post_at", "id");
COMMENT ON TABLE "topics" IS 'A topic. `uuid` names it in every copy of it; `last_post_at` orders its section.';
CREATE TABLE IF NOT EXISTS "posts" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "uuid" UUID NOT NULL UNIQUE,
    "body" TEXT NOT NULL,
    "author_name" VARCHAR(64) NOT NULL,
    "revision" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "edited_at" TIMESTAMPTZ,
    "deleted_at" TIMESTAMPTZ,
    "author_id" INT REFERENCES "users" ("id") ON DELETE SET NULL,
    "character_id" INT REFERENCES "characters" ("id") ON DELETE SET NULL,
    "topic_id" INT NOT NULL REFERENCES "topics" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_posts_topic_i_b79ba7" ON "posts" ("topic_id", "created_at", "id");
CREATE INDEX IF NOT EXISTS "idx_posts_author__ee60f7" ON "posts" ("author_id", "topic_id");
COMMENT ON TABLE "posts" IS 'A post. `uuid` names it in every copy of it; `revision` counts its edits from 0.';
CREATE TABLE IF NOT EXISTS "post_revisions" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "number" INT NOT NULL,
    "body" TEXT NOT NULL,
    "editor_name" VARCHAR(64) NOT NULL,
    "edited_at" TIMESTAMPTZ NOT NULL,
    "editor_id" INT REFERENCES "users" ("id") ON DELETE SET NULL,
    "post_id" INT NOT NULL REFERENCES "posts" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_post_revisi_post_id_a1fff7" UNIQUE ("post_id", "number")
);
COMMENT ON TABLE "post_revisions" IS 'What a post said before an edit: `number` 0 is the first text.';
CREATE TABLE IF NOT EXISTS "reactions" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "post_id" INT NOT NULL REFERENCES "posts" ("id") ON DELETE CASCADE,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_reactions_post_id_a33a6a" UNIQUE ("post_id", "user_id", "kind")
);
CREATE TABLE IF NOT EXISTS "reading_marks" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "last_post_id" INT NOT NULL,
    "topic_id" INT NOT NULL REFERENCES "topics" ("id") ON DELETE CASCADE,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_reading_mar_user_id_41fb42" UNIQUE ("user_id", "topic_id")
);
COMMENT ON TABLE "reading_marks" IS '`last_post_id` is the newest post, by id, that the user has seen in the topic.';
CREATE TABLE IF NOT EXISTS "notifications" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "kind" VARCHAR(24) NOT NULL,
    "level" VARCHAR(8) NOT NULL,
    "message" VARCHAR(64) NOT NULL,
    "details" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "read_at" TIMESTAMPTZ,
    "post_id" INT REFERENCES "posts" ("id") ON DELETE CASCADE,
    "topic_id" INT REFERENCES "topics" ("id") ON DELETE CASCADE,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_notificatio_user_id_bf5d2b" ON "notifications" ("user_id", "id");
CREATE INDEX IF NOT EXISTS "idx_notificatio_user_id_98442a" ON "notifications" ("user_id", "topic_id", "read_at");
COMMENT ON TABLE "notifications" IS '`message` is a key of the message catalogue, `details` a JSON object of plain values that fills it.';
CREATE UNIQUE INDEX IF NOT EXISTS "uid_sections_sibling_name" ON "sections" ("category_id", COALESCE("parent_id", 0), "name_key") WHERE "deleted_at" IS NULL;
CREATE TABLE IF NOT EXISTS "aerich" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "version" VARCHAR(255) NOT NULL,
    "app" VARCHAR(100) NOT NULL,
    "content" JSONB NOT NULL
);
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    return POSTGRES if db.capabilities.dialect == "postgres" else SQLITE


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """DROP TABLE IF EXISTS "aerich"; DROP TABLE IF EXISTS "notifications"; DROP TABLE IF EXISTS "reading_marks"; DROP TABLE IF EXISTS "reactions"; DROP TABLE IF EXISTS "post_revisions"; DROP TABLE IF EXISTS "posts"; DROP TABLE IF EXISTS "topics"; DROP TABLE IF EXISTS "sections"; DROP TABLE IF EXISTS "categories"; DROP TABLE IF EXISTS "members"; DROP TABLE IF EXISTS "alliances"; DROP TABLE IF EXISTS "characters"; DROP TABLE IF EXISTS "clans"; DROP TABLE IF EXISTS "factions"; DROP TABLE IF EXISTS "refresh_tokens"; DROP TABLE IF EXISTS "sessions"; DROP TABLE IF EXISTS "users"; DROP TABLE IF EXISTS "roles";"""
