"""Sealing an alliance's mirrors anew under its new key, some rows a transaction, taken up again wherever it stopped.

Reading goes on meanwhile: both keys open. What does not open stays as it is.
"""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from domain.hosting.cipher import AssociatedData, Kind, open_token, seal_token, token_prefix
from domain.hosting.envelope import NONCE_BYTES, SALT_BYTES
from domain.hosting.mirror_title import MirrorTitle, read_mirror_title, write_mirror_title
from models.core.database import execute, fetch
from models.core.row import Rows
from models.core.transaction import write
from models.forum.copy import reseal_posts, reseal_revisions, reseal_titles
from models.forum.lock import lock_mirror_section
from models.hosting.key.alliance_key import Keys, present_keys
from models.hosting.key.key_change import is_rotating
from models.hosting.key.vault import forget_vault_post
from models.hosting.lock import lock_keys
from models.hosting.mirror.mirror import MirrorView, mirrors_of_mother

BATCH = 200


@dataclass(frozen=True, slots=True)
class _Token:
    pk: int
    text: str
    topic: UUID
    post: UUID | None
    revision: int
    is_gone: bool
    section_id: int


_POST = {"pk": "id", "topic": "t.uuid", "post": "p.uuid", "section_id": "t.section_id"}

_TITLES = Rows(
    _Token,
    "topics t",
    {"pk": "id", "text": "title", "topic": "uuid", "post": "NULL", "is_gone": "t.deleted_at IS NOT NULL"},
)
_BODIES = Rows(
    _Token,
    "posts p JOIN topics t ON t.id = p.topic_id",
    _POST | {"text": "body", "is_gone": "p.deleted_at IS NOT NULL"},
)
_EARLIER_BODIES = Rows(
    _Token,
    "post_revisions r JOIN posts p ON p.id = r.post_id JOIN topics t ON t.id = p.topic_id",
    _POST | {"text": "body", "revision": "number", "is_gone": "FALSE"},
)
# The sealed rows of mirrors, in three stages: titles, bodies, and earlier bodies that wait to be pulled. Each says
# how its tokens are written, how rows are read, and which.
_STAGES = (
    (reseal_titles, _TITLES, "t.is_sealed = $2 AND t.id > $3 ORDER BY t.id"),
    (reseal_posts, _BODIES, "p.is_sealed = $2 AND p.id > $3 ORDER BY p.id"),
    (reseal_revisions, _EARLIER_BODIES, "p.is_sealed = $2 AND r.id > $3 ORDER BY r.id"),
)


async def rotate_some(alliance_id: int, now: datetime, limit: int = BATCH) -> bool:
    """Seals up to `limit` rows anew, in one transaction; False once none is left and the old key is gone."""

    async def work() -> bool:
        # Others who rotate the same alliance wait here, and go on where this one ends.
        await lock_keys(alliance_id)
        if not await is_rotating(alliance_id):
            return False
        keys = await present_keys(alliance_id)
        rows = await fetch("SELECT stage, rotated_until FROM alliance_keys WHERE alliance_id = $1", alliance_id)
        stage, until = rows[0]
        if stage == len(_STAGES):
            await _finish(alliance_id, now)
            return False
        last = await _rotate(alliance_id, keys, stage, until, limit)
        await execute(
            "UPDATE alliance_keys SET stage = $2, rotated_until = $3 WHERE alliance_id = $1",
            alliance_id,
            stage if last else stage + 1,
            last,
        )
        return True

    return await write(work)


async def _rotate(alliance_id: int, keys: Keys, stage: int, until: int, limit: int) -> int:
    """The number of the last row of the batch; 0 where the stage has no more."""
    mirrors = await mirrors_of_mother(alliance_id, closed=True)
    by_section: dict[int, list[MirrorView]] = {}
    for mirror in mirrors:
        by_section.setdefault(mirror.mirror_section_id, []).append(mirror)
    for section_id in sorted(by_section):
        await lock_mirror_section(section_id)
    reseal, tokens, wanted = _STAGES[stage]
    sql = f"{tokens.select} WHERE t.section_id = ANY($1) AND {wanted} LIMIT $4"
    rows = tokens.read(await fetch(sql, list(by_section), True, until, limit))
    sealed = []
    for row in rows:
        for mirror in by_section[row.section_id]:
            text = _sealed_anew(keys, mirror, row)
            if text is not None:
                sealed.append((row.pk, text))
                break
    await reseal(sealed)
    return rows[-1].pk if rows else 0


def _sealed_anew(keys: Keys, mirror: MirrorView, row: _Token) -> str | None:
    """None for what is under the new key already, is another mother's, or does not open."""
    token, kind = row.text, Kind.BODY
    if row.post is None:
        title = read_mirror_title(row.text)
        if title is None or title.tag != mirror.mother_tag:
            return None
        token, kind = title.token, Kind.TITLE
    if token.startswith(token_prefix(keys.sealing)):
        return None
    place = AssociatedData(
        kind, mirror.hosting, mirror.mother_tag, mirror.host_tag, row.topic, row.post, row.revision, row.is_gone
    )
    opened = open_token(token, keys.ring, place)
    if not isinstance(opened, str):
        return None
    new = seal_token(keys.sealing, place, opened, salt=token_bytes(SALT_BYTES), nonce=token_bytes(NONCE_BYTES))
    return write_mirror_title(MirrorTitle(mirror.mother_tag, new)) if row.post is None else new


async def _finish(alliance_id: int, now: datetime) -> None:
    rows = await fetch("SELECT old_post_id FROM alliance_keys WHERE alliance_id = $1", alliance_id)
    await forget_vault_post(rows[0][0], now)
    await execute(
        """UPDATE alliance_keys SET old_kid = NULL, old_post_id = NULL, stage = 0, rotated_until = 0
        WHERE alliance_id = $1""",
        alliance_id,
    )
