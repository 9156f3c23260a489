"""What prunes go by: indexes of what is over, and up to where the log has forgotten its posts.

Without the index on a token's session, each session that goes has every token looked at.
"""

from tortoise import BaseDBAsyncClient

CHANGES = """
CREATE INDEX "idx_refresh_tokens_session" ON "refresh_tokens" ("session_id");
CREATE INDEX "idx_refresh_tokens_expires" ON "refresh_tokens" ("expires_at");
CREATE INDEX "idx_sessions_user" ON "sessions" ("user_id");
CREATE INDEX "idx_notifications_read" ON "notifications" ("read_at") WHERE "read_at" IS NOT NULL;
CREATE INDEX "idx_events_other" ON "events" ("seq") WHERE "kind" <> 'POST';
ALTER TABLE "event_heads" ADD COLUMN "pruned_until" BIGINT NOT NULL DEFAULT 0;
DELETE FROM "sessions" WHERE "created_at" < {yesterday}
    AND NOT EXISTS (SELECT 1 FROM "refresh_tokens" WHERE "session_id" = "sessions"."id");
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    if db.capabilities.dialect == "postgres":
        return CHANGES.format(yesterday="now() - interval '1 day'")
    return CHANGES.format(yesterday="strftime('%Y-%m-%d %H:%M:%S', 'now', '-1 day')")


async def downgrade(db: BaseDBAsyncClient) -> str:
    dropped = ("refresh_tokens_session", "refresh_tokens_expires", "sessions_user", "notifications_read", "events_other")
    return "".join(f'DROP INDEX "idx_{name}";' for name in dropped) + (
        'ALTER TABLE "event_heads" DROP COLUMN "pruned_until";'
    )
