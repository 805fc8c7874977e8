"""How long until `cairn serve` answers on a database that is there, and how much memory does it hold idle?"""

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from benchmarks.table import add


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident(pid: int) -> float:
    """MB resident of a process and its children."""
    pids = [pid]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1]) in pids:
                pids.append(int(folder.name))
        except (OSError, ValueError):
            continue
    total = 0
    for each in pids:
        for line in (Path("/proc") / str(each) / "status").read_text().splitlines():
            if line.startswith("VmRSS"):
                total += int(line.split()[1])
    return total / 1024


def once(home: Path) -> tuple[float, float]:
    """Seconds to the first answer, and MB resident then."""
    port = free_port()
    env = os.environ | {"CAIRN_HOME": str(home)}
    begin = time.perf_counter()
    server = subprocess.Popen(
        [Path(sys.executable).with_name("cairn"), "serve", "--port", str(port)],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - begin < 60:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/signin", timeout=5).read()
                return time.perf_counter() - begin, resident(server.pid)
            except OSError:
                time.sleep(0.02)
        raise SystemExit("cairn serve did not answer within a minute")
    finally:
        server.terminate()
        server.wait(20)


def start(home: Path) -> None:
    """Five starts after one that makes the database, beside starting Python with Django alone."""
    once(home)
    found = [once(home) for _ in range(5)]
    bare = []
    for _ in range(5):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import django.core.handlers.wsgi"], check=True)
        bare.append(time.perf_counter() - begin)
    seconds, plain = statistics.median(s for s, _ in found), statistics.median(bare)
    add(
        "start of cairn serve",
        f"{seconds:.2f} s",
        f"{plain:.2f} s (Python with Django)",
        f"{seconds / plain:.1f}",
        "<= 3 s",
    )
    add("  its idle memory", f"{statistics.median(m for _, m in found):.0f} MB", "", "", "<= 200 MB")
