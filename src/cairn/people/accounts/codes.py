"""What does an activation code look like, and what do we keep of it? Only its hash."""

import hashlib
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0, 1, I, L, O: people read these from paper
GROUPS, LENGTH = 3, 4  # 12 characters out of 31: about 59 bits


def new_code() -> str:
    """A code as printed: K7F2-9QXM-34HT."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(GROUPS))


def as_typed(text: str) -> str:
    """What a person typed, as the code would stand: capitals, with no signs between."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def digest_of(code: str) -> str:
    """The hash that is kept. A code has too many bits to be guessed from it, so a slow hash would add nothing."""
    return hashlib.sha256(f"cairn activation {as_typed(code)}".encode()).hexdigest()
