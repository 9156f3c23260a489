"""Hostings, mirrors and alliances' keys as clients see and manage them."""

from datetime import datetime

import strawberry

from engine.operation.access import requires_alliance_administration
from engine.operation.node_type import Node, id_of
from engine.operation.selection import selection_of
from models.hosting.alliance_key import KeyState
from resolvers.hosting import hosting
from schema.alliance.alliance import Alliance
from schema.alliance.member import Member
from schema.hosting.mirror import Mirror


@strawberry.type(
    description="A mother alliance some of whose players are housed by a host. Members and mirrors are shown to those "
    "who may look into the mother."
)
class Hosting(Node):
    id: strawberry.ID = id_of("Hosting")
    mother: Alliance = strawberry.field(description="The alliance whose members are housed (seed: alliance mère).")
    host: Alliance = strawberry.field(description="The alliance that houses them (seed: alliance hébergeuse).")
    members: list[Member] = strawberry.field(
        description="The mother's members who play from the host at present, by name; empty for those who may not look "
        "into the mother."
    )
    opened_at: datetime = strawberry.field(description="When it was opened, or opened again.")
    closed_at: datetime | None = strawberry.field(description="When it was closed; null while open.")
    key_state: KeyState = strawberry.field(description="Whether the mother's key is at hand.")
    mirrors: list[Mirror] = strawberry.field(
        description="One a shared section; empty for those who may not look into the mother."
    )


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
