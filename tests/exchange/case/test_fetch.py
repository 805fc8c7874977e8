"""Does a package come from a file or an address, and is nothing taken that we could not hold?"""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cairn.exchange.case import fetch
from cairn.exchange.intake.outcome import Refused

BODY = b'{"CFDocument": {}}'


class Server(BaseHTTPRequestHandler):
    """Answers well, badly, cut short, without end, or with another address."""

    def do_GET(self) -> None:
        said = {"/ok/CFPackages/1": (200, {}), "/gone": (404, {}), "/on": (302, {"Location": "/ok/CFPackages/1"}),
                "/file": (302, {"Location": "file:///etc/hostname"}),
                "/short": (200, {"Content-Length": "100"})}  # fmt: skip
        status, headers = said.get(self.path, (200, {}))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    here = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=here.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{here.server_port}"
    here.shutdown()
    thread.join()
    here.server_close()


def code(path_or_url: str) -> str:
    with pytest.raises(Refused) as caught:
        fetch.fetch(path_or_url)
    assert caught.value.remedy
    return caught.value.code


@pytest.mark.parametrize("path", ["/ok/CFPackages/1", "/on"])
def test_an_address_gives_its_bytes(server: str, path: str) -> None:
    assert fetch.fetch(server + path).data == BODY


def test_a_file_gives_its_bytes_and_digest(tmp_path: Path) -> None:
    path = tmp_path / "math.json"
    path.write_bytes(BODY)
    came = fetch.fetch(str(path))
    assert (came.name, came.data, len(came.digest)) == ("math.json", BODY, 64)


def test_what_cannot_be_had_is_refused(server: str, tmp_path: Path) -> None:
    assert code(server + "/gone") == "not_fetched"
    assert code(server + "/file") == "not_fetched"
    assert code(server + "/short") in ("not_fetched", "cut_short")
    assert code("http://127.0.0.1:1/") == "not_fetched"
    assert code("ftp://127.0.0.1/x.json") == "address"
    assert code("file:///etc/hostname") == "address"
    assert code(str(tmp_path / "absent.json")) == "absent"
    assert code(str(tmp_path)) == "a_folder"


def test_too_much_and_too_slow_are_refused(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "large.json").write_bytes(BODY)
    monkeypatch.setattr(fetch, "MOST_BYTES", 5)
    assert code(server + "/ok/CFPackages/1") == "too_large"
    assert code(str(tmp_path / "large.json")) == "too_large"
    monkeypatch.setattr(fetch, "MOST_BYTES", 500)
    monkeypatch.setattr(fetch, "MOST_SECONDS", -1.0)
    assert code(server + "/ok/CFPackages/1") == "slow"
