"""Alliances' keys: each lies in its alliance's VAULT as a post, sealed under the service's master key.

Opens keys and tells what state they are in. Seals no text of the forum.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from domain.core.refusal import Code, Refusal
from domain.hosting import envelope
from domain.hosting.alliance_key import AllianceKey, VaultAssociatedData, open_key
from models.core.database import Row, fetch
from models.core.row import Rows, column

if TYPE_CHECKING:
    from models.alliance.alliance import Alliance
    from models.forum.post import Post


class KeyState(StrEnum):
    """What became of a key."""

    PRESENT = "PRESENT"
    MISSING = "MISSING"
    INVALID = "INVALID"


class KeyRecord(Model):
    """Which key an alliance's mirrors are sealed under, by its public name, and the VAULT's post that holds it.

    While a rotation lasts (`old_kid`), both keys open; `stage` and `rotated_until` say how far it has come. `told` is
    the state that members were last told of.
    """

    id = fields.IntField(primary_key=True)
    alliance: "fields.OneToOneRelation[Alliance]" = fields.OneToOneField(
        "models.Alliance", related_name="key", on_delete=fields.CASCADE
    )
    alliance_id: int
    kid = fields.CharField(max_length=16)
    post: "fields.ForeignKeyNullableRelation[Post]" = fields.ForeignKeyField(
        "models.Post", related_name="keys", on_delete=fields.SET_NULL, null=True
    )
    post_id: int | None
    old_kid = fields.CharField(max_length=16, null=True)
    old_post: "fields.ForeignKeyNullableRelation[Post]" = fields.ForeignKeyField(
        "models.Post", related_name="old_keys", on_delete=fields.SET_NULL, null=True
    )
    old_post_id: int | None
    stage = fields.IntField(default=0)
    rotated_until = fields.IntField(default=0)
    told = fields.CharField(max_length=8, default=KeyState.PRESENT.value)

    class Meta:
        table = "alliance_keys"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one alliance: what seals, and all that open."""

    alliance_id: int
    tag: str
    kid: str
    old_kid: str | None
    told: KeyState
    state: KeyState
    current: AllianceKey | None = field(repr=False)
    ring: Mapping[str, bytes] = field(repr=False)

    @property
    def sealing(self) -> bytes:
        """The secret that new tokens are sealed under; refused where the key is not there."""
        if self.state is not KeyState.PRESENT or self.current is None:
            raise key_refusal(self.state)
        return self.current.secret


def key_refusal(state: KeyState) -> Refusal:
    """Why an alliance's features do not answer."""
    if state is KeyState.INVALID:
        return Refusal(Code.ALLIANCE_KEY_INVALID, "alliance_key_invalid")
    return Refusal(Code.ALLIANCE_KEY_MISSING, "alliance_key_missing")


# ---- the master key -----------------------------------------------------------------

_masters: dict[str, bytes] = {}
_first: list[bytes] = []


def use_master_keys(texts: Sequence[str]) -> None:
    """Sets the service's master keys for this process: the first seals, all of them open."""
    secrets = [hashlib.sha256(b"pheromone master key 1:" + text.encode()).digest() for text in texts]
    _masters.clear()
    _masters.update(envelope.keyring(*secrets))
    _first[:] = secrets[:1]
    _open.cache_clear()


def master_key() -> bytes:
    """What new keys are sealed under at rest."""
    if not _first:
        raise RuntimeError("no master key was set")
    return _first[0]


@lru_cache(maxsize=1024)
def _open(sealed: str, tag: str, post: UUID, revision: int) -> AllianceKey | None:
    opened = open_key(sealed, _masters, VaultAssociatedData(tag, post, revision))
    return opened if isinstance(opened, AllianceKey) else None


# ---- reading ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeptKeys:
    """The rows that hold an alliance's keys, still sealed."""

    alliance_id: int
    tag: str = field(metadata=column("a.tag"))
    kid: str
    old_kid: str | None
    told: KeyState
    uuid: UUID | None = field(metadata=column("p.uuid"))
    body: str | None = field(metadata=column("p.body"), repr=False)
    revision: int | None = field(metadata=column("p.revision"))
    old_uuid: UUID | None = field(metadata=column("o.uuid"))
    old_body: str | None = field(metadata=column("o.body"), repr=False)
    old_revision: int | None = field(metadata=column("o.revision"))


KEPT = Rows(
    KeptKeys,
    """alliance_keys k JOIN alliances a ON a.id = k.alliance_id
    LEFT JOIN posts p ON p.id = k.post_id AND p.deleted_at IS NULL
    LEFT JOIN posts o ON o.id = k.old_post_id AND o.deleted_at IS NULL""",
)


def read_keys(rows: Sequence[Row]) -> list[Keys]:
    """The keys of rows that begin with the columns of KEPT."""
    return [_unsealed(kept) for kept in KEPT.read(rows)]


def _unsealed(kept: KeptKeys) -> Keys:
    current, state = _opened(kept.tag, kept.kid, kept.uuid, kept.body, kept.revision)
    ring = {} if current is None else envelope.keyring(current.secret)
    if kept.old_kid is not None:
        old, old_state = _opened(kept.tag, kept.old_kid, kept.old_uuid, kept.old_body, kept.old_revision)
        if old is not None:
            ring |= envelope.keyring(old.secret)
        # Half of the mirrors may still be under the old key: without it the alliance is as blind as without the new.
        state = old_state if state is KeyState.PRESENT else state
    return Keys(kept.alliance_id, kept.tag, kept.kid, kept.old_kid, kept.told, state, current, ring)


def _opened(
    tag: str, kid: str, uuid: UUID | None, body: str | None, revision: int | None
) -> tuple[AllianceKey | None, KeyState]:
    if uuid is None or body is None or revision is None:
        return None, KeyState.MISSING
    key = _open(body, tag, uuid, revision)
    if key is None or key.kid != kid:
        return None, KeyState.INVALID
    return key, KeyState.PRESENT


async def keys_of(alliance_id: int) -> Keys | None:
    """The keys of an alliance; None if it never had one."""
    return next(iter(read_keys(await fetch(f"{KEPT.select} WHERE k.alliance_id = $1", alliance_id))), None)


async def key_states_of(alliance_ids: Collection[int]) -> dict[int, KeyState]:
    """What became of these alliances' keys; MISSING of who never had one."""
    kept = read_keys(await fetch(f"{KEPT.select} WHERE k.alliance_id = ANY($1)", list(alliance_ids)))
    return dict.fromkeys(alliance_ids, KeyState.MISSING) | {keys.alliance_id: keys.state for keys in kept}


async def key_states() -> dict[str, KeyState]:
    """What became of each alliance's key, by tag."""
    return {keys.tag: keys.state for keys in read_keys(await fetch(f"{KEPT.select} ORDER BY a.tag"))}


async def keys_never_exported() -> list[str]:
    """The tags of alliances with an open hosting whose key nobody holds outside of the service."""
    rows = await fetch(
        """SELECT a.tag FROM alliance_keys k JOIN alliances a ON a.id = k.alliance_id
        WHERE EXISTS (SELECT 1 FROM hostings h WHERE h.mother_id = k.alliance_id AND h.closed_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM alliance_key_uses u WHERE u.alliance_id = k.alliance_id
                AND u.kid = k.kid AND u.action IN ('EXPORTED', 'RESTORED'))
        ORDER BY a.tag"""
    )
    return [row[0] for row in rows]


async def present_keys(alliance_id: int) -> Keys:
    """An alliance's keys; refused with the state's code unless they are there."""
    keys = await keys_of(alliance_id)
    if keys is None or keys.state is not KeyState.PRESENT:
        raise key_refusal(KeyState.MISSING if keys is None else keys.state)
    return keys
