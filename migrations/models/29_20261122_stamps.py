"""Stamps of topics, of alliances and of people, and the triggers that renew them with whatever changes a row that is shown of them."""

from tortoise import BaseDBAsyncClient

# What is shown of an account, or tells whose it is; a sign-in or a new password changes nothing that is kept.
OF_USERS = ("id", "username", "username_key", "role_id", "is_active", "created_at")
PEOPLE = {"users": " OF " + ", ".join(f'"{name}"' for name in OF_USERS)}
PEOPLE |= dict.fromkeys(("characters", "roles", "factions", "clans"), "")
TABLES = """
CREATE TABLE "topic_stamps" ("topic_id" INT NOT NULL PRIMARY KEY, "stamp" BIGINT NOT NULL);
CREATE TABLE "alliance_stamps" ("alliance_id" INT NOT NULL PRIMARY KEY, "stamp" BIGINT NOT NULL);
CREATE TABLE "people_stamps" ("id" INT NOT NULL PRIMARY KEY, "stamp" BIGINT NOT NULL);
INSERT INTO "people_stamps" ("id", "stamp") VALUES (1, {stamp});
"""
# How the rows of each table say which topics, or which alliances, they are of. Sealed rows are never kept.
TOPICS = {
    "topics": "SELECT {row}.id{rows}",
    "posts": "SELECT {row}.topic_id{rows} WHERE NOT {row}.is_sealed",
    "reactions": "SELECT p.topic_id FROM posts p WHERE p.id IN (SELECT {row}.post_id{rows})",
}
ALLIANCES = {
    "alliances": "SELECT {row}.id{rows}",
    "members": "SELECT {row}.alliance_id{rows}",
    "censuses": "SELECT m.alliance_id FROM members m WHERE m.id IN (SELECT {row}.member_id{rows})",
    "deliveries": "SELECT {row}.alliance_id{rows}",
}
STAMPED = [("topic", table, ids) for table, ids in TOPICS.items()]
STAMPED += [("alliance", table, ids) for table, ids in ALLIANCES.items()]
POSTGRES_STAMP = "hashtextextended(gen_random_uuid()::text, 0)"
EVENTS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def _postgres() -> str:
    script = TABLES.format(stamp=POSTGRES_STAMP)
    for kind in ("topic", "alliance", "people"):
        script += f"""
        CREATE FUNCTION phm_stamp_{kind}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            UPDATE "{kind}_stamps" SET "stamp" = {POSTGRES_STAMP}; RETURN NULL; END $$;"""
    for kind, table, ids in STAMPED:
        script += f"""
            CREATE TRIGGER "{table}_stamp_truncate" AFTER TRUNCATE ON "{table}"
                FOR EACH STATEMENT EXECUTE FUNCTION phm_stamp_{kind}();"""
        for event, rows in EVENTS.items():
            name = f"phm_stamp_{table}_{event.lower()}"
            found = " UNION ".join(ids.format(row=f"r{one}", rows=f" FROM {one}_rows r{one}") for one in rows)
            given = " ".join(f"{one} TABLE AS {one}_rows" for one in rows)
            # In one order, whoever stamps several.
            script += f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO "{kind}_stamps" AS t ("{kind}_id", "stamp")
                    SELECT f.of_id, {POSTGRES_STAMP} FROM (SELECT DISTINCT d.of_id FROM ({found}) AS d (of_id)) AS f
                    ORDER BY 1 ON CONFLICT ("{kind}_id") DO UPDATE SET "stamp" = EXCLUDED."stamp";
                RETURN NULL; END $$;
            CREATE TRIGGER "{table}_stamp_{event.lower()}" AFTER {event} ON "{table}" REFERENCING {given}
                FOR EACH STATEMENT EXECUTE FUNCTION {name}();"""
    people = "".join(
        f"""
        CREATE TRIGGER "{table}_stamp" AFTER DELETE OR TRUNCATE OR UPDATE{of} ON "{table}"
            FOR EACH STATEMENT EXECUTE FUNCTION phm_stamp_people();"""
        for table, of in PEOPLE.items()
    )
    return f"{script}{people}"


def _sqlite() -> str:
    script = TABLES.format(stamp="random()")
    for kind, table, ids in STAMPED:
        for event, rows in EVENTS.items():
            # No OR REPLACE: where an outer statement says OR IGNORE, that is what a trigger goes by.
            found = " UNION ".join(ids.format(row=one, rows="") for one in rows)
            script += f"""
            CREATE TRIGGER "{table}_stamp_{event.lower()}" AFTER {event} ON "{table}" BEGIN
                DELETE FROM "{kind}_stamps" WHERE "{kind}_id" IN ({found});
                INSERT INTO "{kind}_stamps" ("{kind}_id", "stamp") SELECT *, random() FROM ({found}); END;"""
    for table, of in PEOPLE.items():
        for event in ("DELETE", f"UPDATE{of}"):
            script += f"""
            CREATE TRIGGER "{table}_stamp_{event.split()[0].lower()}" AFTER {event} ON "{table}" BEGIN
                UPDATE "people_stamps" SET "stamp" = random(); END;"""
    return script


async def upgrade(db: BaseDBAsyncClient) -> str:
    return _postgres() if db.capabilities.dialect == "postgres" else _sqlite()


async def downgrade(db: BaseDBAsyncClient) -> str:
    kinds, events = ("topic", "alliance", "people"), [event.lower() for event in EVENTS]
    stamped = [table for _, table, _ in STAMPED]
    tables = "".join(f'DROP TABLE "{kind}_stamps";' for kind in kinds)
    if db.capabilities.dialect == "postgres":
        triggers = [f'"{table}_stamp_{event}" ON "{table}"' for table in stamped for event in [*events, "truncate"]]
        triggers += [f'"{table}_stamp" ON "{table}"' for table in PEOPLE]
        functions = [f"phm_stamp_{table}_{event}" for table in stamped for event in events]
        functions += [f"phm_stamp_{kind}" for kind in kinds]
    else:
        triggers = [f'"{table}_stamp_{event}"' for table in stamped for event in events]
        triggers += [f'"{table}_stamp_{event}"' for table in PEOPLE for event in ("delete", "update")]
        functions = []
    dropped = "".join(f"DROP TRIGGER {one};" for one in triggers)
    return dropped + "".join(f"DROP FUNCTION {one}();" for one in functions) + tables
