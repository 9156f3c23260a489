"""The titles of all members' topics of an alliance at once: taken, and rewritten from what a harvest saved."""

from collections.abc import Mapping, Sequence

from domain.member import MemberTitle, SavedRights, write_member_title
from models.bulk import update_rows
from models.database import Row, fetch, is_postgres


async def hold_titles(alliance_id: int) -> Sequence[Row]:
    """The topics of the present members, kept until the end of the current write, with what their titles say.

    They are taken before the members' rows, and by ascending number: in the order in which posts take them.
    """
    lock = " FOR NO KEY UPDATE OF t" if is_postgres() else ""
    return await fetch(
        f"""SELECT t.id, m.id, m.pseudo, m.player_id, m.x, m.y, m.rank, m.rank_order
        FROM members m JOIN topics t ON t.id = m.topic_id
        WHERE m.alliance_id = $1 AND m.left_at IS NULL ORDER BY t.id{lock}""",
        alliance_id,
    )


async def rewrite_titles(held: Sequence[Row], rights: Mapping[int, SavedRights]) -> None:
    """Writes what is saved of each member, by its number, into the tail of its topic's title; the slug stays."""
    rows = [
        (topic_id, write_member_title(MemberTitle(pseudo, player_id, x, y, rank, rank_order, rights[pk])))
        for topic_id, pk, pseudo, player_id, x, y, rank, rank_order in held
        if pk in rights
    ]
    await update_rows("topics", {"id": "int", "title": "text"}, rows, also="revision = topics.revision + 1")
