"""Do the product's own settings stay safe where the tests bend them?"""

import json
import os
import subprocess
import sys
from pathlib import Path

import cairn.project.settings as product

SOURCE = Path(product.__file__).read_text("utf-8")


def test_passwords_are_hashed_by_argon2_only() -> None:
    assert product.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_an_acknowledged_score_survives_a_power_cut() -> None:
    assert "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;" in SOURCE


def test_the_policy_for_content_allows_nothing_inline() -> None:
    directives = product.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"] and directives["frame-ancestors"] == ["'none'"]
    assert all("unsafe" not in source for sources in directives.values() for source in sources)
    assert not product.DEBUG


def test_what_the_address_of_the_database_asks_for_stays(tmp_path: Path) -> None:
    asked = {"DATABASE_URL": "postgres://ada@db.example/cairn?sslmode=require", "CAIRN_HOME": str(tmp_path)}
    told = "import json; from cairn.project.settings import DATABASES; print(json.dumps(DATABASES['default']['OPTIONS']))"
    done = subprocess.run(
        [sys.executable, "-c", told], env=os.environ | asked, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {"sslmode": "require", "prepare_threshold": 1}


def test_pages_are_served_without_numpy(tmp_path):
    """Only recomputing needs it: it would make each server process larger and slower to start."""
    (tmp_path / "static").mkdir()
    code = "import sys, cairn.project.wsgi, cairn.project.urls; sys.exit('numpy' in sys.modules or 'pyarrow' in sys.modules)"
    environment = os.environ | {
        "CAIRN_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "cairn.project.settings",
    }
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0
