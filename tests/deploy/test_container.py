"""The files for containers, and for commands beside systemd's unit: what they name is there, and said alike."""

import re
import subprocess
from typing import Any, cast

import typer
import yaml  # type: ignore[import-untyped]
from typer.core import TyperGroup

from cli import command
from config import read_settings
from tests.wire.processes import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text())
SERVICES = COMPOSE["services"]
OUTER = {"POSTGRES_PASSWORD": "abc", "SECRET_KEY": "0123456789abcdef" * 2, "MASTER_KEY": "fedcba9876543210" * 2}


def _environment(service: str) -> dict[str, str]:
    """Its variables, those of .env filled in."""

    def fill(found: re.Match[str]) -> str:
        return OUTER.get(found[1]) or found[2].removeprefix(":-")

    given = SERVICES[service]["environment"].items()
    return {name: re.sub(r"\$\{(\w+)(:[-?]\w*)\}", fill, text) for name, text in given}


def test_service_and_worker_start_with_the_settings_of_the_compose_file() -> None:
    for name in ("service", "worker"):
        environment = {"PHEROMONE_ENV": "production", "PHEROMONE_VAR": "/data", **_environment(name)}
        settings = read_settings(environment, makes_files=False)
        assert settings.database_url == "postgres://pheromone:abc@database/pheromone"
        assert not settings.jobs
        text = (ROOT / "config.py").read_text()
        assert [one for one in environment if f'"{one}"' not in text] == ["FORWARDED_ALLOW_IPS"]
    assert _environment("worker")["PORT"] == _environment("worker")["WORKER_PORT"]


def test_what_the_compose_file_names_is_there() -> None:
    build = SERVICES["service"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    commands = cast(TyperGroup, typer.main.get_command(command)).commands
    assert SERVICES["worker"]["command"][1] in commands
    names = set(SERVICES)
    assert all(set(one.get("depends_on", {})) <= names for one in SERVICES.values())
    assert all(set(one["networks"]) <= set(COMPOSE["networks"]) for one in SERVICES.values())
    (front,) = COMPOSE["networks"]["front"]["ipam"]["config"]
    assert _environment("service")["FORWARDED_ALLOW_IPS"] == front["subnet"]
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["proxy"]
    caddy = (DEPLOY / "Caddyfile").read_text()
    assert all(f"{{${name}:" in caddy for name in SERVICES["proxy"]["environment"])


def test_the_image_fetches_graphiql_and_is_asked_at_its_own_port() -> None:
    built, _, run = (DEPLOY / "Containerfile").read_text().rpartition("\nFROM ")
    assert "pheromone graphiql" in built
    assert "npm" not in run
    assert re.search(r"^HEALTHCHECK .*PORT", run, re.MULTILINE)


def test_a_command_beside_the_unit_has_the_unit_s_account_and_settings() -> None:
    wrapper = DEPLOY / "pheromone.sh"
    subprocess.run(["sh", "-n", wrapper], check=True)
    given = dict(re.findall(r'--property="?(\w+)=([^"\n]*?)"? \\$', wrapper.read_text(), re.MULTILINE))
    unit = dict(re.findall(r"^(\w+)=(.*)$", (DEPLOY / "pheromone.service").read_text(), re.MULTILINE))
    assert given.pop("User") == "pheromone"
    assert given == {name: unit[name] for name in given}
    assert len(given) == 7
