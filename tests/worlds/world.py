"""Makes what tests live in: accounts, characters, sections, alliances, each in a line. Writes rows, asserts nothing."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from domain.account.one_time_code import code_digest
from models.account.author import Author
from models.account.character import Character
from models.account.code.invitation import Invitation
from models.account.code.one_time_code import OneTimeCode, make_code
from models.account.faction import Clan, Faction
from models.account.role import Role
from models.account.session import Session
from models.account.user import User
from models.alliance.alliance import Alliance
from models.alliance.member import Member
from models.alliance.member_claim import MemberClaim
from models.core.transaction import write
from models.forum.lock import lock_topic
from models.forum.post import Post, create_post
from models.forum.section import Section
from models.forum.topic import Topic
from models.forum.tree.category import Category
from models.live.notification import Notification
from models.live.participant import Participant

_numbers = count(1)


async def user(role: str = "player", name: str | None = None, **values: Any) -> User:
    name = name or f"user{next(_numbers)}"
    return await User.create(
        username=name,
        username_key=name.casefold(),
        email=f"{name}@example.org",
        email_key=f"{name}@example.org".casefold(),
        role=await Role.get(name=role),
        **{"password_hash": "!", **values},
    )


async def session(owner: User) -> Session:
    """A sign-in that lives."""
    made: Session = await Session.create(id=uuid4(), user=owner, created_at=datetime.now(UTC))
    return made


async def one_time_code(owner: User, hours: int = 1) -> str:
    """A code by which the account may set a password, as it is handed out."""
    now = datetime.now(UTC)
    made = await write(lambda: make_code(owner.id, now, timedelta(hours=1)))
    digest = code_digest(made.code)
    await OneTimeCode.filter(digest=digest).update(expires_at=now + timedelta(hours=hours))
    return made.code


async def invitation(alliance: Alliance | None = None, **values: Any) -> Invitation:
    """An invitation whose code nobody knows."""
    now = datetime.now(UTC)
    usual = {"digest": uuid4().hex, "uses": 1, "created_at": now, "expires_at": now + timedelta(hours=1)}
    made: Invitation = await Invitation.create(alliance=alliance, **{**usual, **values})
    return made


async def character(
    owner: User, faction: str | None = None, clan: str | None = None, *, alive: bool = True, state: str = "APPROVED"
) -> Character:
    name = f"Character {next(_numbers)}"
    return await Character.create(
        user=owner,
        name=name,
        name_key=name.casefold(),
        is_alive=alive,
        state=state,
        faction=await Faction.get(slug=faction) if faction else None,
        clan=await Clan.get(slug=clan) if clan else None,
    )


async def notification(reader: User, about: Topic, title: str = "Sujet") -> Notification:
    """A notification of a topic, which names its title."""
    made: Notification = await Notification.create(
        user=reader,
        kind="NEW_POST",
        level="INFO",
        message="new_post",
        details=json.dumps({"author": "x", "title": title}),
        topic=about,
        created_at=datetime.now(UTC),
    )
    return made


async def claim(place: Member, user: User) -> MemberClaim:
    """An account's claim of a place."""
    made: MemberClaim = await MemberClaim.create(member=place, user=user, claimed_at=datetime.now(UTC))
    return made


async def section(category: str, name: str, parent: Section | None = None, **values: Any) -> Section:
    """A section; `faction` and `clan` are slugs."""
    faction, clan = values.pop("faction", None), values.pop("clan", None)
    return await Section.create(
        category=await Category.get(slug=category),
        parent=parent,
        slug=f"{name.casefold().replace(' ', '-')}-{next(_numbers)}",
        name=name,
        name_key=name.casefold(),
        visible_by_faction=await Faction.get(slug=faction) if faction else None,
        visible_by_clan=await Clan.get(slug=clan) if clan else None,
        **values,
    )


async def topic(place: Section, title: str, author: User | None = None, *bodies: str) -> Topic:
    """A topic with one post for each body; the counts are kept as the service keeps them."""
    now = datetime.now(UTC)
    number = next(_numbers)
    made = await Topic.create(
        uuid=uuid4(),
        section=place,
        slug=f"topic-{number}",
        title=title,
        author=author,
        author_name=author.username if author else "gone",
        created_at=now,
        last_post_at=now,
        post_count=len(bodies),
    )
    if author is not None:
        await Participant.create(topic=made, user=author)
    for body in bodies:
        await Post.create(
            uuid=uuid4(), topic=made, body=body, author=author, author_name=made.author_name, created_at=now
        )
    place.topic_count += 1
    place.post_count += len(bodies)
    await place.save(update_fields=["topic_count", "post_count"])
    return made


async def alliance(*users: User, administrators: bool = True, tag: str | None = None, **values: Any) -> Alliance:
    """An alliance whose members are these users' players."""
    tag = tag or f"T{next(_numbers)}"
    made = await Alliance.create(tag=tag, tag_key=tag.casefold(), name=f"Alliance {tag}", **values)
    for owner in users:
        await member(made, owner, administers=administrators)
    return made


async def member(owner: Alliance, user: User, *, administers: bool = True) -> Member:
    """A user's player in an alliance's table."""
    return await Member.create(
        alliance=owner,
        pseudo=user.username,
        pseudo_key=user.username_key,
        user=user,
        can_administer=administers,
    )


async def alliance_sections(owner: Alliance, *kinds: str, **values: Any) -> dict[str, Section]:
    """The sections of an alliance, by kind."""
    return {
        kind: await section("alliances", f"{owner.tag} {kind}", kind=kind, alliance=owner, **values) for kind in kinds
    }


async def say(topic: Topic, *bodies: str) -> None:
    """Posts below the API, as the service writes them, one transaction each."""
    for body in bodies:

        async def work(body: str = body) -> None:
            place = await lock_topic(topic.id)
            assert place is not None
            await create_post(place, body, Author(None, "x"), datetime.now(UTC))

        await write(work)
