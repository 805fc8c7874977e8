"""How does Spark decide a whole state? It hands each partition of an export to the same columns, and writes what they say.

Spark decides nothing itself: every partition goes through `decide_pieces`, which calls `rules/columns.py`. It runs on this machine
unless the setting CAIRN_SPARK_MASTER names a cluster, listens on the loopback only, and serves no page.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from cairn.learning.mastery.pieces import cells_of, decide_pieces
from cairn.learning.snapshots.decided import COLUMNS, table_of
from cairn.learning.snapshots.parquet import arrow, columns_for, pieces_from
from cairn.learning.snapshots.ruling import Absent, read_rules

BATCH = 200_000  # rows that a worker gets at once
LOOPBACK = "127.0.0.1"


@contextmanager
def session(master: str, scratch: Path) -> Iterator[Any]:
    """A Spark session. Raises Absent where pyspark is not installed."""
    arrow()
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise Absent(
            "This engine needs Spark and Java. Install it with: pip install 'cairn[spark]'"
        ) from error
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    options = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(BATCH),
        "spark.sql.session.timeZone": "UTC",
        "spark.log.level": "ERROR",
    }
    if master.startswith("local"):
        options |= {"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK}
        os.environ["SPARK_LOCAL_IP"] = LOOPBACK
    builder: Any = SparkSession.builder.appName("cairn recompute").master(master)
    for name, value in options.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def decide_with_spark(folder: Path, into: Path, on: int, *, master: str, scratch: Path) -> None:
    """Decide an export on a day (since 1970-01-01); the decided cells go to a new folder, by district. Raises Absent."""
    columns = columns_for(read_rules(folder)[0])
    with session(master, scratch) as spark:
        rows = spark.read.option("basePath", str(folder)).parquet(str(folder / "district=*"))
        rows = rows.select(*columns, "district")
        decide: Callable[..., Any] = partial(decide_batches, folder=str(folder), on=on)
        decided = rows.mapInArrow(decide, f"{COLUMNS}, district bigint")
        decided.write.partitionBy("district").parquet(str(into))


def decide_batches(batches: Iterator[Any], folder: str, on: int) -> Iterator[Any]:
    """What a worker does: whole cells are decided, a cell that a batch cuts off waits for the next."""
    pa = arrow()
    rules, categories = read_rules(Path(folder))
    held = None
    for batch in batches:
        table = pa.Table.from_batches([batch])
        if held is not None and len(held):
            table = pa.concat_tables([held, table])
        begins = cells_of(*(table.column(name).to_numpy() for name in ("student", "target")))
        cut = int(begins[-2]) if len(begins) > 1 else 0
        held = table.slice(cut)
        yield from _decided(table.slice(0, cut), rules, categories, on)
    if held is not None:
        yield from _decided(held, rules, categories, on)


def _decided(table: Any, rules: Any, categories: tuple[str, ...], on: int) -> Iterator[Any]:
    if not len(table):
        return
    pieces = pieces_from(table, categories)
    found = table_of(pieces, decide_pieces(pieces, rules, on))
    district = table.column("district").to_numpy()[pieces.offsets[:-1]].astype(np.int64)
    yield from found.append_column("district", [district]).combine_chunks().to_batches()
