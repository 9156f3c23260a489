"""What the game's table said of a member's hunting ground and when, and whether who left administered.

The rights of a member are of whole minutes: those that began within one begin with it.
"""

from tortoise import BaseDBAsyncClient

COLUMNS = {"table_tdc": "BIGINT", "table_tdc_at": "{time}", "left_administering": "{flag}"}


async def upgrade(db: BaseDBAsyncClient) -> str:
    postgres = db.capabilities.dialect == "postgres"
    kinds = {  # SQLite keeps what is true or false as numbers.
        "time": "TIMESTAMPTZ" if postgres else "TIMESTAMP",
        "flag": "BOOL NOT NULL DEFAULT FALSE" if postgres else "INT NOT NULL DEFAULT 0",
    }
    added = "".join(f'ALTER TABLE "members" ADD COLUMN "{name}" {kind.format(**kinds)};' for name, kind in COLUMNS.items())
    minute = """date_trunc('minute', "last_updated_at")""" if postgres else """substr("last_updated_at", 1, 17) || '00+00:00'"""
    return f"""{added}
UPDATE "members" SET "table_tdc" = "tdc", "table_tdc_at" = "joined_at" WHERE "tdc" > 0;
UPDATE "members" SET "tdc_at_last_update" = "tdc" WHERE "tdc_at_last_update" = 0 AND "tdc" > 0;
UPDATE "members" SET "last_updated_at" = {minute};"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    del db
    return "".join(f'ALTER TABLE "members" DROP COLUMN "{name}";' for name in COLUMNS)
