"""What doctor says of PostgreSQL's connections: for how many processes the server has enough of them."""

from commands.doctor.finding import Finding, Grade
from commands.runtime import localized
from config import Settings
from models.core.database import connection_limit
from models.core.own_pool import OWN_POOL_SIZE, OWN_POOLS


async def connections(settings: Settings) -> Finding:
    """Room for one process is too little: one that is replaced overlaps with the next, and commands connect too."""
    each = settings.pool_size + OWN_POOLS * OWN_POOL_SIZE
    limit = await connection_limit()
    fit = limit // each
    grade = Grade.WELL if fit > 1 else Grade.DOUBTFUL if fit else Grade.WRONG
    words = localized(
        f"{limit} permises, jusqu'à {each} par processus : assez pour {fit} (max_connections, DATABASE_POOL_SIZE)",
        f"{limit} allowed, up to {each} a process: enough for {fit} (max_connections, DATABASE_POOL_SIZE)",
    )
    return Finding(grade, localized("connexions", "connections"), words)
