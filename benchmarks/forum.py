"""W1 and W3: the tree of 300 sections and a topic of 20 posts, with the rows that they need."""

import random
from datetime import UTC, datetime
from uuid import uuid4

from models.category import Category
from models.character import Character
from models.faction import Clan, Faction
from models.role import Role
from models.section import Section
from models.session import Session
from models.user import User
from resolvers import token

SECTIONS = 300
_FIELDS = "id slug name description position kind topicCount postCount"


def tree_query(depth: int = 4) -> str:
    """The tree with all of its columns, `depth` levels of sections."""
    sections = f"{_FIELDS} subsections {{ id }}"
    for _ in range(depth - 1):
        sections = f"{_FIELDS} subsections {{ {sections} }}"
    return f"query Tree {{ categories {{ id slug name access sections {{ {sections} }} }} }}"


async def plant_tree(seed: int = 1) -> None:
    """300 sections over four levels, some restricted, in the categories of the foundation."""
    dice = random.Random(seed)
    categories = await Category.filter(access__not="ALLIANCE")
    factions, clans = await Faction.all(), await Clan.all()
    levels: list[list[Section]] = [[], [], [], []]
    for number in range(SECTIONS):
        level = min(number // 12, dice.choice([0, 1, 2, 3]))
        while level and not levels[level - 1]:
            level -= 1
        parent = dice.choice(levels[level - 1]) if level else None
        restriction = dice.random()
        levels[level].append(
            await Section.create(
                category_id=parent.category_id if parent else dice.choice(categories).id,
                parent=parent,
                slug=f"section-{number}",
                name=f"Section {number}",
                name_key=f"section {number}",
                description=f"Où l'on parle de {number} choses et d'autres.",
                position=dice.randrange(20),
                visible_by_faction=dice.choice(factions) if restriction < 0.1 else None,
                visible_by_clan=dice.choice(clans) if restriction > 0.93 else None,
                topic_count=dice.randrange(500),
                post_count=dice.randrange(20_000),
            )
        )


async def sign_in_player(secret: str) -> str:
    """A player with a living character, and an access token for them."""
    role = await Role.get(name="player")
    user = await User.create(
        username="bench", username_key="bench", email="b@x", email_key="b@x", password_hash="!", role=role
    )
    faction = await Faction.get(slug="eveilles")
    await Character.create(user=user, name="Bench", name_key="bench", faction=faction)
    session_id, now = uuid4(), datetime.now(UTC)
    await Session.create(id=session_id, user=user, created_at=now)
    return token.issue(secret, user.id, user.role_id, session_id, now, 7200)[0]
