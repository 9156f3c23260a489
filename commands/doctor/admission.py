"""What doctor says of who comes in: who administers, who may register, whether mail goes. Changes nothing.

Tested in tests/commands/doctor/test_doctor.py.
"""

from collections.abc import Mapping

from aiosmtplib import SMTPException

from commands.doctor.finding import Finding, Grade
from commands.runtime import localized
from config import Settings
from engine.mail.smtp import reach
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


def registration(settings: Settings, environment: Mapping[str, str]) -> Finding:
    """A public service that nobody said it of should not be open to everybody by default alone."""
    name = "REGISTRATION"
    if settings.production and not environment.get(name):
        words = localized(
            "chacun peut s'inscrire ; dites si c'est voulu : open, invite ou closed",
            "anybody can register; say whether that is meant: open, invite or closed",
        )
        return Finding(Grade.DOUBTFUL, name, words)
    return Finding(Grade.WELL, name, settings.registration.value)


async def mail(settings: Settings) -> list[Finding]:
    """Whether the server that takes our mail answers, where there is one."""
    if settings.smtp is None:
        return []
    try:
        await reach(settings.smtp)
    except (OSError, SMTPException) as error:
        words = localized("le serveur de courriel ne répond pas", "the mail server does not answer")
        return [Finding(Grade.DOUBTFUL, "SMTP_URL", f"{words}: {type(error).__name__}")]
    return [Finding(Grade.WELL, "SMTP_URL", "ok")]
