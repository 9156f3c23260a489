"""W2: 200 members with 16 live columns each, and their rows."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from engine.operation import token
from models.account.role import Role
from models.account.session import Session
from models.account.user import User
from models.alliance.member import Member
from tests.worlds.rights import plant, send, some_players

MEMBERS = 200
COLUMNS = (
    *("nextTdpCost", "nextTdpEvolution", "costTimeRatio", "baseShare", "coefficient", "adjustment"),
    *("shareWithCoefficient", "adjustedShare", "lastUpdatedAt", "allianceProduction", "entitlement"),
    *("playerProduction", "quantitySent", "quantityReceived", "accumulatedRights", "projectedRights"),
)
RIGHTS = f"""query($tag: String!) {{ alliance(tag: $tag) {{
    members {{ pseudo resourceRights {{ {" ".join(COLUMNS)} }} }} }} }}"""


async def plant_rights(secret: str) -> tuple[str, str]:
    """The tag of an alliance in the middle of a half hour, and a token of who administers it."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    last = now - timedelta(minutes=105)
    players = some_players(MEMBERS, last)
    for place, player in enumerate(players):
        player.coefficient = (60.0, 80.0, 90.5)[place % 3]
    planted = await plant(players, last)
    await send(planted, [(n % MEMBERS, n * 7 % MEMBERS, 1000 + n, now - timedelta(minutes=30)) for n in range(100)])
    role = await Role.get(name="player")
    user = await User.create(
        username="chief", username_key="chief", email="c@x", email_key="c@x", password_hash="!", role=role
    )
    await Member.filter(id=planted.members[0].id).update(user=user, can_administer=True)
    session_id = uuid4()
    await Session.create(id=session_id, user=user, created_at=now)
    bearer, _ = token.issue(secret, user.id, user.role_id, session_id, datetime.now(UTC), 7200)
    return planted.alliance.tag, bearer
