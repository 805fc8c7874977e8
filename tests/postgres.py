"""Where do the tests get a PostgreSQL server? A private one from Debian's package: 127.0.0.1, a free port, thrown away after."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FORGETFUL = {"fsync", "synchronous_commit", "full_page_writes"}
BINARIES = Path("/usr/lib/postgresql")

# Nothing in a test server outlives the tests, so nothing need reach the disk.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "jit": "off",
}


def newest_binaries() -> Path | None:
    """The folder with initdb and pg_ctl of the newest installed version, or None."""
    folders = [initdb.parent for initdb in BINARIES.glob("*/bin/initdb")]
    return max(folders, key=_version_of, default=None)


def _version_of(folder: Path) -> float:
    match = re.fullmatch(r"\d+(\.\d+)?", folder.parent.name)
    return float(match[0]) if match else 0.0


@contextmanager
def private_server(*, durable: bool = False) -> Iterator[str]:
    """Start a server, give its address as a DATABASE_URL, stop it and remove its files at the end.

    `durable`: commits reach the disk, as they do for a district (measurements ask for it; tests do not).
    """
    binaries = newest_binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed. On Debian: apt install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="cairn-postgres-"))
    port = _free_port()
    kept = {name: value for name, value in OPTIONS.items() if not durable or name not in FORGETFUL}
    options = kept | {"port": str(port), "unix_socket_directories": str(folder)}
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        _run(
            [
                *[binaries / "initdb", "-D", folder / "data", "-U", "postgres"],
                *["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"],
            ]
        )
        settings = " ".join(f"-c {name}={value}" for name, value in options.items())
        pg_ctl = [binaries / "pg_ctl", "-D", folder / "data", "-w"]
        _run([*pg_ctl, "-l", folder / "log", "-o", settings, "start"])
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/cairn"
        finally:
            _run([*pg_ctl, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str | Path]) -> None:
    # initdb and postgres refuse to run as root, so root lends itself the package's own user.
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_postgres, *map(str, command)],
        cwd="/",  # the postgres user may not enter the folder of whoever runs the tests
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
