"""A title that is written anew costs what of it is new: each harvest writes those of all members.

PostgreSQL works out what is searched of a title only where that changes; a generated column was worked out with each
title. Topics of alliances, of whose pages none is kept, are given no stamp while they are theirs.
"""

from importlib import import_module

from tortoise import BaseDBAsyncClient

OF_NO_ALLIANCE = "{row}.alliance_id IS NULL"
SHOWN = 'COALESCE({row}"shown_title", {row}"title")'
DOCUMENT = f'CASE WHEN {{row}}"is_sealed" THEN NULL ELSE phm_document({SHOWN}) END'
SEARCH = f"""
ALTER TABLE "topics" ALTER COLUMN "search" DROP EXPRESSION;
CREATE FUNCTION phm_search_topic() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    NEW."search" := {DOCUMENT.format(row="NEW.")};
    RETURN NEW; END $$;
CREATE TRIGGER "topics_search_insert" BEFORE INSERT ON "topics" FOR EACH ROW EXECUTE FUNCTION phm_search_topic();
CREATE TRIGGER "topics_search_update" BEFORE UPDATE OF "title", "shown_title", "is_sealed", "search" ON "topics"
    FOR EACH ROW WHEN (OLD."is_sealed" <> NEW."is_sealed" OR NEW."search" IS DISTINCT FROM OLD."search"
        OR {SHOWN.format(row="OLD.")} <> {SHOWN.format(row="NEW.")})
    EXECUTE FUNCTION phm_search_topic();
ALTER TABLE "topics" ENABLE ALWAYS TRIGGER "topics_search_insert";
ALTER TABLE "topics" ENABLE ALWAYS TRIGGER "topics_search_update";
"""
GENERATED = f"""
DROP TRIGGER "topics_search_insert" ON "topics";
DROP TRIGGER "topics_search_update" ON "topics";
DROP FUNCTION phm_search_topic();
ALTER TABLE "topics" DROP COLUMN "search";
ALTER TABLE "topics" ADD COLUMN "search" tsvector GENERATED ALWAYS AS ({DOCUMENT.format(row="")}) STORED;
CREATE INDEX "idx_topics_search" ON "topics" USING GIN ("search") WITH (fastupdate = off);
"""


def _stamp(dialect: str, *, theirs_too: bool) -> str:
    """The stamps of topics that are changed, as they were made or without those of alliances."""
    made = import_module("migrations.models.29_20261122_stamps")
    if dialect == "postgres":
        script = made._postgres()
        start = script.index("CREATE FUNCTION phm_stamp_topics_update()")
        function = script[start : script.index("END $$;", start) + len("END $$;")]
        for row in ("OLD", "NEW"):
            of_all = f"FROM {row}_rows r{row}"
            assert function.count(of_all) == 1
            if not theirs_too:
                function = function.replace(of_all, f"{of_all} WHERE {OF_NO_ALLIANCE.format(row=f'r{row}')}")
        return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    script = made._sqlite()
    start = script.index('CREATE TRIGGER "topics_stamp_update"')
    trigger = script[start : script.index("END;", start) + len("END;")]
    if not theirs_too:
        when = " OR ".join(OF_NO_ALLIANCE.format(row=row) for row in ("old", "new"))
        trigger = trigger.replace('ON "topics" BEGIN', f'ON "topics" WHEN {when} BEGIN')
        assert when in trigger
    return f'DROP TRIGGER "topics_stamp_update"; {trigger}'


async def upgrade(db: BaseDBAsyncClient) -> str:
    dialect = db.capabilities.dialect
    return _stamp(dialect, theirs_too=False) + (SEARCH if dialect == "postgres" else "")


async def downgrade(db: BaseDBAsyncClient) -> str:
    dialect = db.capabilities.dialect
    return _stamp(dialect, theirs_too=True) + (GENERATED if dialect == "postgres" else "")
