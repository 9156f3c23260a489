"""Search of posts and topic titles by words: tsvectors under GIN on PostgreSQL, FTS5 tables kept by triggers on SQLite."""

from tortoise import BaseDBAsyncClient

# Both sides fold accents and case and split in the same places, so that one query has one answer. PostgreSQL's own
# parser would keep addresses, numbers with signs and hyphenated words together, and its unaccent is an extension that
# a hosted database may lack; so one immutable function does both. Lexemes are bounded, since a word of more than 2046
# bytes is an error; so is the text, since a tsvector holds 1 MB. Without fastupdate no search ever has to read through
# what was lately written; posts are few and searches must be quick.
POSTGRES = r"""
CREATE OR REPLACE FUNCTION phm_document(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(ARRAY(
        SELECT left(word, 255) FROM regexp_split_to_table(
            replace(replace(replace(translate(lower(
                normalize(regexp_replace(normalize(left($1, 200000), NFD), '[\u0300-\u036f]+', '', 'g'), NFC)
            ), 'ς', 'σ'), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'),
            '[\u0001-/:-`{-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf'
            '\u2190-\u245f\u2500-\u2775\u2794-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\ufe00-\ufe0f'
            '\uff01-\uff0f\U0001f000-\U0001faff]+'
        ) AS word WHERE word <> ''
    ))
$$;
ALTER TABLE "posts" ADD COLUMN IF NOT EXISTS "search" tsvector GENERATED ALWAYS AS (phm_document("body")) STORED;
ALTER TABLE "topics" ADD COLUMN IF NOT EXISTS "search" tsvector GENERATED ALWAYS AS (phm_document("title")) STORED;
CREATE INDEX IF NOT EXISTS "idx_posts_search" ON "posts" USING GIN ("search") WITH (fastupdate = off);
CREATE INDEX IF NOT EXISTS "idx_topics_search" ON "topics" USING GIN ("search") WITH (fastupdate = off);
"""


def _fts5(table: str, column: str) -> str:
    """A search table that keeps no text of its own: what is deleted from it is told again, word for word."""

    def folded(row: str) -> str:
        # unicode61 folds accents and case; these letters stand for two and are not its business.
        text = f"{row}.{column}"
        for letters, plain in (("œŒ", "oe"), ("æÆ", "ae"), ("ßẞ", "ss")):
            for letter in letters:
                text = f"replace({text}, '{letter}', '{plain}')"
        return text

    remove = f"INSERT INTO {table}_search ({table}_search, rowid, words) VALUES ('delete', old.id, {folded('old')});"
    add = f"INSERT INTO {table}_search (rowid, words) VALUES (new.id, {folded('new')});"
    return f"""
CREATE VIRTUAL TABLE IF NOT EXISTS "{table}_search" USING fts5(
    words, content='', tokenize="unicode61 remove_diacritics 2"
);
CREATE TRIGGER IF NOT EXISTS "{table}_search_insert" AFTER INSERT ON "{table}" BEGIN {add} END;
CREATE TRIGGER IF NOT EXISTS "{table}_search_delete" AFTER DELETE ON "{table}" BEGIN {remove} END;
CREATE TRIGGER IF NOT EXISTS "{table}_search_update" AFTER UPDATE OF "{column}" ON "{table}" BEGIN {remove} {add} END;
INSERT INTO {table}_search ({table}_search) VALUES ('delete-all');
INSERT INTO {table}_search (rowid, words) SELECT row.id, {folded("row")} FROM {table} AS row;
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    return POSTGRES if db.capabilities.dialect == "postgres" else _fts5("posts", "body") + _fts5("topics", "title")


async def downgrade(db: BaseDBAsyncClient) -> str:
    if db.capabilities.dialect == "postgres":
        return """
ALTER TABLE "posts" DROP COLUMN IF EXISTS "search"; ALTER TABLE "topics" DROP COLUMN IF EXISTS "search";
DROP FUNCTION IF EXISTS phm_document(text);
"""
    return "\n".join(
        f'DROP TRIGGER IF EXISTS "{table}_search_{event}";'
        for table in ("posts", "topics")
        for event in ("insert", "delete", "update")
    ) + '\nDROP TABLE IF EXISTS "posts_search"; DROP TABLE IF EXISTS "topics_search";'
