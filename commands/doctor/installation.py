"""What doctor says of the installation itself: which one it is, its secrets, and who may read their files.

Tested in tests/commands/doctor/test_doctor.py.
"""

import stat
from collections.abc import Iterable, Mapping
from importlib.metadata import packages_distributions, version
from pathlib import Path
from urllib.parse import urlsplit

from commands.doctor.finding import Finding, Grade
from commands.runtime import localized
from config import Mode, Settings, is_drawn, variable_folder

PROGRAM = "pheromone"
ENVIRONMENT_FILE = Path("/etc/pheromone/environment")


def installation(settings: Settings, environment: Mapping[str, str], kept: Path = ENVIRONMENT_FILE) -> list[Finding]:
    """Which program this is, whom it is for, and where its data are; several may be on one machine."""
    mode = Mode.PRODUCTION if settings.production else Mode.DEVELOPMENT
    words = {Mode.PRODUCTION: "production", Mode.DEVELOPMENT: localized("développement", "development")}[mode]
    place, data = Path(__file__).parents[2], without_password(settings.database_url)
    said = Finding(Grade.WELL, "installation", f"{version(PROGRAM)}, {place}, {words}, {data}")
    if "PHEROMONE_ENV" in environment or not _is_there(kept):
        return [said]
    advice = localized(
        f"{kept} n'a pas été lu : ceci n'est peut-être pas l'installation que vous cherchez",
        f"{kept} was not read: this may not be the installation that you mean",
    )
    return [said, Finding(Grade.DOUBTFUL, localized("réglages", "settings"), advice)]


def foreign_modules() -> list[Finding]:
    """Other packages in this environment with modules of our names: the last one installed wrote over the other."""
    claims = {name: set(by) for name, by in packages_distributions().items() if PROGRAM in by}
    words = localized("apporté aussi par", "also brought by")
    advice = localized("donnez au service un environnement à lui", "give the service an environment of its own")
    return [
        Finding(Grade.WRONG, f"module {name}", f"{words} {', '.join(sorted(by - {PROGRAM}))}; {advice}")
        for name, by in sorted(claims.items())
        if by != {PROGRAM}
    ]


def _is_there(kept: Path) -> bool:
    try:
        return kept.exists()
    except OSError:  # Its folder may be closed to whoever asks.
        return False


def without_password(url: str) -> str:
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    user, host = parts.username or "", parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{user}@{host}", query="").geturl()


def secret(name: str, keys: Iterable[str], environment: Mapping[str, str]) -> Finding:
    """Whether a key may be one that nobody guesses. In production the settings refuse others."""
    given = [key for key in keys if key]
    if not all(map(is_drawn, given)):
        words = localized(
            "trop peu de caractères différents : tirez-la au sort", "too few different characters: draw it at random"
        )
        return Finding(Grade.DOUBTFUL, name, words)
    if environment.get(name):
        return Finding(Grade.WELL, name, localized("donnée, assez longue", "given, long enough"))
    if given:
        return Finding(Grade.WELL, name, localized("gardée dans le dossier du service", "kept in the service's folder"))
    words = localized("tirée au premier lancement", "drawn when the service first starts")
    return Finding(Grade.WELL, name, words)


def files(settings: Settings, environment: Mapping[str, str]) -> list[Finding]:
    """What others than its owner may read of the files that hold secrets."""
    found = []
    folder = variable_folder(environment)
    kept = {"SECRET_KEY": folder / "secret-key", "MASTER_KEY": folder / "master-key"}
    candidates = [path for name, path in kept.items() if not environment.get(name)]
    if settings.database_url.startswith("sqlite://"):
        candidates.append(Path(settings.database_url.removeprefix("sqlite://")))
    for path in candidates:
        if path.exists() and _is_open(path):
            words = localized("d'autres comptes peuvent le lire : chmod 600", "other accounts can read it: chmod 600")
            grade = Grade.WRONG if path in kept.values() else Grade.DOUBTFUL
            found.append(Finding(grade, str(path), words))
    return found or [Finding(Grade.WELL, localized("droits des fichiers", "file permissions"), "ok")]


def _is_open(path: Path) -> bool:
    """Whether others may read it: neither its own mode nor that of its folder keeps them out."""
    others = stat.S_IRGRP | stat.S_IROTH
    return bool(path.stat().st_mode & others) and bool(path.parent.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH))
