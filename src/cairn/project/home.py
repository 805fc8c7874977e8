"""Where does this installation keep its files, and its secret?"""

import os
import secrets
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
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()
