"""Full-text search of posts: a generated tsvector under GIN on PostgreSQL, an FTS5 table kept by triggers on SQLite."""

from tortoise import BaseDBAsyncClient

# Both sides fold accents, so that "reine" finds "Reïne": unicode61 by itself, PostgreSQL by an immutable function
# (its own unaccent is an extension that a hosted database may lack, so the letters are translated by hand).
POSTGRES = """
CREATE OR REPLACE FUNCTION phm_fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(lower($1), 'àâäáãåçéèêëíìîïñóòôöõúùûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy')
$$;
ALTER TABLE "posts" ADD COLUMN IF NOT EXISTS "search" tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', left(phm_fold("body"), 200000))) STORED;
CREATE INDEX IF NOT EXISTS "idx_posts_search" ON "posts" USING GIN ("search");
"""

SQLITE = """
CREATE VIRTUAL TABLE IF NOT EXISTS "posts_search" USING fts5(
    body, content='posts', content_rowid='id', tokenize="unicode61 remove_diacritics 2"
);
CREATE TRIGGER IF NOT EXISTS "posts_search_insert" AFTER INSERT ON "posts" BEGIN
    INSERT INTO posts_search (rowid, body) VALUES (new.id, new.body);
END;
CREATE TRIGGER IF NOT EXISTS "posts_search_delete" AFTER DELETE ON "posts" BEGIN
    INSERT INTO posts_search (posts_search, rowid, body) VALUES ('delete', old.id, old.body);
END;
CREATE TRIGGER IF NOT EXISTS "posts_search_update" AFTER UPDATE OF "body" ON "posts" BEGIN
    INSERT INTO posts_search (posts_search, rowid, body) VALUES ('delete', old.id, old.body);
    INSERT INTO posts_search (rowid, body) VALUES (new.id, new.body);
END;
INSERT INTO posts_search (posts_search) VALUES ('rebuild');
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    return POSTGRES if db.capabilities.dialect == "postgres" else SQLITE


async def downgrade(db: BaseDBAsyncClient) -> str:
    if db.capabilities.dialect == "postgres":
        return 'ALTER TABLE "posts" DROP COLUMN IF EXISTS "search"; DROP FUNCTION IF EXISTS phm_fold(text);'
    return """
DROP TRIGGER IF EXISTS "posts_search_update"; DROP TRIGGER IF EXISTS "posts_search_delete";
DROP TRIGGER IF EXISTS "posts_search_insert"; DROP TABLE IF EXISTS "posts_search";
"""
