"""What the documents say of the code is so: codes, settings, commands."""

import ast
import asyncio
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest
import typer
from typer.core import TyperGroup

from cli import command as commands
from config import MINIMUM_SECRET_LENGTH, Settings
from domain.core.refusal import Code
from engine.document.document import MAX_QUERY_LENGTH, MAX_TOKENS
from engine.execution.cost import MAX_NESTING
from engine.execution.limit import MAX_ALIASES, MAX_COST, MAX_DEPTH, MAX_DIRECTIVES, MAX_OPERATIONS
from engine.execution.scalar import SCALARS
from engine.plan.run import MAX_OBJECTS
from tests.wire.client import Client
from tests.wire.missing import skip_for_want_of

ROOT = Path(__file__).parent.parent
COMMANDS = cast(TyperGroup, typer.main.get_command(commands))


def _first_column(page: str, heading: str) -> list[str]:
    """What stands in back quotes in the first column of the table below a heading."""
    text = (ROOT / "docs" / page).read_text()
    part = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]*)\|", part, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def test_every_error_code_is_documented() -> None:
    assert _first_column("api.md", "Errors") == [code.value for code in Code]


def test_every_scalar_is_documented() -> None:
    own = {definition.name for definition in SCALARS.values()}
    assert own <= set(_first_column("api.md", "Scalars"))


SETTING = re.compile(r"[A-Z][A-Z_]{3,}")
# Read by the server under the service, not by config.
OTHERS = {"FORWARDED_ALLOW_IPS"}


def test_every_setting_is_documented_and_is_one() -> None:
    tree = ast.parse((ROOT / "config.py").read_text())
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    documented = _first_column("operating.md", "Settings")
    assert set(documented) - OTHERS == {text for text in texts if SETTING.fullmatch(text)}
    assert len(documented) == len(set(documented))


def test_every_command_is_documented_and_is_one() -> None:
    registered = set()
    for name, one in COMMANDS.commands.items():
        below = getattr(one, "commands", {})
        registered |= {f"pheromone {name} {inner}" for inner in below} or {f"pheromone {name}"}
    documented = _first_column("operating.md", "Commands")
    assert set(documented) == registered
    assert len(documented) == len(set(documented))


def _commands() -> list[str]:
    """Every command in a fenced block of the documents, its continuation lines joined."""
    found = []
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for block in re.findall(r"^```sh\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL):
            found += block.replace("\\\n", " ").strip().splitlines()
    return found


# What this test does not run: `make` installs the requirements in every fresh clone, and tests/test_install.py a wheel.
INSTALLATION = {
    "python3 -m venv .venv",
    ".venv/bin/pip install --require-hashes -r requirements/base.txt",
    ".venv/bin/pip install --no-deps .",
}


@pytest.mark.parametrize("line", sorted(set(_commands()) - INSTALLATION))
async def test_every_command_of_the_documents_works(line: str, client: Client) -> None:
    program, *arguments = shlex.split(line)
    if program.endswith("pheromone"):
        # What they do is tested with each command; here that this is how they are called.
        name, command, rest = COMMANDS.resolve_command(typer.Context(COMMANDS), arguments)
        assert command is not None
        rest = [__file__ if word.startswith("/var/backups") else word for word in rest]
        command.make_context(str(name), rest)
    elif program == "make":
        assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    elif program == "curl":
        body = arguments[arguments.index("-d") + 1]
        response = await client.http.post("/graphql", content=body, headers={"content-type": "application/json"})
        assert response.json()["data"]["categories"]
    else:
        assert program == "python3", f"nobody tries {line!r}"
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
        printed, _ = await process.communicate()
        assert len(printed.strip()) >= MINIMUM_SECRET_LENGTH


def test_the_installation_is_in_the_documents() -> None:
    assert set(_commands()) >= INSTALLATION


def test_links_between_the_documents_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
            assert "://" in target or (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_systemd_unit_is_well_formed_and_closed(tmp_path: Path) -> None:
    """Checked by systemd itself, with the program that it starts replaced by one that is there."""
    if shutil.which("systemd-analyze") is None:
        skip_for_want_of("systemd-analyze (for deploy/pheromone.service)")
    unit = tmp_path / "pheromone.service"
    text = (ROOT / "deploy" / "pheromone.service").read_text()
    unit.write_text(text.replace("/opt/pheromone/.venv/bin/pheromone", "/bin/true"))
    for arguments in (["verify", "--man=no"], ["security", "--offline=true", "--threshold=20"]):
        looked = subprocess.run(["systemd-analyze", *arguments, unit], capture_output=True, text=True, check=False)
        assert looked.returncode == 0, looked.stdout + looked.stderr
        assert "Unknown" not in looked.stderr


def test_limits_are_told_as_they_are() -> None:
    settings = Settings(database_url="", secret_key="")
    operating, api = ((ROOT / "docs" / page).read_text() for page in ("operating.md", "api.md"))
    assert f"| {settings.viewer_cost:,}, {settings.anonymous_cost:,} | `COST_PER_MINUTE`" in operating
    assert f"| {MAX_DEPTH}, {MAX_ALIASES}, {MAX_DIRECTIVES}, {MAX_COST:,}, {MAX_OBJECTS:,} |" in operating
    told = " ".join(api.split())
    assert f"account's, {settings.viewer_cost:,} unless" in told
    assert f"address's, {settings.anonymous_cost:,};" in told
    assert f"more than {MAX_COST:,}, lies deeper than {MAX_DEPTH} fields or {MAX_NESTING} selections" in told
    assert f"more than {MAX_ALIASES} aliases or directives" in told
    assert f"more than {MAX_QUERY_LENGTH:,} characters, {MAX_TOKENS:,} tokens or {MAX_OPERATIONS} operations" in told
