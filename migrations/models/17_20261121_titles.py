"""What of a title is searched is what everybody reads of it; a member's topic and a sealed copy say of which alliance they are."""

from tortoise import BaseDBAsyncClient

# Titles of before say by themselves what they are: a member's topic that was moved away has eight fields and three
# decimals; a copy begins with its mother's tag.
MOVED_AWAY = "NOT \"is_sealed\" AND \"title\" LIKE '% / % / % / % / % / % / % / % / %.___'"
UP = """
ALTER TABLE "topics" RENAME COLUMN "searched" TO "shown_title";
ALTER TABLE "topics" ADD COLUMN "alliance_id" INT REFERENCES "alliances" ("id") ON DELETE SET NULL;
CREATE INDEX "idx_topics_alliance" ON "topics" ("alliance_id", "section_id");
UPDATE "topics" SET "shown_title" = COALESCE("shown_title", {head}),
    "alliance_id" = (SELECT s."alliance_id" FROM "sections" s WHERE s."id" = "topics"."section_id" AND s."kind" = 'MEMBERS')
WHERE "section_id" IN (SELECT "id" FROM "sections" WHERE "kind" = 'MEMBERS') OR ({moved_away});
UPDATE "topics" SET "alliance_id" = (
    SELECT h."mother_id" FROM "mirrors" m JOIN "hostings" h ON h."id" = m."hosting_id"
        JOIN "alliances" a ON a."id" = h."mother_id"
    WHERE m."mirror_section_id" = "topics"."section_id"
        AND substr("topics"."title", 1, length(a."tag") + 3) = '[' || a."tag" || '] '
    ORDER BY length(a."tag") DESC LIMIT 1)
WHERE "is_sealed";
"""
DOWN = """
DROP INDEX "idx_topics_alliance";
ALTER TABLE "topics" DROP COLUMN "alliance_id";
ALTER TABLE "topics" RENAME COLUMN "shown_title" TO "searched";
"""
HEAD = {
    "postgres": "split_part(\"title\", ' / ', 1)",
    "sqlite": "CASE instr(\"title\", ' / ') WHEN 0 THEN \"title\""
    " ELSE substr(\"title\", 1, instr(\"title\", ' / ') - 1) END",
}
NOTIFICATIONS = {
    "postgres": """
UPDATE "notifications" AS n SET "details" = jsonb_set(n."details"::jsonb, '{title}', to_jsonb(t."shown_title"))::text
FROM "topics" AS t WHERE t."id" = n."topic_id" AND t."shown_title" IS NOT NULL AND n."details" LIKE '%"title"%';
""",
    "sqlite": """
UPDATE "notifications" SET "details" = json_set("details", '$.title',
    (SELECT t."shown_title" FROM "topics" t WHERE t."id" = "topic_id"))
WHERE "topic_id" IN (SELECT "id" FROM "topics" WHERE "shown_title" IS NOT NULL) AND "details" LIKE '%"title"%';
""",
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    dialect = db.capabilities.dialect
    return UP.format(head=HEAD[dialect], moved_away=MOVED_AWAY) + NOTIFICATIONS[dialect]


async def downgrade(db: BaseDBAsyncClient) -> str:
    del db
    return DOWN
