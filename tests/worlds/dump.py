"""A small forum dump made for the tests, and the way to the shared sample where it stands beside the repository."""

import json
from pathlib import Path
from typing import Any

from domain.alliance.census import Census, write_census
from domain.alliance.evolution import Evolution

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"

LEVELS = {Evolution.COUVEUSE: 3, Evolution.SOLARIUM: 4, Evolution.LABORATOIRE: 5, Evolution.ARMES: 6}
CENSUS = Census(1, 2, 793800, 4, LEVELS, {"Naine d’Elite": 7})


def post(author: str, day: int, body: str) -> dict[str, Any]:
    return {"author": author, "at": f"2026-03-{day:02}T10:17:00.000Z", "body": body}


def topic(title: str, author: str, *posts: dict[str, Any]) -> dict[str, Any]:
    first = post(author, 1, " ")
    return {"title": title, "author": author, "created_at": first["at"], "posts": [first, *posts]}


def convoy(author: str, day: int, food: str, materials: str, recipient: str = "Zoé") -> dict[str, Any]:
    text = f"- Vous allez livrer {food} nourritures et {materials} materiaux à {recipient} dans 3J - Retour le "
    return post(author, day, text + "16 mars 2026 à 07h00")


def small_dump() -> dict[str, Any]:
    """Two members and three orders; every format of the forum is in it once."""
    members = [
        topic("Zoé / 7 / 299 / 113 / Ouvrier / Convoyeur / 2", "Reine", post("Zoé", 2, write_census(CENSUS))),
        topic("Paco / 8 / -1 / -1", "Reine", post("Paco", 2, "Bonjour")),
    ]
    orders = [
        topic(
            "[En cours] 1 / 2 / Dôme / 5000 / 1200 / 0 / 0 / 9 avr. 2026 / 1 avr. 2026",
            "Zoé",
            convoy("Paco", 3, "0", "1 200"),
            convoy("Paco", 3, "0", "-700"),
            convoy("Paco", 3, "0", "700"),
        ),
        topic("[Terminée] 1 / 2 / undefined / 30 / 4 / Invalid date", "Zoé", convoy("Zoé", 4, "6", "70")),
        topic("[Nouvelle] 5 / 6 / Nourriture / 0 / 0 / 9 / 0 / 2 mai 2026", "Paco", post("Zoé", 4, "je m'en occupe")),
    ]
    return {
        "alliance": {"tag": "FDR", "name": "Fourmis de Rivoli"},
        "exported_at": "2026-03-14T10:17:00.000Z",
        "sections": [{"name": "Outiiil_Membre", "topics": members}, {"name": "toolzzz_commande", "topics": orders}],
    }


def shared_sample(name: str) -> dict[str, Any]:
    """Empty where the sample does not stand beside the repository."""
    path = SAMPLES / name
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found
