"""What every installation starts from: roles, categories, factions and clans. Safe to run again.

Tested in tests/models/demo/test_demo.py.
"""

from models.account.reference_data import seed_roles_and_factions
from models.account.role import Role
from models.core.transaction import write
from models.forum.tree.category import Category, seed_categories


async def seed_reference_data() -> None:
    """Adds what is missing and leaves what is there, even where an administrator has changed it."""

    async def work() -> None:
        await seed_roles_and_factions()
        await seed_categories()

    await write(work)


async def has_reference_data() -> bool:
    """Whether there are roles for accounts and categories for sections."""
    return await Role.exists() and await Category.exists()
