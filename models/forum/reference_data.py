"""What every installation starts from: roles, categories, factions and clans. Safe to run again.

Tested in tests/models/demo/test_demo.py.
"""

from models.account.reference_data import lay_roles_and_factions
from models.account.role import Role
from models.core.transaction import write
from models.forum.category import Category

CATEGORIES = (
    ("general", "Forum Général", "Ouvert à tous.", 0, "PUBLIC"),
    ("hrp", "Forum HRP", "Hors jeu de rôle, pour les comptes connectés.", 1, "AUTHENTICATED"),
    ("rp", "Forum RP", "Le jeu de rôle, pour ceux qui ont un personnage vivant.", 2, "CHARACTER"),
    ("alliances", "Alliances", "Les sections des alliances, pour leurs membres.", 3, "ALLIANCE"),
)


async def lay_foundation() -> None:
    """Adds what is missing and leaves what is there, even where an administrator has changed it."""

    async def work() -> None:
        await lay_roles_and_factions()
        for slug, name, description, position, access in CATEGORIES:
            values = {"name": name, "description": description, "position": position, "access": access}
            await Category.get_or_create(slug=slug, defaults=values)

    await write(work)


async def is_founded() -> bool:
    """Whether there are roles for accounts and categories for sections."""
    return await Role.exists() and await Category.exists()
