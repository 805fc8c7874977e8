"""Has somebody tried too often from one network address? Counted in the database, so that all workers count together.

One school often stands behind one address: the limits are far above what a class mistypes, and far below what guessing needs.
"""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cairn.people.accounts.models import DoorTry

WINDOW = timedelta(minutes=15)
MOST = {"activate": 60, "signin": 200}


def _key(door: str, address: str) -> str:
    return salted_hmac(f"cairn.door.{door}", address, algorithm="sha256").hexdigest()


def is_closed(door: str, address: str) -> bool:
    """Must this address wait at this door ("activate", "signin")?"""
    return DoorTry.objects.filter(
        key=_key(door, address), begun_at__gt=timezone.now() - WINDOW, count__gte=MOST[door]
    ).exists()


def count_wrong(door: str, address: str) -> None:
    """One more wrong try. The first one after a quiet quarter of an hour begins anew."""
    key, now = _key(door, address), timezone.now()
    mine = DoorTry.objects.filter(key=key)
    if mine.filter(begun_at__gt=now - WINDOW).update(count=F("count") + 1):
        return
    DoorTry.objects.filter(begun_at__lte=now - WINDOW).delete()
    DoorTry.objects.bulk_create([DoorTry(key=key, count=1, begun_at=now)], ignore_conflicts=True)
