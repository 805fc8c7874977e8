"""Do the product's own settings stay safe where the tests bend them?"""

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
