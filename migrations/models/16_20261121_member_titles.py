"""Of the title of a member's topic the pseudo alone is searched: the rest is not for everybody, and each harvest writes it.

What is searched stays the same over a harvest, so that no index is written; a page keeps room for the new row.
"""

from importlib import import_module

from tortoise import BaseDBAsyncClient

SEARCHED = """
ALTER TABLE "topics" ADD COLUMN "searched" TEXT;
UPDATE "topics" SET "searched" = (SELECT "pseudo" FROM "members" WHERE "topic_id" = "topics"."id")
    WHERE "id" IN (SELECT "topic_id" FROM "members" WHERE "topic_id" IS NOT NULL) AND NOT "is_sealed";
"""
POSTGRES = """
ALTER TABLE "topics" DROP COLUMN "search";
ALTER TABLE "topics" SET (fillfactor = 85);
ALTER TABLE "topics" ADD COLUMN "search" tsvector GENERATED ALWAYS AS
    (CASE WHEN "is_sealed" THEN NULL ELSE phm_document({document}) END) STORED;
CREATE INDEX "idx_topics_search" ON "topics" USING GIN ("search") WITH (fastupdate = off);
"""


def _sqlite_triggers(*, whole: bool) -> str:
    """The triggers as they were made, of the whole title or of what of it is searched."""
    hosting = import_module("migrations.models.8_20261120_hosting")
    script: str = hosting._sqlite_search(sealed_too=False)
    script = script[script.index('DROP TRIGGER IF EXISTS "topics_search_insert"') :]
    if whole:
        return script
    for row in ("old", "new", "row"):
        script = script.replace(f"{row}.title", f'COALESCE({row}."searched", {row}."title")')
    head = 'AFTER UPDATE OF "title" ON "topics" WHEN NOT old."is_sealed" '
    assert head in script
    differs = """COALESCE(old."searched", old."title") <> COALESCE(new."searched", new."title")"""
    return script.replace(
        head, f'AFTER UPDATE OF "title", "searched" ON "topics" WHEN NOT old."is_sealed" AND {differs} '
    )


async def upgrade(db: BaseDBAsyncClient) -> str:
    if db.capabilities.dialect == "postgres":
        return SEARCHED + POSTGRES.format(document='COALESCE("searched", "title")')
    return SEARCHED + _sqlite_triggers(whole=False)


async def downgrade(db: BaseDBAsyncClient) -> str:
    dropped = 'ALTER TABLE "topics" DROP COLUMN "searched";'
    if db.capabilities.dialect == "postgres":
        return POSTGRES.format(document='"title"') + dropped
    return _sqlite_triggers(whole=True) + dropped
