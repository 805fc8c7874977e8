"""Where does this installation keep its files, and its secret?"""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def cairn_home() -> Path:
    """The data folder: `CAIRN_HOME`, or ~/.local/share/cairn. Created with rights for its owner only."""
    home = (
        Path(os.environ.get("CAIRN_HOME") or Path.home() / ".local" / "share" / "cairn")
        .expanduser()
        .resolve()
    )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def secret_key(home: Path) -> str:
    """`CAIRN_SECRET_KEY`, or a key made on first use and kept in the data folder, readable by its owner only."""
    if key := os.environ.get("CAIRN_SECRET_KEY"):
        return key
    path = home / "secret_key"
    if kept := _kept(path):
        return kept
    # Written whole under another name first: a crash leaves no half of a key, and of two that start at once one wins.
    fresh = home / f"secret_key.{secrets.token_hex(8)}"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except OSError:  # somebody was quicker, an empty file stands in the way, or the disk knows no links
            if not _kept(path):
                fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return path.read_text().strip()


def _kept(path: Path) -> str:
    """What the file says; empty where there is none, or a crash left it empty."""
    return path.read_text().strip() if path.exists() else ""


def make_private(path: Path) -> None:
    """Makes the file, empty and readable by its owner only, unless it is there. SQLite gives its -wal and -shm the same rights."""
    with suppress(OSError):  # where it cannot be made, whoever opens it says so
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
