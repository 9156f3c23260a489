"""What doctor says of a public service that anybody could walk into: known passwords, addresses that are made up."""

from collections.abc import Mapping

from commands.finding import Finding, Grade
from commands.runtime import localized
from config import Settings
from models.demo.demo import open_demo_accounts


def believed_proxies(settings: Settings, environment: Mapping[str, str]) -> list[Finding]:
    """Where everybody's X-Forwarded-For is believed, its first address counts: whichever the client wrote there."""
    name = "FORWARDED_ALLOW_IPS"
    allowed = [one.strip() for one in environment.get(name, "").split(",")]
    if not settings.production or "*" not in allowed:
        return []
    words = localized(
        "chacun peut se faire passer pour n'importe quelle adresse : nommez les mandataires",
        "anybody can pass for any address: name the proxies",
    )
    return [Finding(Grade.DOUBTFUL, name, words)]


async def demo_accounts(settings: Settings) -> list[Finding]:
    """The accounts of the demo, whose password is in the README."""
    found = await open_demo_accounts() if settings.production else []
    if not found:
        return []
    words = localized("au mot de passe connu de tous, à désactiver", "with a password known to all, to be deactivated")
    return [
        Finding(Grade.WRONG, localized("comptes de démonstration", "demo accounts"), f"{words}: {', '.join(found)}")
    ]
