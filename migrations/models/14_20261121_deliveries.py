"""What convoys mean for rights, told apart from orders and kept when these go: what is due, and what was counted of it.

Convoys that were posted before their member's last update have been counted by it. The history of rights goes by its
own sequence: a harvest that is made late comes after what was changed meanwhile.
"""

from tortoise import BaseDBAsyncClient

# {id}, {bool}, {yes}, {no} and {time} are the words in which the two dialects differ, {minute} how a minute is cut.
ADDED = """
CREATE TABLE "deliveries" (
    "id" {id},
    "alliance_id" INT NOT NULL REFERENCES "alliances" ("id") ON DELETE CASCADE,
    "post_id" INT NOT NULL REFERENCES "posts" ("id") ON DELETE CASCADE,
    "member_id" INT NOT NULL REFERENCES "members" ("id") ON DELETE CASCADE,
    "is_sent" {bool} NOT NULL,
    "materials" BIGINT NOT NULL,
    "counted" BIGINT NOT NULL,
    "sent_at" {time} NOT NULL,
    UNIQUE ("post_id", "member_id", "is_sent")
);
INSERT INTO "deliveries" ("alliance_id", "post_id", "member_id", "is_sent", "materials", "counted", "sent_at")
    SELECT o."alliance_id", c."post_id", m."id", {yes}, c."materials",
        CASE WHEN c."sent_at" < {minute} THEN c."materials" ELSE 0 END, c."sent_at"
    FROM "convoys" c JOIN "orders" o ON o."id" = c."order_id" JOIN "members" m ON m."id" = c."sender_id"
    UNION ALL SELECT o."alliance_id", c."post_id", m."id", {no}, c."materials",
        CASE WHEN c."sent_at" < {minute} THEN c."materials" ELSE 0 END, c."sent_at"
    FROM "convoys" c JOIN "orders" o ON o."id" = c."order_id" JOIN "members" m ON m."id" = o."requester_id";
CREATE INDEX "idx_deliveries_sent_at" ON "deliveries" ("alliance_id", "sent_at");
CREATE INDEX "idx_deliveries_uncounted" ON "deliveries" ("alliance_id") WHERE "materials" <> "counted";
CREATE INDEX "idx_deliveries_member" ON "deliveries" ("member_id");
CREATE INDEX "idx_rights_entries_sequence" ON "rights_entries" ("member_id", "id");
DROP INDEX "idx_rights_entries_member";
"""
WORDS = {
    "sqlite": {
        "id": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
        "bool": "INT",
        "yes": "1",
        "no": "0",
        "time": "TIMESTAMP",
        "minute": """substr(m."last_updated_at", 1, 17) || '00+00:00'""",
    },
    "postgres": {
        "id": "SERIAL NOT NULL PRIMARY KEY",
        "bool": "BOOL",
        "yes": "TRUE",
        "no": "FALSE",
        "time": "TIMESTAMPTZ",
        "minute": """date_trunc('minute', m."last_updated_at")""",
    },
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return ADDED.format(**WORDS[db.capabilities.dialect])


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "deliveries";
CREATE INDEX "idx_rights_entries_member" ON "rights_entries" ("member_id", "harvest_at", "id");
DROP INDEX "idx_rights_entries_sequence";
"""
