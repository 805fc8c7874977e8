"""Where do browser tests click? In a real server on a tiny demo district, begun by the program's own commands."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CAIRN = Path(sys.executable).with_name("cairn")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def demo_site(home: Path) -> Iterator[str]:
    """Make the demo, serve it, give its address, stop it."""
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    env |= {"CAIRN_HOME": str(home)}
    made = subprocess.run(
        [CAIRN, "demo", "--size", "tiny", "--no-serve"], env=env, capture_output=True, text=True, timeout=300
    )
    assert made.returncode == 0, made.stdout + made.stderr
    port = _free_port()
    log = (home / "serve.log").open("w")
    server = subprocess.Popen(
        [CAIRN, "serve", "--port", str(port)], env=env, stdout=log, stderr=subprocess.STDOUT
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{url}/signin", timeout=5).read()
                break
            except OSError:
                assert server.poll() is None, (home / "serve.log").read_text()
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def links_of(html: str) -> list[str]:
    """The paths that a page links to, in order, each once."""
    return list(dict.fromkeys(re.findall(r'<a [^>]*?href="(/[^"#]*)"', html)))
