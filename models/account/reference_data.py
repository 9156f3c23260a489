"""The roles, factions and clans that every installation starts from.

Tested in tests/models/demo/test_demo.py.
"""

from models.account.faction import Clan, Faction
from models.account.faction_change import insert_clan, insert_faction
from models.account.role import Role

ROLES = (
    ("admin", "Administrateur", "Gère les comptes, les rôles, les sections et tout le forum.", 100),
    ("moderator", "Modérateur", "Gère les sections, modère les sujets et les messages.", 50),
    ("game_master", "Maître du Jeu", "Anime le jeu de rôle, voit toutes les sections, déclare les décès.", 30),
    ("player", "Joueur", "Lit et écrit là où ses personnages et ses alliances lui ouvrent le forum.", 10),
)
FACTIONS = (("Éveillés", "eveilles"), ("Inaltérés", "inalteres"), ("Neutres", "neutres"))
CLANS = (("Symbiotes", "symbiotes", "eveilles"), ("Gardiens", "gardiens", "inalteres"), ("Errants", "errants", None))


async def seed_roles_and_factions() -> None:
    """Adds what is missing and leaves what is there. For use inside write()."""
    for name, label, description, level in ROLES:
        await Role.get_or_create(name=name, defaults={"label": label, "description": description, "level": level})
    factions = {one.slug: one.id for one in await Faction.all()}
    for name, slug in FACTIONS:
        if slug not in factions:
            factions[slug] = await insert_faction(name, slug)
    clans = {one.slug for one in await Clan.all()}
    for name, slug, faction_slug in CLANS:
        if slug not in clans:
            await insert_clan(name, slug, factions[faction_slug] if faction_slug else None)
