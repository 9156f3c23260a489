"""Members by the names that texts call them, made where nobody bears one any more."""

from datetime import datetime

from domain.alliance.member import is_pseudo
from domain.core.name import name_key, nearest_names
from models.alliance.member import NewMember, insert_members, members_by_keys
from models.core.database import fetch


async def named_members(alliance_id: int, names: list[str], now: datetime) -> list[int | None]:
    """Members of an alliance by their pseudos. A name that nobody bears gets a row of somebody who has left, without
    a topic: texts go on naming those who are gone. None for what is no pseudo."""
    keys = [name_key(name) if is_pseudo(name) else "" for name in names]
    known = await members_by_keys(alliance_id, [key for key in keys if key])
    ids = {key: view.pk for key, view in known.items()}
    for name, key in zip(names, keys, strict=True):
        if key and key not in ids:
            (ids[key],) = await insert_members(alliance_id, [NewMember(name, left_at=now)], now)
    return [ids.get(key) for key in keys]


async def known_member(alliance_id: int, name: str) -> int | list[str]:
    """Who bears a pseudo, present or gone; where nobody does, the present members' pseudos that are like it."""
    found = (await members_by_keys(alliance_id, [name_key(name)])).get(name_key(name))
    if found is not None:
        return found.pk
    rows = await fetch("SELECT pseudo FROM members WHERE alliance_id = $1 AND left_at IS NULL", alliance_id)
    return nearest_names(name, [row[0] for row in rows])
