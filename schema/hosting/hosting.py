"""Hostings, mirrors and alliances' keys as clients see and manage them."""

from datetime import datetime

import strawberry

from engine.operation.access import requires_alliance_administration
from engine.operation.node_type import Node, id_of
from engine.operation.selection import selection_of
from models.hosting.alliance_key import KeyAction, KeyState
from resolvers.hosting import hosting
from schema.alliance.alliance import Alliance
from schema.alliance.member import Member
from schema.forum.section import Section

strawberry.enum(
    KeyState, description="MISSING, INVALID: the alliance's features are blocked until its key is restored."
)
strawberry.enum(KeyAction, description="What was done with an alliance's key.")


@strawberry.type(
    description="A topic or post of a mirror that was refused: tampered with, swapped, replayed or cut. It is neither "
    "read nor written over, and the alliance's own copy stays as it is."
)
class MirrorFault:
    topic: strawberry.ID = strawberry.field(description="The UUID that both copies share.")
    post: strawberry.ID | None = strawberry.field(description="Null for the topic itself.")
    reason: str


@strawberry.type(description="A shared section and its encrypted copy at a host.")
class Mirror(Node):
    id: strawberry.ID = id_of("Mirror")
    section: Section
    mirror_section: Section
    synced_at: datetime | None = strawberry.field(description="When nothing was left to copy.")
    pending: int = strawberry.field(description="Topics that are still to be copied or compared.")
    faults: list[MirrorFault]


@strawberry.type(
    description="A mother alliance some of whose players are housed by a host. Members and mirrors are shown to those "
    "who may look into the mother."
)
class Hosting(Node):
    id: strawberry.ID = id_of("Hosting")
    mother: Alliance
    host: Alliance
    members: list[Member]
    opened_at: datetime
    closed_at: datetime | None
    key_state: KeyState
    mirrors: list[Mirror]


@strawberry.type(description="A line of the audit trail of an alliance's key.")
class KeyUse:
    action: KeyAction
    user_name: str
    kid: str = strawberry.field(description="The public name of the key.")
    at: datetime


async def _open(info: strawberry.Info, mother_tag: str, host_tag: str) -> Hosting:
    return await hosting.open_(info.context, mother_tag, host_tag, selection_of(info))  # type: ignore[return-value]


async def _close(info: strawberry.Info, id: strawberry.ID) -> Hosting:  # noqa: A002
    return await hosting.close(info.context, id, selection_of(info))  # type: ignore[return-value]


async def _host(info: strawberry.Info, member_id: strawberry.ID, host_tag: str) -> Member:
    return await hosting.host_member(info.context, member_id, host_tag, selection_of(info))  # type: ignore[return-value]


async def _recall(info: strawberry.Info, member_id: strawberry.ID) -> Member:
    return await hosting.host_member(info.context, member_id, None, selection_of(info))  # type: ignore[return-value]


async def _sync(info: strawberry.Info, alliance_tag: str) -> list[Mirror]:
    return await hosting.synchronise(info.context, alliance_tag, selection_of(info))  # type: ignore[return-value]


async def _export(info: strawberry.Info, alliance_tag: str) -> str:
    return await hosting.take_key_out(info.context, alliance_tag)


async def _restore(info: strawberry.Info, alliance_tag: str, key: str) -> list[Hosting]:
    return await hosting.put_key_back(info.context, alliance_tag, key, selection_of(info))  # type: ignore[return-value]


async def _rotate(info: strawberry.Info, alliance_tag: str) -> list[Hosting]:
    return await hosting.exchange_key(info.context, alliance_tag, selection_of(info))  # type: ignore[return-value]


@strawberry.type
class HostingMutation:
    open_hosting: Hosting = requires_alliance_administration(
        _open,
        description="By the mother's administrators. Makes the mirrors that are not there and begins to copy; a closed "
        "hosting is opened again and its mirrors completed.",
    )
    close_hosting: Hosting = requires_alliance_administration(
        _close, description="By the administrators of the mother or of the host. The sealed copies stay."
    )
    host_member: Member = requires_alliance_administration(
        _host, description="The member now plays from the host, whose hosting must be open."
    )
    recall_member: Member = requires_alliance_administration(_recall, description="The member plays from home again.")
    sync_mirrors: list[Mirror] = requires_alliance_administration(
        _sync, description="Compares every topic of both sides; goes on in the background where there are many."
    )
    export_alliance_key: str = requires_alliance_administration(
        _export, description="The key to keep in a safe place. Noted in the trail, as are the next two."
    )
    restore_alliance_key: list[Hosting] = requires_alliance_administration(
        _restore, description="ALLIANCE_KEY_INVALID for any key but the one that the mirrors are sealed under."
    )
    rotate_alliance_key: list[Hosting] = requires_alliance_administration(
        _rotate, description="A new key; what lies under the old one is sealed anew in the background."
    )
