"""Do all engines give the same answer, row for row: the database read here, Parquet read here, the packed snapshot, Spark?"""

import importlib.util
import shutil

import numpy as np
import pytest

from cairn.learning.mastery import chunks
from cairn.learning.mastery.auditing import Answer, decide_here, look
from cairn.learning.mastery.pieces import Decided, decide_pieces
from cairn.learning.mastery.recompute import book_now, recompute
from cairn.learning.models import Mastery
from cairn.learning.snapshots.decided import decided_from, engine_from, table_of
from cairn.learning.snapshots.packed import decide_packed, pack
from cairn.learning.snapshots.parquet import decide_folder, export, parts
from cairn.learning.snapshots.ruling import Absent, read_rules
from cairn.learning.snapshots.spark import decide_batches, decide_with_spark
from tests.learning.varied import build_varied, fill

pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install -e '.[analytics]'")

HAS_SPARK = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None


@pytest.fixture
def varied(db):
    school = build_varied()
    recompute()
    return school


def by_cell(answers) -> dict:
    """Cell -> everything that would be kept, comparable to the last bit."""
    found = {}
    for student, target, decided in answers:
        columns = [np.asarray(column) for column in decided]
        for place, cell in enumerate(zip(student.tolist(), target.tolist(), strict=True)):
            assert cell not in found
            found[cell] = tuple(
                None if value != value else value for value in (column[place].item() for column in columns)
            )
    return found


def local(book) -> dict:
    return by_cell(answer for students in chunks.ranges(0) for answer in decide_here(students, book))


def exported(folder, book):
    export(folder, book, chunks.ranges(0))
    return folder


def test_parquet_read_here_is_the_database_read_here(varied, tmp_path):
    book = book_now()
    folder = exported(tmp_path / "out", book)
    answers = (Answer(one.student, one.target, decided) for one, decided in decide_folder(folder, book.on))
    assert by_cell(answers) == local(book)
    assert len({path.parent.name for path in parts(folder)}) > 1  # the schools lie in two districts


def test_an_export_holds_no_names(varied, tmp_path):
    folder = exported(tmp_path / "out", book_now())
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert not [name for name in (b"Ana", b"Lee", b"Ng", b"Aspen", b"essay") if name in everything]
    assert folder.stat().st_mode & 0o077 == 0


def test_no_export_goes_into_a_folder_with_something_in_it_nor_is_half_of_one_read(varied, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(FileExistsError):
        exported(tmp_path / "mine", book_now())
    with pytest.raises(Absent):
        read_rules(tmp_path / "mine")


def test_decided_cells_travel_as_a_table(varied):
    book = book_now()
    for students in chunks.ranges(0):
        for pieces in chunks.pieces_of(students, book):
            decided = decide_pieces(pieces, book.rules_among(pieces.rule), book.on)
            back = decided_from(table_of(pieces, decided))
            for name in Decided._fields:
                np.testing.assert_array_equal(getattr(back, name), getattr(decided, name), err_msg=name)


def test_a_packed_snapshot_gives_the_levels_that_stand(varied, tmp_path):
    book = book_now()
    evidence = (
        (pieces, book.rules_among(pieces.rule))
        for students in chunks.ranges(0)
        for pieces in chunks.pieces_of(students, book)
    )
    scores = pack(tmp_path / "packed", evidence, book.on)
    kept = {
        row[:2]: row[2:]
        for row in Mastery.objects.values_list("student", "target", "level", "met", "count", "policy")
    }
    seen = 0
    for block, levels in decide_packed(tmp_path / "packed"):
        for place, cell in enumerate(block.cells.T.tolist()):
            level = levels.level[place].item()
            given = (
                None if level != level else level,
                levels.met[place],
                levels.count[place],
                block.rule.policy,
            )
            if Mastery.objects.filter(student=cell[0], target=cell[1], override=None).exists():
                assert given == kept[tuple(cell)]
                seen += 1
    assert seen > 20
    assert scores == sum(block.scores.size for block, _levels in decide_packed(tmp_path / "packed"))


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_worker_decides_whole_cells_wherever_its_batches_are_cut(varied, tmp_path, size):
    import pyarrow as pa
    import pyarrow.dataset as ds

    book = book_now()
    folder = exported(tmp_path / "out", book)
    rows = ds.dataset([str(path) for path in parts(folder)], partitioning="hive").to_table()
    district = pa.array(np.zeros(len(rows), np.int32))
    table = rows.select([name for name in rows.column_names if name != "district"]).append_column(
        "district", district
    )
    given = (batch for batch in table.to_batches(max_chunksize=size))
    made = pa.Table.from_batches(list(decide_batches(given, str(folder), book.on)))
    answer = Answer(made.column("student").to_numpy(), made.column("target").to_numpy(), decided_from(made))
    assert by_cell([answer]) == local(book)


@pytest.mark.skipif(
    not HAS_SPARK, reason="Spark is not installed: it needs Java 17 and pip install -r requirements/spark.txt"
)
def test_spark_is_the_local_engine_row_for_row(varied, tmp_path):
    fill(varied, 30_000)
    book = book_now()
    folder = exported(tmp_path / "out", book)
    decide_with_spark(folder, tmp_path / "decided", book.on, master="local[2]", scratch=tmp_path / "scratch")
    engine = engine_from(tmp_path / "decided")
    assert by_cell(answer for students in chunks.ranges(0) for answer in engine(students, book)) == local(
        book
    )
    for students in chunks.ranges(0):
        one, other = look(students, book, engine), look(students, book)
        assert (one.cells, one.suspects, one.miscounted) == (other.cells, other.suspects, other.miscounted)
        assert len(one.suspects) > 5_000  # nothing of what was filled in has been decided yet
