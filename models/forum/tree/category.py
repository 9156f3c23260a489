"""Categories: the top of the forum, and who each is for.

Tested in tests/resolvers/forum/tree/test_forum.py.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from tortoise import fields
from tortoise.models import Model

from models.core.database import fetch
from models.core.row import Rows, column

REFERENCE_CATEGORIES = (
    ("general", "Forum Général", "Ouvert à tous.", 0, "PUBLIC"),
    ("hrp", "Forum HRP", "Hors jeu de rôle, pour les comptes connectés.", 1, "AUTHENTICATED"),
    ("rp", "Forum RP", "Le jeu de rôle, pour ceux qui ont un personnage vivant.", 2, "CHARACTER"),
    ("alliances", "Alliances", "Les sections des alliances, pour leurs membres.", 3, "ALLIANCE"),
)


class Category(Model):
    """A category; `access` is one of permissions.visibility.CategoryAccess."""

    id = fields.IntField(primary_key=True)
    slug = fields.CharField(max_length=80, unique=True)
    name = fields.CharField(max_length=120)
    description = fields.CharField(max_length=500, default="")
    position = fields.IntField(default=0)
    access = fields.CharField(max_length=16)

    class Meta:
        table = "categories"


@dataclass(slots=True, eq=False)
class CategoryView:
    """A category as it is read; `sections` are those roots that the reader may see."""

    typename: ClassVar[str] = "Category"
    pk: int = field(metadata=column("id"))
    slug: str
    name: str
    description: str
    position: int
    access: str
    sections: list[Any] = field(default_factory=list, init=False)


CATEGORIES = Rows(CategoryView, "categories c")


async def all_categories() -> list[CategoryView]:
    """Every category, in the order they are shown."""
    return CATEGORIES.read(await fetch(f"{CATEGORIES.select} ORDER BY c.position, c.id"))


async def seed_categories() -> None:
    """Adds the categories that are missing. For use inside write()."""
    for slug, name, description, position, access in REFERENCE_CATEGORIES:
        values = {"name": name, "description": description, "position": position, "access": access}
        await Category.get_or_create(slug=slug, defaults=values)
