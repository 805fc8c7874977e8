"""How do decided cells travel between engines? As a table of what would be kept, and back."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cairn.learning.arrays import NO_DAY
from cairn.learning.mastery.pieces import Decided, Pieces
from cairn.learning.snapshots.parquet import arrow

if TYPE_CHECKING:
    import pyarrow as pa

    from cairn.learning.mastery.auditing import Answer
    from cairn.learning.mastery.inforce import RuleBook

FLOATS = ("level", "previous")
DAYS = ("last", "changed", "met_on", "due")
FLAGS = ("met", "is_there", "is_chained", "is_decided")
# As Spark names the types. Columns are those of Decided; no level and no day are null.
COLUMNS = "student bigint, target bigint, " + ", ".join(
    f"{name} {'double' if name in FLOATS else 'date' if name in DAYS else 'boolean' if name in FLAGS else 'bigint'}"
    for name in Decided._fields
)


def table_of(pieces: Pieces, decided: Decided) -> "pa.Table":
    """Decided cells as a table with the columns of COLUMNS."""
    pa = arrow()
    columns = {"student": pa.array(pieces.student), "target": pa.array(pieces.target)}
    for name, column in decided._asdict().items():
        if name in DAYS:
            days = pa.array(column.astype(np.int32), mask=column == NO_DAY)
            columns[name] = days.cast(pa.date32())
        elif name in FLOATS:
            columns[name] = pa.array(column, mask=np.isnan(column))
        else:
            columns[name] = pa.array(column, pa.bool_() if name in FLAGS else pa.int64())
    return pa.table(columns)


def decided_from(table: "pa.Table") -> Decided:
    """The same back."""
    pa = arrow()

    def column(name: str) -> NDArray[Any]:
        held: Any = table.column(name)
        if name in DAYS:
            held = held.cast(pa.int32()).fill_null(NO_DAY).cast(pa.int64())
        elif name in FLOATS:
            held = held.fill_null(float("nan"))
        found: NDArray[Any] = held.to_numpy()
        return found

    return Decided(*(column(name) for name in Decided._fields))


def engine_from(folder: Path) -> "Callable[[NDArray[np.int64], RuleBook], Iterable[Answer]]":
    """The answers of another engine, from the Parquet that it wrote, as `auditing.look` asks for them."""
    arrow()
    import pyarrow.dataset as ds

    from cairn.learning.mastery.auditing import Answer

    held: Any = ds.dataset(str(folder), format="parquet", partitioning="hive")

    def answer(students: NDArray[np.int64], book: "RuleBook") -> "Iterable[Answer]":
        student: Any = ds.field("student")
        some = held.to_table(filter=(student >= int(students[0])) & (student <= int(students[-1])))
        some = some.filter(np.isin(some.column("student").to_numpy(), students))
        yield Answer(some.column("student").to_numpy(), some.column("target").to_numpy(), decided_from(some))

    return answer
