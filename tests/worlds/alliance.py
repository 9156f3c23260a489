"""Alliances and hostings made over the API, as players make them, and the steps that many stories share."""

from dataclasses import dataclass
from typing import Any

from engine.operation.node import global_id
from models.account.user import User
from models.core.database import execute
from tests.documents import alliance as docs
from tests.documents import hosting
from tests.wire.client import Client
from tests.worlds import world


@dataclass
class CreatedAlliance:
    """An alliance with its founder, who is `Reine`, and members that accounts hold, by pseudo."""

    tag: str
    founder: Client
    players: dict[str, Client]
    users: dict[str, User]
    ids: dict[str, str]
    topics: dict[str, str]


async def create_alliance(client: Client, *pseudos: str, tag: str = "FDR") -> CreatedAlliance:
    """An alliance made over the API, whose members are all confirmed."""
    users = {"Reine": await world.user(), **{pseudo: await world.user() for pseudo in pseudos}}
    founder = await client.as_user(users["Reine"])
    await founder.data(docs.CREATE, tag=tag, name=f"Alliance {tag}", pseudo="Reine")
    rows = (await founder.data(docs.SYNC, tag=tag, members=[docs.row(pseudo) for pseudo in users]))["syncMembers"]
    made = CreatedAlliance(tag, founder, {"Reine": founder}, users, {}, {})
    for member in rows:
        made.ids[member["pseudo"]] = member["id"]
        made.topics[member["pseudo"]] = member["topic"]["id"]
    for pseudo in pseudos:
        user = users[pseudo]
        made.players[pseudo] = await client.as_user(user)
        await made.players[pseudo].data(docs.CLAIM, tag=tag, pseudo=pseudo)
        await founder.data(docs.CONFIRM, id=made.ids[pseudo], user=global_id("User", user.id))
    return made


async def place(alliance: CreatedAlliance, pseudo: str, materials: int = 1000, **more: Any) -> str:
    order = docs.order(alliance.tag, materials, **more)
    made: str = (await alliance.players[pseudo].data(docs.PLACE, input=order))["placeOrder"]["id"]
    return made


async def set_status(alliance: CreatedAlliance, order: str, status: str) -> dict[str, Any]:
    made: dict[str, Any] = (await alliance.founder.data(docs.STATUS, id=order, status=status))["setOrderStatus"]
    return made


async def listed(alliance: CreatedAlliance, *statuses: str) -> list[dict[str, Any]]:
    wanted = list(statuses) or None
    found: list[dict[str, Any]] = (await alliance.founder.data(docs.ORDERS, tag=alliance.tag, status=wanted))[
        "alliance"
    ]["orders"]
    return found


async def begin_hosting(mother: CreatedAlliance, host: CreatedAlliance) -> None:
    """Proposed by one and accepted by the other."""
    await mother.founder.data(hosting.OPEN, mother=mother.tag, host=host.tag)
    await host.founder.data(hosting.ACCEPT, mother=mother.tag, host=host.tag)


async def housed(client: Client) -> tuple[CreatedAlliance, CreatedAlliance]:
    """FDR, whose Paco plays from HOT."""
    mother, host = (
        await create_alliance(client, "Zoé", "Paco", tag="FDR"),
        await create_alliance(client, "Ivo", tag="HOT"),
    )
    await begin_hosting(mother, host)
    await mother.founder.data(hosting.HOST, id=mother.ids["Paco"], tag="HOT")
    return mother, host


async def mirrored(client: Client) -> list[dict[str, Any]]:
    """The topics of all mirrors that a client sees, each with its posts."""
    categories = (await client.data(hosting.MIRRORS))["categories"]
    sections = [one for category in categories for one in category["sections"] if one["kind"] == "MIRROR"]
    return [edge["node"] for section in sections for edge in section["topics"]["edges"]]


async def lose_key() -> None:
    await execute("UPDATE posts SET deleted_at = created_at WHERE id IN (SELECT post_id FROM alliance_keys)")
