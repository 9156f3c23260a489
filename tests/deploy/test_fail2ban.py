"""fail2ban's filter finds each sign-in that failed in the log as it is written, and nothing else."""

import asyncio
import json
import logging
import shutil
import subprocess
from pathlib import Path

import pytest

from observability.log import JsonFormatter
from tests.wire.client import Client
from tests.wire.missing import skip_for_want_of
from tests.wire.processes import ROOT
from tests.worlds import world

LOGIN = 'mutation Login($p: String!) { login(input: {login: "ada", password: $p}) { accessToken } }'
RESET = 'mutation { resetPassword(input: {code: "no-such-code", password: "une reine sans couronne"}) }'


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_failed_sign_ins_are_found_in_the_log(
    client: Client, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    if shutil.which("fail2ban-regex") is None:
        skip_for_want_of("fail2ban (for deploy/fail2ban.conf)")
    caplog.set_level(logging.INFO)
    ada = await client.as_user(await world.user("player", "ada"))
    assert await client.codes(LOGIN, p="a secret that is wrong") == ["UNAUTHENTICATED"]
    assert await client.codes(RESET) == ["BAD_INPUT"]
    await ada.data("query WhoAmI { me { id } }")
    formatted = [JsonFormatter().format(record) for record in caplog.records if record.name.startswith("pheromone")]
    told = [json.loads(line) for line in formatted]
    failed = [line for line in told if line["logger"] == "pheromone.sign_in"]
    assert [(one["message"], one["address"], one["by"]) for one in failed] == [
        ("sign-in failed", "127.0.0.1", "password"),
        ("sign-in failed", "127.0.0.1", "code"),
    ]
    requests = {line["operation"]: line for line in told if line["message"] == "request"}
    assert set(requests) == {"Login", "mutation", "WhoAmI"}
    assert (requests["WhoAmI"]["address"], requests["Login"]["account"]) == ("127.0.0.1", None)
    assert requests["WhoAmI"]["account"] is not None
    assert "secret" not in "".join(formatted)

    log = tmp_path / "log"
    other = '{"time": "2026-03-14T10:17:00.000+00:00", "logger": "x", "message": "sign-in failed", "address": "::1"}'
    log.write_text("\n".join([*formatted, other, ""]))
    command = ["fail2ban-regex", "--print-all-matched", str(log), str(ROOT / "deploy" / "fail2ban.conf")]
    looked = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    assert f"{len(formatted) + 1} lines, 0 ignored, 2 matched" in looked.stdout, looked.stdout
