"""An alliance of forty in its first week: the machine it is on, the dump that it comes with, what its players write."""

import json
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from app import create_app
from config import Settings
from domain.alliance.census import Census, write_census
from domain.alliance.evolution import Evolution
from domain.orders.convoy import Convoy, write_convoy
from jobs.harvest import harvest_due
from tests.documents.alliance import row
from tests.domain.rights.rights_oracle import ratio
from tests.wire.client import SECRET
from tests.wire.clock import DrivenClock
from tests.wire.command import pheromone
from tests.wire.player import Player
from tests.wire.server import served
from tests.worlds.dump import topic

TAG = "FDR"
PSEUDOS = ["Reine", *(f"Ouvrière {number}" for number in range(1, 40))]
MASTER = "m" * 40


@dataclass
class Week:
    """One installation, its clock and the address of the frontend that may call it."""

    url: str
    place: str
    clock: DrivenClock
    folder: Path
    frontend: str
    http: httpx.AsyncClient
    running: AsyncExitStack = field(default_factory=AsyncExitStack)

    def command(self, *arguments: str) -> str:
        done = pheromone(
            *arguments, DATABASE_URL=self.url, SECRET_KEY=SECRET, MASTER_KEY=MASTER, PHEROMONE_VAR=str(self.folder)
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def start(self, master: str = MASTER) -> None:
        """Starts the service, again on the same port."""
        settings = Settings(
            database_url=self.url, secret_key=SECRET, master_keys=(master,), allowed_origins=frozenset({self.frontend})
        )
        port = int(self.place.rsplit(":", 1)[1])
        await self.running.aclose()
        await self.running.enter_async_context(served(create_app(settings, self.clock), port=port))

    async def half_hours(self, number: int = 1) -> None:
        for _ in range(number):
            self.clock.forward(minutes=30)
            await harvest_due(self.clock)

    def player(self, pseudo: str, number: int) -> Player:
        return Player(pseudo, number, self.http, self.clock)


def levels(number: int) -> tuple[int, int, int]:
    """A player's Couveuse, Solarium and Laboratoire."""
    return 5 + number % 7, 6, 7


def tdc(number: int) -> int:
    return 100_000 * number


def census(number: int) -> str:
    """A player's census, as the game's extension writes it."""
    trio = (Evolution.COUVEUSE, Evolution.SOLARIUM, Evolution.LABORATOIRE)
    built = dict(zip(trio, levels(number), strict=True))
    return write_census(Census(1000, 10**6 * number, tdc(number), 10, built, {"Naine d’Elite": 7}))


def dump(folder: Path) -> Path:
    """What the alliance kept in its old forum: a topic a member, whose titles say who they are. Nobody has a census."""
    members = [
        topic(f"{pseudo} / {number} / {number} / 1 / {'Reine' if number == 1 else 'Ouvrière'} / 1", "Reine")
        for number, pseudo in enumerate(PSEUDOS, 1)
    ]
    sections = [{"name": "Outiiil_Membre", "topics": members}, {"name": "toolzzz_commande", "topics": []}]
    alliance = {"tag": TAG, "name": "Fourmis de Rivoli"}
    file = folder / "dump.json"
    whole = {"alliance": alliance, "exported_at": "2026-03-14T10:17:00.000Z", "sections": sections}
    file.write_text(json.dumps(whole), "utf-8")
    return file


def convoy(materials: int, recipient: str, arrival: datetime) -> str:
    """What the game shows when a convoy leaves, pasted with a word before it."""
    return f"Bonjour !\n{write_convoy(Convoy(recipient, 0, materials, arrival), arrival - timedelta(hours=1))}"


def table(players: Iterable[Player]) -> list[dict[str, Any]]:
    """The game's member table."""
    return [row(player.pseudo, tdc(player.number)) for player in players]


def entitled(half_hours: int) -> dict[str, float]:
    """Their part of what all made, less what they made themselves, by the document's words."""
    made = {pseudo: tdc(number) * half_hours for number, pseudo in enumerate(PSEUDOS, 1)}
    ratios = {pseudo: ratio(levels(number)) for number, pseudo in enumerate(PSEUDOS, 1)}
    whole, all_made = sum(ratios.values()), sum(made.values())
    return {pseudo: float(ratios[pseudo] / whole * all_made - made[pseudo]) for pseudo in PSEUDOS}
