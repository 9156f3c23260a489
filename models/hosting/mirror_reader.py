"""Opening sealed rows for readers who hold the key: members of the mother, wherever they play from."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain.hosting.cipher import Kind, Place, open_token
from domain.hosting.mirror_title import read_mirror_title
from domain.hosting.sealed_text import SealedText, read_sealed_text
from models.core.database import Row, fetch
from models.hosting.alliance_key import Keys, keys_of
from models.hosting.mirror import MirrorView, mirrors_at

_TOPIC = "t.id, t.uuid, t.section_id, t.title"
_POST_SQL = f"""SELECT p.id, p.uuid, p.revision, p.deleted_at IS NOT NULL, p.body, {_TOPIC}
    FROM posts p JOIN topics t ON t.id = p.topic_id WHERE p.id = ANY($1) AND p.is_sealed = $2"""
_TOPIC_SQL = f"""SELECT t.id, NULL, t.revision, t.deleted_at IS NOT NULL, NULL, {_TOPIC}
    FROM topics t WHERE t.id = ANY($1) AND t.is_sealed = $2"""


async def open_posts(post_ids: Sequence[int], alliance_ids: Collection[int]) -> dict[int, SealedText]:
    """What these posts say, as far as the keys of these alliances open them."""
    return await _open(await fetch(_POST_SQL, list(post_ids), True), alliance_ids)


async def open_topics(topic_ids: Sequence[int], alliance_ids: Collection[int]) -> dict[int, SealedText]:
    """What these topics are called."""
    return await _open(await fetch(_TOPIC_SQL, list(topic_ids), True), alliance_ids)


async def _open(rows: Sequence[Row], alliance_ids: Collection[int]) -> dict[int, SealedText]:
    mirrors = await mirrors_at({row[7] for row in rows})
    by_tag = {
        (mirror.mirror_section_id, mirror.mother_tag): mirror for mirror in mirrors if mirror.mother_id in alliance_ids
    }
    found: dict[int, SealedText] = {}
    keys: dict[int, Keys | None] = {}
    for row in rows:
        title = read_mirror_title(row[8])
        mirror = None if title is None else by_tag.get((row[7], title.tag))
        if title is None or mirror is None:
            continue
        if mirror.mother_id not in keys:
            keys[mirror.mother_id] = await keys_of(mirror.mother_id)
        text = _text(row, title.token, mirror, keys)
        if text is not None:
            found[row[0]] = text
    return found


def _text(row: Row, title: str, mirror: MirrorView, keys: Mapping[int, Keys | None]) -> SealedText | None:
    _, post, revision, gone, body, _, topic, _, _ = row
    held = keys[mirror.mother_id]
    if held is None:
        return None
    name = None if post is None else UUID(str(post))
    kind = Kind.TITLE if name is None else Kind.BODY
    topic_name = UUID(str(topic))
    place = Place(kind, mirror.hosting, mirror.mother_tag, mirror.host_tag, topic_name, name, revision, bool(gone))
    opened = open_token(title if name is None else body, held.ring, place)
    return read_sealed_text(opened) if isinstance(opened, str) else None


async def mirror_of(topic_title: str, section_id: int) -> MirrorView | None:
    """The open mirror that a sealed topic of a host's section belongs to, by the tag in its title."""
    title = read_mirror_title(topic_title)
    if title is None:
        return None
    found = [one for one in await mirrors_at([section_id]) if one.is_open and one.mother_tag == title.tag]
    return found[0] if found else None
