"""The alerts and the dashboard ask for metrics that there are, under the labels that they have."""

import asyncio
import json
import re
import shutil
import subprocess

import pytest

from jobs.table import Job
from models.core.database import is_postgres
from tests.wire.client import Client
from tests.wire.missing import skip_for_want_of
from tests.wire.processes import ROOT

ALERTS, DASHBOARD = ROOT / "deploy" / "alerts.yml", ROOT / "deploy" / "dashboard.json"
NAME = re.compile(r"\bpheromone_[a-z_]+")


def _expressions() -> list[str]:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    asked = [target["expr"] for panel in panels for target in panel["targets"]]
    return asked + re.findall(r"^ +expr: (.*)$", ALERTS.read_text(), re.MULTILINE)


async def test_every_metric_that_is_asked_for_is_there(client: Client) -> None:
    await client.data("{ categories { slug } }")
    text = (await client.http.get("/metrics")).text
    there = set(re.findall(r"^# TYPE (pheromone_\w+)", text, re.MULTILINE))
    asked = {re.sub(r"_(bucket|sum|count)$", "", name) for one in _expressions() for name in NAME.findall(one)}
    assert len(asked) > 15
    assert asked <= there
    assert "pheromone_build_info{version=" in text
    pools = re.findall(r'^pheromone_database_connections{pool="(\w+)",state="used"}', text, re.MULTILINE)
    assert ("requests" in pools) is is_postgres()


@pytest.mark.slow
async def test_prometheus_takes_the_alerts() -> None:
    if shutil.which("promtool") is None:
        skip_for_want_of("promtool (Debian's prometheus, for deploy/alerts.yml)")
    command = ["promtool", "check", "rules", str(ALERTS)]
    looked = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    assert looked.returncode == 0, looked.stdout + looked.stderr
    assert f"{ALERTS.read_text().count('- alert:')} rules found" in looked.stdout


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_runs_of_jobs_are_counted(client: Client) -> None:
    async def fails() -> None:
        raise ValueError

    async def works() -> None:
        pass

    for name, work in (("breaks", fails), ("goes", works)):
        job = Job(name, "* * * * *", work)
        await job._run()
        await job.stop()
    text = (await client.http.get("/metrics")).text
    assert 'pheromone_job_runs_total{job_name="breaks",outcome="failed"} 1.0' in text
    assert 'pheromone_job_runs_total{job_name="goes",outcome="well"} 1.0' in text
    assert 'pheromone_job_success_seconds{job_name="goes"} 1.' in text
    assert 'pheromone_job_success_seconds{job_name="breaks"}' not in text
