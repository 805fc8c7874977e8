"""Where is a recomputation decided: here, or by Spark over Parquet?

Either way the answers are compared with what stands and mended by `mastery/recompute.py`; an engine only says what follows.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from cairn.learning.mastery.auditing import Engine
from cairn.learning.mastery.chunks import ranges
from cairn.learning.mastery.inforce import RuleBook
from cairn.learning.mastery.models import RecordVersion
from cairn.learning.snapshots.decided import engine_from
from cairn.learning.snapshots.packed import pack
from cairn.learning.snapshots.parquet import decide_folder, export, pieces_in
from cairn.learning.snapshots.ruling import Absent, in_force, read_rules
from cairn.learning.snapshots.spark import decide_with_spark
from cairn.rules.refusal import Refusal

Progress = Callable[[int, int], None]

__all__ = ["Absent", "Engine", "by_spark", "decide_folder", "write_packed", "write_parquet"]


def write_parquet(folder: Path, book: RuleBook, progress: Progress = lambda done, total: None) -> int:
    """Write all evidence by district to a new or empty folder; how many pieces."""
    total = RecordVersion.objects.count()
    return export(folder, book, ranges(0), lambda done: progress(done, total))


def write_packed(folder: Path, source: Path) -> int:
    """Pack the scores of an export; how many. Raises Absent where it is none."""
    rules, _categories = read_rules(source)
    return pack(folder, ((pieces, rules) for pieces in pieces_in(source)), in_force(source)[0])


@contextmanager
def by_spark(
    book: RuleBook,
    *,
    master: str,
    home: Path,
    source: Path | None = None,
    progress: Progress = lambda done, total: None,
) -> Iterator[Engine]:
    """The engine that Spark has decided for, from an export made now or the one in `source`; what it wrote is gone afterwards.

    Raises Absent without pyspark or Java, Refusal for an export of other rules than those in force.
    """
    with TemporaryDirectory(dir=home, prefix="spark-") as scratch:
        place = Path(scratch)
        if source is None:
            source = place / "evidence"
            write_parquet(source, book, progress)
        elif in_force(source)[1] != book.digest():
            raise Refusal(
                "other_rules",
                f"The export in {source} was written on another day or under other rules than those in force.",
                "Write a new one: cairn snapshot parquet FOLDER",
            )
        decide_with_spark(source, place / "decided", book.on, master=master, scratch=place)
        yield engine_from(place / "decided")
