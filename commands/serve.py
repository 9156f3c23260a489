"""Commands that go on until they are told to stop: serve, worker, demo."""

import asyncio
import contextlib
import logging
import os
import socket
import sys
import tempfile
from typing import Annotated

import typer
import uvicorn
from starlette.applications import Starlette
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from app import create_app, retention
from commands.listening import listen, place
from commands.runtime import check_database, cli_error, command, localized, settings_or_exit, with_database
from commands.setup import bring_up_to_date, refuse_in_production, seed_demo_data
from commands.worker_port import watched
from config import Settings
from engine.operation.context import utc_now
from engine.transport.connection.close_handshake import LingeringSocket
from engine.transport.connection.http_connection import BoundedHttp
from engine.transport.connection.stop_signal import told_to_stop
from jobs.table import Jobs, table
from models.demo.demo import ACCOUNTS, PASSWORD
from models.live.event import attach
from models.live.wake_signal import LocalSignal, RedisSignal
from observability.log import start_logging

logger = logging.getLogger("pheromone.serving")
KEEPALIVE_SECONDS = 20.0
SHUTDOWN_SECONDS = 15
START_SECONDS = 30
"""How long a worker that replaces another may take to be ready, on a slow machine: else the replacement is given up."""


@command.command(help=localized("Sert l'API sur HOST:PORT.", "Serves the API on HOST:PORT."))
def serve(
    workers: Annotated[
        int,
        typer.Option(
            min=1,
            max=64,
            help=localized(
                "Nombre de processus ; plus d'un demande PostgreSQL.", "Processes; more than one want PostgreSQL."
            ),
        ),
    ] = 1,
) -> None:
    settings = settings_or_exit()
    if workers > 1 and settings.database_url.startswith("sqlite"):
        raise cli_error("--workers: several processes need PostgreSQL; SQLite is for one.")
    sockets = listen(settings.host, settings.port)
    check_database(settings)
    _serve(settings, sockets, workers)


@command.command(
    help=localized(
        "Accomplit les tâches jusqu'à ce qu'on l'arrête. Il peut en tourner plusieurs : chaque récolte est faite une"
        " seule fois.",
        "Does the jobs until it is told to stop. Any number may run: each harvest is made once.",
    )
)
def worker() -> None:
    settings = settings_or_exit()
    sockets = listen(settings.host, settings.worker_port) if settings.worker_port else []
    start_logging(settings.log_level)

    async def work() -> None:
        wake_signal = RedisSignal(settings.redis_url) if settings.redis_url else LocalSignal()
        attach(wake_signal)
        await wake_signal.open()
        stopped = asyncio.Event()
        jobs = Jobs(table(utc_now, retention(settings)))
        jobs.start()
        async with watched(settings, sockets, wake_signal):
            with told_to_stop(stopped.set, pass_on=False):
                await stopped.wait()
        await jobs.stop()
        await wake_signal.close()

    with_database(settings, work)


@command.command(
    help=localized(
        "Migre, plante une fois les données de démonstration, et sert.",
        "Migrates, plants the demo data once, and serves it.",
    )
)
def demo() -> None:
    settings = settings_or_exit()
    refuse_in_production(settings)
    sockets = listen(settings.host, settings.port)

    async def work() -> None:
        await bring_up_to_date()
        await seed_demo_data(demo=True)

    with_database(settings, work)
    address = f"http://{place(settings.host, settings.port)}"
    typer.echo(f"\n  {address}/graphql\n  {address}/alliances/FDR (player_mutant)\n")
    typer.echo(f"  Comptes / accounts (mot de passe / password: {PASSWORD})")
    for username, email, role, _ in ACCOUNTS:
        typer.echo(f"    {username:<16}{email:<22}{role}")
    typer.echo("")
    _serve(settings, sockets)


def _serve(settings: Settings, sockets: list[socket.socket], workers: int = 1) -> None:
    """Serves on sockets that listen already, in this process or in several that share them."""
    start_logging(settings.log_level)
    logger.info("listening on %s", place(settings.host, settings.port))
    config = _server(settings, workers)
    if workers > 1:
        # Where the processes count together. One alone counts in memory, and need leave nothing behind.
        with tempfile.TemporaryDirectory(prefix="pheromone-counts-") as folder:
            os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
            supervisor = Workers(config, sockets)
            supervisor.run()
        # It stops as soon as one worker cannot start, and tells nobody.
        if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes):
            raise typer.Exit(STARTUP_FAILURE)
        return
    server = uvicorn.Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets)
    if not server.started:
        raise typer.Exit(STARTUP_FAILURE)


class Workers(Multiprocess):
    """uvicorn's, but it sees at once that a worker has ended: the end of a pipe that it kept open itself hid that."""

    def keep_subprocess_alive(self) -> None:
        for process in self.processes:
            process.child_conn.close()
        super().keep_subprocess_alive()


def _server(settings: Settings, workers: int) -> uvicorn.Config:
    return uvicorn.Config(
        "commands.serve:application",
        factory=True,
        workers=workers,
        timeout_worker_healthcheck=START_SECONDS,
        log_config=None,
        access_log=False,
        server_header=False,
        http=BoundedHttp,
        h11_max_incomplete_event_size=settings.max_head_bytes,
        timeout_keep_alive=settings.idle_seconds,
        ws=LingeringSocket,
        ws_max_size=settings.max_body_bytes,
        ws_ping_interval=KEEPALIVE_SECONDS,
        ws_ping_timeout=KEEPALIVE_SECONDS,
        # Compression costs a socket more memory than all the rest, for texts that are short.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


def application() -> Starlette:
    """The application of one serving process, from its own environment."""
    try:
        settings = settings_or_exit()
    except typer.Exit:  # Another code would have the worker started again, for ever.
        sys.exit(STARTUP_FAILURE)
    start_logging(settings.log_level)
    return create_app(settings)
