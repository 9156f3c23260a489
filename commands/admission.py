"""What doctor says of who comes in: whether somebody administers the service. Changes nothing."""

from commands.finding import Finding, Grade
from commands.runtime import localized
from models.account.administration import administrators


async def administration() -> Finding:
    """A service without an administrator has nobody who makes sections or gives roles, and nobody can become one."""
    name = localized("administrateurs", "administrators")
    found = await administrators()
    if found:
        return Finding(Grade.WELL, name, f"{len(found)}")
    words = localized(
        "aucun : lancez `pheromone user create NOM --email ADRESSE --role admin`",
        "none: run `pheromone user create NAME --email ADDRESS --role admin`",
    )
    return Finding(Grade.DOUBTFUL, name, words)
