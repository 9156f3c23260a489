"""The command `pheromone doctor`: asks for a finding on everything that a service needs. Repairs and makes nothing."""

import asyncio
import os

import typer
from redis.asyncio import Redis
from redis.exceptions import RedisError

from commands.doctor.admission import mail, registration
from commands.doctor.database import PATIENCE_SECONDS, database
from commands.doctor.exposure import allowed_origins, believed_proxies
from commands.doctor.finding import Finding, Grade
from commands.doctor.installation import files, foreign_modules, installation, secret
from commands.doctor.retention import retention
from commands.runtime import command, localized
from config import SettingsError, read_settings
from pages.assets import missing

_SIGNS = {Grade.WELL: "✔", Grade.DOUBTFUL: "!", Grade.WRONG: "✘"}


@command.command(
    help=localized(
        "Vérifie réglages, base, migrations, Redis, horloge, clés et fichiers. Sort avec 0 si tout va bien, 1 s'il y a"
        " un doute, 2 si le service ne peut pas servir.",
        "Checks settings, database, migrations, Redis, clock, keys and files. Exits with 0 if all is well, 1 if"
        " something is doubtful, 2 if the service cannot serve.",
    )
)
def doctor() -> None:
    worst = Grade.WELL
    for finding in asyncio.run(_all(dict(os.environ))):
        typer.echo(f"{_SIGNS[finding.grade]} {finding.what}{localized(' : ', ': ')}{finding.words}")
        worst = max(worst, finding.grade)
    raise typer.Exit(int(worst))


async def _all(environment: dict[str, str]) -> list[Finding]:
    try:
        settings = read_settings(environment, makes_files=False)
    except SettingsError as error:
        return [Finding(Grade.WRONG, localized("réglages", "settings"), fault) for fault in error.faults]
    found = [
        *installation(settings, environment),
        *foreign_modules(),
        secret("SECRET_KEY", [settings.secret_key], environment),
        secret("MASTER_KEY", settings.master_keys, environment),
        *files(settings, environment),
        *believed_proxies(settings, environment),
        *allowed_origins(settings),
        retention(settings),
        registration(settings, environment),
    ]
    found += [finding async for finding in database(settings)]
    if settings.redis_url:
        found.append(await _redis(settings.redis_url))
    found += await mail(settings)
    found.append(_graphiql())
    return found


async def _redis(url: str) -> Finding:
    redis = Redis.from_url(url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS)
    try:
        await redis.ping()
    except (RedisError, OSError) as error:
        words = localized("le service tourne sans, moins vite", "the service runs without it, less promptly")
        return Finding(Grade.DOUBTFUL, "Redis", f"{type(error).__name__}: {words}")
    finally:
        await redis.aclose()
    return Finding(Grade.WELL, "Redis", "ok")


def _graphiql() -> Finding:
    lacking = missing()
    if not lacking:
        return Finding(Grade.WELL, "GraphiQL", "ok")
    words = localized("fichiers absents, lancez `pheromone graphiql`", "files are missing, run `pheromone graphiql`")
    return Finding(Grade.DOUBTFUL, "GraphiQL", f"{words} ({len(lacking)})")
