"""An installed `pheromone`, from a wheel and without its sources: whole, and at work from any folder."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from tests.wire.processes import ROOT, Process

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
TREE = (ROOT / "pages" / "browser" / "graphiql" / "queries" / "1_forum_tree.graphql").read_text()
BROWSER = {"accept": "text/html"}
# What lies in a clone and is no source.
LEFT = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "build", "node_modules", "static", "tests", "var")


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment with the wheel in it. It borrows the requirements, which are not what is tested here."""

    wheel: Path
    sources: Path
    environment: Path
    home: Path

    @property
    def program(self) -> Path:
        return self.environment / "bin" / "pheromone"

    @property
    def site(self) -> Path:
        base = {"base": str(self.environment), "platbase": str(self.environment)}
        return Path(sysconfig.get_path("purelib", "venv", base))

    def run(self, place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command in that folder, by an account that has nothing but a home."""
        place.mkdir(exist_ok=True)
        variables = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LC_ALL": "C"}
        command = [str(self.program), *arguments]
        return subprocess.run(
            command, cwd=place, env=variables, capture_output=True, text=True, timeout=60, check=False
        )


def _pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    sources = shutil.copytree(ROOT, folder / "sources", ignore=LEFT)
    _pip("wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, sources)
    (wheel,) = folder.glob("*.whl")
    made = Installed(wheel, sources, folder / "environment", folder / "home")
    made.home.mkdir()
    venv.create(made.environment, symlinks=True)
    _pip("--python", made.environment / "bin" / "python", "install", "--no-index", "--no-deps", wheel)
    # A path in a .pth file brings no .pth files of its own: the sources of this clone stay out.
    (made.site / "requirements.pth").write_text(sysconfig.get_path("purelib"))
    return made


def _files(sources: Path) -> Iterator[str]:
    """What the wheel must hold: every file of every package, and the modules beside them."""
    for path in sources.glob("*/__init__.py"):
        yield from (str(file.relative_to(sources)) for file in path.parent.rglob("*") if file.is_file())
    yield from (path.name for path in sources.glob("*.py"))


@pytest.mark.thorough
def test_the_wheel_holds_every_file_of_every_package(installed: Installed) -> None:
    names = {name for name in ZipFile(installed.wheel).namelist() if ".dist-info/" not in name}
    expected = {name for name in _files(installed.sources) if not name.startswith("benchmarks/")}
    assert names == expected
    assert {
        "migrations/models/0_20261120_forum.py",
        "pages/browser/alliance/alliance.html",
        "pages/browser/graphiql/queries/1_forum_tree.graphql",
    } <= names


@pytest.mark.thorough
async def test_an_installed_program_migrates_and_serves_from_any_folder(installed: Installed, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    migrated = installed.run(here, "migrate")
    assert "0_20261120_forum.py" in migrated.stdout, migrated.stderr
    assert installed.run(there, "migrate").stdout == "Nothing to apply.\n"
    seeded = installed.run(here, "seed", "--demo")
    assert seeded.returncode == 0, seeded.stderr
    looked = installed.run(there, "doctor")
    assert "✘" not in looked.stdout, looked.stdout
    assert looked.returncode == 1, "nobody harvests yet, and GraphiQL's files are not fetched"

    process = Process(tmp_path, "serve", HOME=str(installed.home))
    process.program, process.place = (str(installed.program),), there
    del process.environment["PHEROMONE_VAR"]
    async with process, httpx.AsyncClient(base_url=process.url) as http:
        tree = (await http.post("/graphql", json={"query": TREE})).json()["data"]["categories"]
        assert sum(section["topicCount"] for category in tree for section in category["sections"])
        assert (await http.get("/alliances/FDR", headers=BROWSER)).status_code == 200
        assert (await http.get("/pages/shell/shell.js")).status_code == 200
        assert "pheromone graphiql" in (await http.get("/graphql", headers=BROWSER)).text
    assert list(here.iterdir()) == list(there.iterdir()) == []


def test_without_its_migrations_it_refuses_to_call_a_database_migrated(installed: Installed, tmp_path: Path) -> None:
    history, away = installed.site / "migrations" / "models", tmp_path / "away"
    history.rename(away)
    try:
        refused, looked = (installed.run(tmp_path, name) for name in ("migrate", "doctor"))
    finally:
        away.rename(history)
    assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)
    assert str(history) in refused.stderr
    assert looked.returncode == 2
    assert f"✘ migrations: {history}" in looked.stdout
