"""W1 and W3: the tree of 300 sections and a topic of 20 posts, with the rows that they need."""

import random
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from engine.operation import token
from models.account.character import Character
from models.account.faction import Clan, Faction
from models.account.role import Role
from models.account.session import Session
from models.account.user import User
from models.forum.post import Post
from models.forum.reaction import Reaction
from models.forum.section import Section
from models.forum.topic import Topic
from models.forum.tree.category import Category
from permissions.character import CharacterState

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


TOPIC = """query Topic($id: ID!) { topic(id: $id) { id title isLocked posts(first: 20) {
  edges { node { id body authorName createdAt author { id username } character { id name }
    reactions { kind count reactedByMe } } }
  pageInfo { hasNextPage } } } }"""


async def plant_topic(seed: int = 2) -> int:
    """A topic of 25 posts, three sections deep, by 8 authors of whom some have characters, with reactions."""
    dice = random.Random(seed)
    role = await Role.get(name="player")
    parent, category = None, await Category.get(slug="rp")
    for level in range(3):
        name = f"deep {level}"
        parent = await Section.create(category=category, parent=parent, slug=f"deep-{level}", name=name, name_key=name)
    users = [
        await User.create(
            username=f"author{n}",
            username_key=f"author{n}",
            email=f"{n}@x",
            email_key=f"{n}@x",
            password_hash="!",
            role=role,
        )
        for n in range(8)
    ]
    characters = [await Character.create(user=user, name=f"C{user.id}", name_key=f"c{user.id}") for user in users[:5]]
    start = datetime(2026, 3, 1, tzinfo=UTC)
    topic = await Topic.create(
        uuid=uuid4(),
        section=parent,
        slug="bench",
        title="Un sujet",
        author_name="author0",
        created_at=start,
        last_post_at=start,
        post_count=25,
    )
    for number in range(25):
        user, character = dice.choice(users), dice.choice([None, *characters])
        post = await Post.create(
            uuid=uuid4(),
            topic=topic,
            body="Une phrase de jeu de rôle, ni courte ni longue. " * dice.randint(3, 12),
            author=user,
            character=character,
            author_name=user.username,
            created_at=start + timedelta(hours=number),
        )
        for reader in users[: dice.randrange(4)]:
            await Reaction.create(post=post, user=reader, kind=dice.choice(["LIKE", "LOVE", "SAD"]))
    return topic.id


async def sign_in_player(secret: str) -> str:
    """A player with a living character, and an access token for them."""
    role = await Role.get(name="player")
    user = await User.create(
        username="bench", username_key="bench", email="b@x", email_key="b@x", password_hash="!", role=role
    )
    faction = await Faction.get(slug="eveilles")
    await Character.create(user=user, name="Bench", name_key="bench", faction=faction, state=CharacterState.APPROVED)
    session_id, now = uuid4(), datetime.now(UTC)
    await Session.create(id=session_id, user=user, created_at=now)
    return token.issue(secret, user.id, user.role_id, session_id, now, 7200)[0]
