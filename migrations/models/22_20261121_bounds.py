"""Indexes of beginnings, of words on SQLite and of names and addresses; of all that names what may be deleted."""

from tortoise import BaseDBAsyncClient

# A beginning of so many letters is read as a word is, from the newest post down and no further than asked; one that
# has no index has all its hits gathered first.
BEGINNINGS = ", prefix='3 4 5 6 7 8 9 10 11 12'"
TEXTS = {"posts": 'row."body"', "topics": 'COALESCE(row."shown_title", row."title")'}

# Whether somebody's posts in a topic live is told by the index alone. Convoys under way are found by whom they go to.
CHANGED = """
DROP INDEX {posts};
CREATE INDEX "idx_posts_author" ON "posts" ("author_id", "topic_id", "deleted_at");
DROP INDEX "idx_convoys_arrival";
CREATE INDEX "idx_convoys_recipient" ON "convoys" ("recipient_id", "arrives_at");
CREATE INDEX "idx_reactions_user" ON "reactions" ("user_id");
CREATE INDEX "idx_reading_marks_topic" ON "reading_marks" ("topic_id");
CREATE INDEX "idx_mirror_marks_mirror" ON "mirror_marks" ("mirror_id");
CREATE INDEX "idx_users_role" ON "users" ("role_id", "id");
CREATE INDEX "idx_users_inactive" ON "users" ("id") WHERE NOT "is_active";
"""
CHANGED_BACK = """
DROP INDEX "idx_users_host"; DROP INDEX "idx_users_inactive"; DROP INDEX "idx_users_role";
DROP INDEX "idx_mirror_marks_mirror"; DROP INDEX "idx_reading_marks_topic"; DROP INDEX "idx_reactions_user";
DROP INDEX "idx_convoys_recipient";
CREATE INDEX "idx_convoys_arrival" ON "convoys" ("arrives_at");
DROP INDEX "idx_posts_author";
CREATE INDEX {posts} ON "posts" ("author_id", "topic_id");
"""
POSTS = '"idx_posts_author__ee60f7"'
# PostgreSQL's own order of texts is a language's, in which a beginning is no range.
BEGINNINGS_OF_USERS = {
    "postgres": """
CREATE INDEX "idx_users_name" ON "users" ("username_key" COLLATE "C");
CREATE INDEX "idx_users_address" ON "users" ("email_key" COLLATE "C");
CREATE INDEX "idx_users_host" ON "users" (substr("email_key", strpos("email_key", '@')) COLLATE "C");
""",
    "sqlite": """CREATE INDEX "idx_users_host" ON "users" (substr("email_key", instr("email_key", '@')));""",
}
# Whoever deletes an account, a character, an alliance or a post has the database look for all that names it.
MAY_NAME = (
    ("topics", "author_id"),
    ("topics", "character_id"),
    ("posts", "character_id"),
    ("post_revisions", "editor_id"),
    ("members", "hosted_by_id"),
    ("sections", "alliance_id"),
    ("rights_entries", "edited_by_id"),
    ("alliance_keys", "post_id"),
    ("alliance_keys", "old_post_id"),
    ("alliance_key_uses", "user_id"),
    ("invitations", "created_by_id"),
)


def _index(table: str, column: str) -> str:
    return f'"idx_{table}_{column.removesuffix("_id")}"'


def _search(beginnings: str) -> str:
    """Both search tables made anew. The triggers that keep them stand at other tables, and stay."""
    script = ""
    for table, text in TEXTS.items():
        for letters, plain in (("œŒ", "oe"), ("æÆ", "ae"), ("ßẞ", "ss")):  # As those triggers fold them.
            for letter in letters:
                text = f"replace({text}, '{letter}', '{plain}')"
        script += f"""
DROP TABLE "{table}_search";
CREATE VIRTUAL TABLE "{table}_search" USING fts5(
    words, content='', tokenize="unicode61 remove_diacritics 2"{beginnings}
);
INSERT INTO {table}_search (rowid, words) SELECT row.id, {text} FROM {table} AS row WHERE NOT row."is_sealed";
"""
    return script


async def upgrade(db: BaseDBAsyncClient) -> str:
    script = "" if db.capabilities.dialect == "postgres" else _search(BEGINNINGS)
    script += CHANGED.format(posts=POSTS) + BEGINNINGS_OF_USERS[db.capabilities.dialect]
    for table, column in MAY_NAME:
        script += f'CREATE INDEX {_index(table, column)} ON "{table}" ("{column}") WHERE "{column}" IS NOT NULL;\n'
    return script


async def downgrade(db: BaseDBAsyncClient) -> str:
    script = "".join(f"DROP INDEX {_index(table, column)};\n" for table, column in MAY_NAME)
    script += CHANGED_BACK.format(posts=POSTS)
    if db.capabilities.dialect == "postgres":
        return script + 'DROP INDEX "idx_users_name"; DROP INDEX "idx_users_address";'
    return script + _search("")
