"""What mothers ask of hosts. Hostings that are open already were asked for by nobody, and stay open."""

from tortoise import BaseDBAsyncClient

TABLE = """
CREATE TABLE "hosting_proposals" (
    "id" {id},
    "mother_id" INT NOT NULL REFERENCES "alliances" ("id") ON DELETE CASCADE,
    "host_id" INT NOT NULL REFERENCES "alliances" ("id") ON DELETE CASCADE,
    "status" VARCHAR(16) NOT NULL,
    "proposed_at" {time} NOT NULL,
    "answered_at" {time},
    UNIQUE ("mother_id", "host_id")
);
CREATE INDEX "idx_hosting_proposals_host" ON "hosting_proposals" ("host_id");
"""
WORDS = {
    "sqlite": {"id": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", "time": "TIMESTAMP"},
    "postgres": {"id": "SERIAL NOT NULL PRIMARY KEY", "time": "TIMESTAMPTZ"},
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    return TABLE.format(**WORDS[db.capabilities.dialect])


async def downgrade(db: BaseDBAsyncClient) -> str:
    del db
    return 'DROP TABLE "hosting_proposals";'
