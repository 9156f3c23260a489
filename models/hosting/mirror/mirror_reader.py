"""Opening sealed rows for readers who hold the key: members of the mother, wherever they play from.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from uuid import UUID

from domain.hosting.cipher import AssociatedData, Kind, open_token
from domain.hosting.mirror_title import read_mirror_title
from domain.hosting.sealed_text import SealedText, read_sealed_text
from models.core.database import fetch
from models.core.row import Rows, column
from models.forum.post_revision import PostRevisionView, revisions_of
from models.hosting.key.alliance_key import Keys, keys_of
from models.hosting.mirror.mirror import MirrorView, mirrors_at
from models.hosting.mirror.mirror_mark import highest_revisions


@dataclass(frozen=True, slots=True)
class _SealedRow:
    """A sealed post of a topic, or a topic itself: then there is no `post`, and the token is in the title alone."""

    pk: int = field(metadata=column("id"))
    post: UUID | None
    revision: int
    is_gone: bool
    body: str | None
    topic: UUID = field(metadata=column("t.uuid"))
    section_id: int = field(metadata=column("t.section_id"))
    title: str = field(metadata=column("t.title"))


@dataclass(frozen=True, slots=True)
class _SealedRevision(_SealedRow):
    """What a sealed post said before an edit that the mother has not taken yet."""

    post: UUID
    body: str
    post_pk: int = field(default=0, metadata=column("r.post_id"))


_POSTS = Rows(
    _SealedRow,
    "posts p JOIN topics t ON t.id = p.topic_id",
    {"post": "uuid", "is_gone": "p.deleted_at IS NOT NULL"},
)
_TOPICS = Rows(_SealedRow, "topics t", {"post": "NULL", "is_gone": "t.deleted_at IS NOT NULL", "body": "NULL"})


_REVISIONS = Rows(
    _SealedRevision,
    "post_revisions r JOIN posts p ON p.id = r.post_id JOIN topics t ON t.id = p.topic_id",
    {"post": "p.uuid", "revision": "r.number", "is_gone": "FALSE"},
)


async def open_posts(post_ids: Sequence[int], alliance_ids: Collection[int]) -> dict[int, SealedText]:
    """What these posts say, as far as the keys of these alliances open them."""
    sql = f"{_POSTS.select} WHERE p.id = ANY($1) AND p.is_sealed = $2"
    return await _open(_POSTS.read(await fetch(sql, list(post_ids), True)), alliance_ids)


async def open_revisions(post_ids: Sequence[int], alliance_ids: Collection[int]) -> dict[int, list[PostRevisionView]]:
    """What those of these posts that open said before: what the mother keeps, then what waits for her; oldest first."""
    opened = await open_posts(post_ids, alliance_ids)
    rows = await fetch(
        """SELECT p.id, o.id FROM posts p JOIN posts o ON o.uuid = p.uuid AND o.is_sealed = $2 WHERE p.id = ANY($1)""",
        list(opened),
        False,
    )
    own = dict(rows)
    kept = await revisions_of(list(own.values())) if own else {}
    waiting = await _waiting_revisions(opened, alliance_ids)
    return {pk: [*kept.get(own.get(pk, 0), []), *waiting.get(pk, [])] for pk in opened}


async def _waiting_revisions(
    opened: Mapping[int, SealedText], alliance_ids: Collection[int]
) -> dict[int, list[PostRevisionView]]:
    """Of posts with what they say now."""
    sql = f"{_REVISIONS.select} WHERE r.post_id = ANY($1) AND p.is_sealed = $2 ORDER BY r.number"
    rows = _REVISIONS.read(await fetch(sql, list(opened), True))
    earlier = await _open(rows, alliance_ids, earlier=True) if rows else {}
    found: dict[int, list[PostRevisionView]] = {}
    for pk in {row.post_pk for row in rows}:
        texts = [earlier[row.pk] for row in rows if row.post_pk == pk and row.pk in earlier]
        # A text carries the edit that made it; a revision is told with the one that took its place.
        found[pk] = [
            PostRevisionView(before.text, after.edit.name, after.edit.at)
            for before, after in pairwise([*texts, opened[pk]])
            if after.edit is not None
        ]
    return found


async def open_topics(
    topic_ids: Sequence[int], alliance_ids: Collection[int], administered: Collection[int] = ()
) -> dict[int, SealedText]:
    """What these topics are called: in full to those alone who administer the alliance that the title is of."""
    sql = f"{_TOPICS.select} WHERE t.id = ANY($1) AND t.is_sealed = $2"
    return await _open(_TOPICS.read(await fetch(sql, list(topic_ids), True)), alliance_ids, administered)


async def _open(
    rows: Sequence[_SealedRow],
    alliance_ids: Collection[int],
    administered: Collection[int] = (),
    *,
    earlier: bool = False,
) -> dict[int, SealedText]:
    """`earlier` texts are no replays for being older than what the mother knows."""
    mirrors = await mirrors_at({row.section_id for row in rows})
    by_tag = {
        (mirror.mirror_section_id, mirror.mother_tag): mirror for mirror in mirrors if mirror.mother_id in alliance_ids
    }
    found: dict[int, SealedText] = {}
    keys: dict[int, Keys | None] = {}
    names = [] if earlier else [row.post or row.topic for row in rows]
    seen = await highest_revisions([mirror.pk for mirror in by_tag.values()], names)
    for row in rows:
        title = read_mirror_title(row.title)
        mirror = None if title is None else by_tag.get((row.section_id, title.tag))
        if title is None or mirror is None:
            continue
        if mirror.mother_id not in keys:
            keys[mirror.mother_id] = await keys_of(mirror.mother_id)
        text = _text(row, title.token, mirror, keys[mirror.mother_id], seen.get((mirror.pk, row.post or row.topic), 0))
        if text is not None:
            shown = None if row.body is not None else mirror.shown_title(text.text)
            hidden = shown is not None and mirror.mother_id not in administered
            found[row.pk] = replace(text, text=shown) if hidden and shown is not None else text
    return found


def _text(row: _SealedRow, title: str, mirror: MirrorView, keys: Keys | None, seen: int) -> SealedText | None:
    """None for what does not open, and for what is older than a revision that the mother knows: a replay."""
    if keys is None:
        return None
    kind = Kind.TITLE if row.body is None else Kind.BODY
    tags = mirror.mother_tag, mirror.host_tag
    place = AssociatedData(kind, mirror.hosting, *tags, row.topic, row.post, row.revision, row.is_gone)
    opened = open_token(title if row.body is None else row.body, keys.ring, place, minimum_revision=seen)
    return read_sealed_text(opened) if isinstance(opened, str) else None


async def mirror_of(topic_title: str, section_id: int) -> MirrorView | None:
    """The open mirror that a sealed topic of a host's section belongs to, by the tag in its title."""
    title = read_mirror_title(topic_title)
    if title is None:
        return None
    found = [one for one in await mirrors_at([section_id]) if one.is_open and one.mother_tag == title.tag]
    return found[0] if found else None
