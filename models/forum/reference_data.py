"""What every installation starts from: roles, categories, factions and clans. Safe to run again.

Tested in tests/models/demo/test_demo.py.
"""

from models.account.faction import Clan, Faction
from models.account.role import Role
from models.core.transaction import write
from models.forum.category import Category

ROLES = (
    ("admin", "Administrateur", "Gère les comptes, les rôles, les sections et tout le forum.", 100),
    ("moderator", "Modérateur", "Gère les sections, modère les sujets et les messages.", 50),
    ("game_master", "Maître du Jeu", "Anime le jeu de rôle, voit toutes les sections, déclare les décès.", 30),
    ("player", "Joueur", "Lit et écrit là où ses personnages et ses alliances lui ouvrent le forum.", 10),
)
CATEGORIES = (
    ("general", "Forum Général", "Ouvert à tous.", 0, "PUBLIC"),
    ("hrp", "Forum HRP", "Hors jeu de rôle, pour les comptes connectés.", 1, "AUTHENTICATED"),
    ("rp", "Forum RP", "Le jeu de rôle, pour ceux qui ont un personnage vivant.", 2, "CHARACTER"),
    ("alliances", "Alliances", "Les sections des alliances, pour leurs membres.", 3, "ALLIANCE"),
)
FACTIONS = (("Éveillés", "eveilles"), ("Inaltérés", "inalteres"), ("Neutres", "neutres"))
CLANS = (("Symbiotes", "symbiotes", "eveilles"), ("Gardiens", "gardiens", "inalteres"), ("Errants", "errants", None))


async def lay_foundation() -> None:
    """Adds what is missing and leaves what is there, even where an administrator has changed it."""

    async def work() -> None:
        for name, label, description, level in ROLES:
            await Role.get_or_create(name=name, defaults={"label": label, "description": description, "level": level})
        for slug, name, description, position, access in CATEGORIES:
            values = {"name": name, "description": description, "position": position, "access": access}
            await Category.get_or_create(slug=slug, defaults=values)
        for name, slug in FACTIONS:
            await Faction.get_or_create(slug=slug, defaults={"name": name})
        for name, slug, faction_slug in CLANS:
            faction = await Faction.get_or_none(slug=faction_slug) if faction_slug else None
            await Clan.get_or_create(slug=slug, defaults={"name": name, "faction": faction})

    await write(work)


async def is_founded() -> bool:
    """Whether there are roles for accounts and categories for sections."""
    return await Role.exists() and await Category.exists()
