"""Who administers the service: changes of accounts take turns, and somebody always can. Decides who for nobody.

Tested in tests/resolvers/account/test_user.py.
"""

from domain.core.refusal import Code, Refusal, forbidden
from models.core.database import execute, fetch
from permissions.permission import ADMIN

_ADMINISTRATORS = """SELECT u.username FROM users u JOIN roles r ON r.id = u.role_id
    WHERE r.level >= $1 AND u.is_active = $2 ORDER BY u.id"""


async def administrators() -> list[str]:
    """The names of the accounts that can administer the service now, oldest first."""
    return [row[0] for row in await fetch(_ADMINISTRATORS, ADMIN, True)]


async def lock_accounts() -> None:
    """Has changes of who administers follow one another. For use inside write()."""
    await execute("UPDATE roles SET level = level WHERE level >= $1", ADMIN)


async def lock_administration(actor_id: int) -> None:
    """Has the change of an account wait for its turn, by an account that is still allowed to make it; FORBIDDEN else.

    Nobody gives themselves a role or shuts themselves out, so whoever makes a change remains an active administrator
    after it. For use inside write().
    """
    await lock_accounts()
    allowed = await fetch(
        "SELECT 1 FROM users u JOIN roles r ON r.id = u.role_id WHERE u.id = $1 AND u.is_active = $2 AND r.level >= $3",
        actor_id,
        True,
        ADMIN,
    )
    if not allowed:
        raise forbidden()


async def check_administered(before: list[str]) -> None:
    """CONFLICT, which undoes the write, if nobody is left to administer the service and `before` somebody was."""
    if before and not await administrators():
        raise Refusal(Code.CONFLICT, "last_service_administrator")
