"""What an alliance keeps beside its posts: members' state, censuses, orders, convoys, harvests and rights' history."""

from tortoise import BaseDBAsyncClient

# {id}, {bool}, {float}, {time}, {no} and {epoch} are the words in which the two dialects differ.
ADDED = """
ALTER TABLE "topics" ADD COLUMN "revision" INT NOT NULL DEFAULT 0;
ALTER TABLE "topics" ADD COLUMN "is_sealed" {bool} NOT NULL DEFAULT {no};
ALTER TABLE "posts" ADD COLUMN "is_sealed" {bool} NOT NULL DEFAULT {no};
ALTER TABLE "alliances" ADD COLUMN "next_harvest_at" {time};
CREATE INDEX "idx_alliances_next_harvest" ON "alliances" ("next_harvest_at");
ALTER TABLE "members" ADD COLUMN "player_id" INT;
ALTER TABLE "members" ADD COLUMN "x" INT;
ALTER TABLE "members" ADD COLUMN "y" INT;
ALTER TABLE "members" ADD COLUMN "rank" VARCHAR(100);
ALTER TABLE "members" ADD COLUMN "rank_order" INT;
ALTER TABLE "members" ADD COLUMN "topic_id" INT REFERENCES "topics" ("id") ON DELETE SET NULL;
ALTER TABLE "members" ADD COLUMN "hosted_by_id" INT REFERENCES "alliances" ("id") ON DELETE SET NULL;
ALTER TABLE "members" ADD COLUMN "claimed_by_id" INT REFERENCES "users" ("id") ON DELETE SET NULL;
ALTER TABLE "members" ADD COLUMN "claimed_at" {time};
ALTER TABLE "members" ADD COLUMN "joined_at" {time} NOT NULL DEFAULT '{epoch}';
ALTER TABLE "members" ADD COLUMN "tdc" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "members" ADD COLUMN "coefficient" {float} NOT NULL DEFAULT 0;
ALTER TABLE "members" ADD COLUMN "adjustment" VARCHAR(8) NOT NULL DEFAULT 'EXACT';
ALTER TABLE "members" ADD COLUMN "tdc_at_last_update" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "members" ADD COLUMN "last_updated_at" {time} NOT NULL DEFAULT '{epoch}';
ALTER TABLE "members" ADD COLUMN "accumulated_thousandths" BIGINT NOT NULL DEFAULT 0;
UPDATE "members" SET "joined_at" = "created_at", "last_updated_at" = "created_at";
CREATE UNIQUE INDEX "uid_members_topic" ON "members" ("topic_id");
CREATE INDEX "idx_members_claim" ON "members" ("claimed_by_id");
CREATE TABLE "censuses" (
    "id" {id},
    "member_id" INT NOT NULL REFERENCES "members" ("id") ON DELETE CASCADE,
    "post_id" INT NOT NULL UNIQUE REFERENCES "posts" ("id") ON DELETE CASCADE,
    "recorded_at" {time} NOT NULL,
    "tdc" BIGINT NOT NULL,
    "food" BIGINT NOT NULL,
    "materials" BIGINT NOT NULL,
    "workers" BIGINT NOT NULL,
    "couveuse" INT NOT NULL,
    "solarium" INT NOT NULL,
    "laboratoire" INT NOT NULL,
    "levels" TEXT NOT NULL,
    "units" TEXT NOT NULL
);
CREATE INDEX "idx_censuses_newest" ON "censuses" ("member_id", "recorded_at", "id");
CREATE TABLE "orders" (
    "id" {id},
    "alliance_id" INT NOT NULL REFERENCES "alliances" ("id") ON DELETE CASCADE,
    "topic_id" INT NOT NULL UNIQUE REFERENCES "topics" ("id") ON DELETE CASCADE,
    "requester_id" INT NOT NULL REFERENCES "members" ("id") ON DELETE CASCADE,
    "x" INT NOT NULL,
    "y" INT NOT NULL,
    "evolution" VARCHAR(32),
    "status" VARCHAR(16) NOT NULL,
    "food_requested" BIGINT NOT NULL,
    "food_delivered" BIGINT NOT NULL,
    "materials_requested" BIGINT NOT NULL,
    "materials_delivered" BIGINT NOT NULL,
    "due_on" DATE,
    "deliver_after" DATE,
    "is_old_format" {bool} NOT NULL DEFAULT {no},
    "created_at" {time} NOT NULL
);
CREATE INDEX "idx_orders_alliance" ON "orders" ("alliance_id", "status");
CREATE INDEX "idx_orders_requester" ON "orders" ("requester_id");
CREATE TABLE "convoys" (
    "id" {id},
    "order_id" INT NOT NULL REFERENCES "orders" ("id") ON DELETE CASCADE,
    "post_id" INT NOT NULL UNIQUE REFERENCES "posts" ("id") ON DELETE CASCADE,
    "sender_id" INT NOT NULL REFERENCES "members" ("id") ON DELETE CASCADE,
    "recipient_id" INT NOT NULL REFERENCES "members" ("id") ON DELETE CASCADE,
    "food" BIGINT NOT NULL,
    "materials" BIGINT NOT NULL,
    "sent_at" {time} NOT NULL,
    "arrives_at" {time} NOT NULL
);
CREATE INDEX "idx_convoys_sender" ON "convoys" ("sender_id", "sent_at");
CREATE INDEX "idx_convoys_order" ON "convoys" ("order_id", "sent_at");
CREATE INDEX "idx_convoys_arrival" ON "convoys" ("arrives_at");
CREATE TABLE "harvests" (
    "id" {id},
    "alliance_id" INT NOT NULL REFERENCES "alliances" ("id") ON DELETE CASCADE,
    "harvest_at" {time} NOT NULL,
    "outcome" VARCHAR(8) NOT NULL,
    "missing" TEXT NOT NULL,
    "created_at" {time} NOT NULL,
    UNIQUE ("alliance_id", "harvest_at")
);
CREATE TABLE "rights_entries" (
    "id" {id},
    "member_id" INT NOT NULL REFERENCES "members" ("id") ON DELETE CASCADE,
    "harvest_id" INT REFERENCES "harvests" ("id") ON DELETE CASCADE,
    "harvest_at" {time} NOT NULL,
    "intervals" INT NOT NULL,
    "base_share" {float} NOT NULL,
    "coefficient" {float} NOT NULL,
    "adjustment" VARCHAR(8) NOT NULL,
    "adjusted_share" {float} NOT NULL,
    "tdc_before" BIGINT NOT NULL,
    "tdc_after" BIGINT NOT NULL,
    "alliance_production" {float} NOT NULL,
    "entitlement_thousandths" BIGINT NOT NULL,
    "player_production_thousandths" BIGINT NOT NULL,
    "quantity_sent" BIGINT NOT NULL,
    "quantity_received" BIGINT NOT NULL,
    "accumulated_before_thousandths" BIGINT NOT NULL,
    "accumulated_after_thousandths" BIGINT NOT NULL,
    "edited_by_id" INT REFERENCES "users" ("id") ON DELETE SET NULL,
    UNIQUE ("harvest_id", "member_id")
);
CREATE INDEX "idx_rights_entries_member" ON "rights_entries" ("member_id", "harvest_at", "id");
"""
WORDS = {
    "sqlite": {
        "id": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
        "bool": "INT",
        "float": "REAL",
        "time": "TIMESTAMP",
        "no": "0",
        "epoch": "1970-01-01 00:00:00+00:00",
    },
    "postgres": {
        "id": "SERIAL NOT NULL PRIMARY KEY",
        "bool": "BOOL",
        "float": "DOUBLE PRECISION",
        "time": "TIMESTAMPTZ",
        "no": "FALSE",
        "epoch": "1970-01-01 00:00:00+00:00",
    },
}
# SQLite keeps no widths: a VARCHAR there is a text of any length.
WIDER = """
ALTER TABLE "members" ALTER COLUMN "pseudo" TYPE VARCHAR(100);
ALTER TABLE "members" ALTER COLUMN "pseudo_key" TYPE VARCHAR(300);
ALTER TABLE "topics" ALTER COLUMN "author_name" TYPE TEXT;
ALTER TABLE "posts" ALTER COLUMN "author_name" TYPE TEXT;
"""
COLUMNS = {
    "topics": ("revision", "is_sealed"),
    "posts": ("is_sealed",),
    "alliances": ("next_harvest_at",),
    "members": (
        *("player_id", "x", "y", "rank", "rank_order", "topic_id", "hosted_by_id", "claimed_by_id", "claimed_at"),
        *("joined_at", "tdc", "coefficient", "adjustment", "tdc_at_last_update", "last_updated_at"),
        "accumulated_thousandths",
    ),
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    dialect = db.capabilities.dialect
    return ADDED.format(**WORDS[dialect]) + (WIDER if dialect == "postgres" else "")


async def downgrade(db: BaseDBAsyncClient) -> str:
    tables = ("rights_entries", "harvests", "convoys", "orders", "censuses")
    dropped = [f'DROP TABLE "{table}";' for table in tables]
    for index in ("uid_members_topic", "idx_members_claim", "idx_alliances_next_harvest"):
        dropped.append(f'DROP INDEX "{index}";')
    for table, columns in COLUMNS.items():
        dropped += [f'ALTER TABLE "{table}" DROP COLUMN "{column}";' for column in columns]
    return "\n".join(dropped)
