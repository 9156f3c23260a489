"""Where alliances' keys lie: posts of the VAULT, made, put there sealed under the master key, and emptied.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

from datetime import datetime
from secrets import token_bytes
from uuid import uuid4

from domain.core.refusal import Code, Refusal
from domain.hosting import envelope
from domain.hosting.alliance_key import AllianceKey, VaultAssociatedData, seal_key
from models.account.author import Author
from models.core.database import fetch
from models.forum.copy import empty_post, insert_sealed_post
from models.forum.counter import count_in_section, count_posts
from models.forum.lock import lock_known_topic
from models.forum.topic import NewTopic, insert_topic
from models.hosting.key.alliance_key import KeyRecord, keys_of, master_key
from models.hosting.key.trail import Actor, KeyAction, record_key_use

VAULT_TITLE = "Clé de l'alliance"
SIGNED = "Phéromone"


async def make_key(alliance_id: int, by: Actor, now: datetime) -> None:
    """Gives an alliance a key unless it has or had one. For use inside write()."""
    if await keys_of(alliance_id) is None:
        key = AllianceKey(token_bytes(envelope.KEY_BYTES))
        post_id = await put_in_vault(alliance_id, key, now)
        await KeyRecord.create(alliance_id=alliance_id, kid=key.kid, post_id=post_id)
        await record_key_use(alliance_id, KeyAction.CREATED, key.kid, by, now)


async def put_in_vault(alliance_id: int, key: AllianceKey, now: datetime) -> int:
    """Writes a key as a new post of the VAULT; gives its number. For use inside write()."""
    rows = await fetch(
        """SELECT a.tag, s.id, (SELECT t.id FROM topics t WHERE t.section_id = s.id AND t.deleted_at IS NULL
            ORDER BY t.id LIMIT 1) FROM alliances a JOIN sections s ON s.alliance_id = a.id
        WHERE a.id = $1 AND s.kind = 'VAULT' AND s.deleted_at IS NULL ORDER BY s.id LIMIT 1""",
        alliance_id,
    )
    if not rows:
        raise Refusal(Code.CONFLICT, "no_vault")
    tag, section_id, topic_id = rows[0]
    place = await lock_known_topic(topic_id or await _open_vault_topic(section_id, now))
    uuid = uuid4()
    sealed = seal_key(
        key,
        master_key(),
        VaultAssociatedData(tag, uuid, 0),
        salt=token_bytes(envelope.SALT_BYTES),
        nonce=token_bytes(envelope.NONCE_BYTES),
    )
    post_id = await insert_sealed_post(place.pk, uuid, sealed, SIGNED, now)
    await count_posts(place, +1)
    return post_id


async def _open_vault_topic(section_id: int, now: datetime) -> int:
    await count_in_section(section_id, topics=1, posts=0)
    return await insert_topic(NewTopic(section_id, VAULT_TITLE, Author(None, SIGNED), now, VAULT_TITLE))


async def forget_vault_post(post_id: int | None, now: datetime) -> None:
    """Empties the post of a key that nothing is sealed under any more. For use inside write()."""
    rows = await fetch("SELECT topic_id FROM posts WHERE id = $1 AND deleted_at IS NULL", post_id or 0)
    for (topic_id,) in rows:
        place = await lock_known_topic(topic_id)
        await empty_post(place, post_id or 0, now)
        if not place.is_deleted:
            await count_posts(place, -1)
