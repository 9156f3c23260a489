"""What doctor says of a public service that anybody could walk into: known passwords, made-up addresses, any page.

Tested in tests/commands/doctor/test_doctor.py.
"""

from collections.abc import Mapping

from commands.doctor.finding import Finding, Grade
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


def allowed_origins(settings: Settings) -> list[Finding]:
    """Pages that may call: all of them, or some that anybody on the way may change, are doubtful in production."""
    name, origins = "ALLOWED_ORIGINS", settings.allowed_origins
    plain = sorted(one for one in origins if one.startswith("http://"))
    if settings.production and "*" in origins:
        words = localized("toute page peut appeler ce service : nommez-les", "any page may call the service: name them")
        return [Finding(Grade.DOUBTFUL, name, words)]
    if settings.production and plain:
        words = localized("sans TLS, donc à qui se trouve en chemin", "without TLS: anybody on the way can be it")
        return [Finding(Grade.DOUBTFUL, name, f"{words}: {', '.join(plain)}")]
    return [Finding(Grade.WELL, name, ", ".join(sorted(origins)))] if origins else []


async def demo_accounts(settings: Settings) -> list[Finding]:
    """The accounts of the demo, whose password is in the README."""
    found = await open_demo_accounts() if settings.production else []
    if not found:
        return []
    words = localized("au mot de passe connu de tous, à désactiver", "with a password known to all, to be deactivated")
    return [
        Finding(Grade.WRONG, localized("comptes de démonstration", "demo accounts"), f"{words}: {', '.join(found)}")
    ]
