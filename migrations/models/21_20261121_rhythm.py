"""Whether an alliance's harvest has failed and is still to be made, and who doubted the minute of its harvests last."""

from tortoise import BaseDBAsyncClient

COLUMNS = {"harvest_failed_at": "{time}", "doubted_harvest_at": "{time}", "doubted_by_id": "INT"}


async def upgrade(db: BaseDBAsyncClient) -> str:
    time = "TIMESTAMPTZ" if db.capabilities.dialect == "postgres" else "TIMESTAMP"
    return "".join(
        f'ALTER TABLE "alliances" ADD COLUMN "{name}" {kind.format(time=time)};' for name, kind in COLUMNS.items()
    )


async def downgrade(db: BaseDBAsyncClient) -> str:
    return "".join(f'ALTER TABLE "alliances" DROP COLUMN "{name}";' for name in COLUMNS)
