"""How is Cairn served? One command, on this machine unless told otherwise."""

import os
import socket
import sys
import threading
import time
from typing import Annotated

import typer

from cairn.cli.ready import ready
from cairn.cli.say import Failure, note, plainly

Host = Annotated[str, typer.Option(help="The address to listen at.")]
Port = Annotated[int, typer.Option(help="The port to listen at.", min=1, max=65535)]
WORKERS, THREADS = 1, 4


def listen(host: str, port: int, workers: int = WORKERS, threads: int = THREADS) -> None:
    """Serves until stopped. Django is set up and the database is ready."""
    from django.conf import settings
    from django.db import connections
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    from cairn.people.accounts.actions import clear_sessions

    _free(host, port)
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    clear_sessions()
    connections.close_all()  # the workers open their own
    os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.project.settings"
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    keep_days()
    note(f"Cairn is at http://{shown}:{port} (Ctrl+C stops it).")
    if shown != host:
        note(
            f"Other machines are answered under these names: {', '.join(settings.ALLOWED_HOSTS)} (CAIRN_HOSTS)."
        )
    Server(
        "cairn.project.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        blocking_threads_idle_timeout=600,  # a thread keeps its database connection warm
        websockets=False,
        log_level=LogLevels.warning,
        process_name=None,
    ).serve()


def keep_days() -> None:
    """What only a passed day changes is decided now, and again after each midnight while the server runs."""

    def wait() -> None:
        from django.utils import timezone

        day = timezone.localdate()
        while True:
            time.sleep(60)
            if timezone.localdate() != day:
                day = timezone.localdate()
                _mend_day()

    _mend_day()
    threading.Thread(target=wait, name="days", daemon=True).start()


def _mend_day() -> None:
    from django.db import DatabaseError, connections

    from cairn.learning.mastery.levelups import propose_newly_in_force
    from cairn.learning.mastery.overrides import mend_due

    try:
        mend_due()
        propose_newly_in_force()
    except DatabaseError as error:
        note(f"What a passed day changes could not be decided: {error}. Run: cairn recompute --due")
    finally:
        connections.close_all()


def _free(host: str, port: int) -> None:
    """Raises Failure when something listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Failure(
                f"Cairn cannot listen at {host}:{port}: {error.strerror}.",
                f"Stop what runs there, or choose --port {port + 1}.",
            ) from None


@plainly
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[
        int, typer.Option(help="Processes; more on a server with PostgreSQL.", min=1, max=64)
    ] = WORKERS,
    threads: Annotated[int, typer.Option(help="Threads of each process.", min=1, max=64)] = THREADS,
) -> None:
    """Serve the database that is there, on 127.0.0.1 unless told otherwise."""
    ready()
    listen(host, port, workers, threads)
    sys.stderr.flush()
