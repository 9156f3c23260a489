"""The stamp of the forum's shape, and the triggers that renew it with whatever changes a section or a category."""

from tortoise import BaseDBAsyncClient

# All columns of a section but its counts, which change with every post.
SHAPE = (
    *("id", "category_id", "parent_id", "slug", "name", "name_key", "description", "position", "kind"),
    *("visible_by_faction_id", "visible_by_clan_id", "alliance_id", "is_announcement", "created_at", "deleted_at"),
)
TABLE = """
CREATE TABLE "tree_stamps" ("id" INT NOT NULL PRIMARY KEY, "stamp" VARCHAR(36) NOT NULL);
INSERT INTO "tree_stamps" ("id", "stamp") VALUES (1, {stamp});
"""
OF = {"sections": " OF " + ", ".join(f'"{name}"' for name in SHAPE), "categories": ""}


def _postgres() -> str:
    stamp = "gen_random_uuid()::text"
    script = TABLE.format(stamp=stamp)
    script += f"""
        CREATE FUNCTION phm_stamp_tree() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN UPDATE "tree_stamps" SET "stamp" = {stamp}; RETURN NULL; END $$;"""
    for table, of in OF.items():
        script += f"""
            CREATE TRIGGER "{table}_stamp" AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE{of} ON "{table}"
                FOR EACH STATEMENT EXECUTE FUNCTION phm_stamp_tree();"""
    return script


def _sqlite() -> str:
    stamp = "lower(hex(randomblob(16)))"
    script = TABLE.format(stamp=stamp)
    for table, of in OF.items():
        for event in ("INSERT", "DELETE", f"UPDATE{of}"):
            script += f"""
                CREATE TRIGGER "{table}_stamp_{event.split()[0].lower()}" AFTER {event} ON "{table}" BEGIN
                    UPDATE "tree_stamps" SET "stamp" = {stamp}; END;"""
    return script


async def upgrade(db: BaseDBAsyncClient) -> str:
    return _postgres() if db.capabilities.dialect == "postgres" else _sqlite()


async def downgrade(db: BaseDBAsyncClient) -> str:
    if db.capabilities.dialect == "postgres":
        dropped = "".join(f'DROP TRIGGER "{table}_stamp" ON "{table}";' for table in OF)
        return f'{dropped} DROP FUNCTION phm_stamp_tree(); DROP TABLE "tree_stamps";'
    names = [f"{table}_stamp_{event}" for table in OF for event in ("insert", "delete", "update")]
    return "".join(f'DROP TRIGGER "{name}";' for name in names) + 'DROP TABLE "tree_stamps";'
