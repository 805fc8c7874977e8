"""How do quarantined rows go back to the person who can fix them?

As CSV with the original columns, the problem and the remedy; the reader ignores the added columns, so a corrected file goes
through the same import command.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from cairn.exchange.intake.models import Problem, Run

ADDED = ("cairn_problem", "cairn_remedy", "cairn_file", "cairn_line")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def _rows(run: Run, file: str) -> Iterator[Problem]:
    return (
        Problem.objects.filter(run=run, severity="quarantined", file=file)
        .order_by("line", "id")
        .iterator(500)
    )


def _columns(run: Run, file: str) -> list[str]:
    columns: dict[str, None] = {}
    for problem in _rows(run, file):
        columns.update(dict.fromkeys(dict(problem.row or {})))
    return [column for column in columns if column and column not in ADDED]


def csv_of(run: Run, file: str) -> Iterator[str]:
    """The quarantined rows of one file, line by line. Texts of ours never start a formula in a spreadsheet."""
    columns = _columns(run, file)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([*columns, *ADDED])
    for problem in _rows(run, file):
        row = dict(problem.row or {})
        texts = [row.get(column) or "" for column in columns]
        said = [f" {text}" if text.startswith(_RISKY) else text for text in (problem.reason, problem.remedy)]
        writer.writerow([*texts, *said, problem.file, problem.line])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    if buffer.getvalue():
        yield buffer.getvalue()


def files_of(run: Run) -> list[str]:
    """The files with quarantined rows."""
    rows = Problem.objects.filter(run=run, severity="quarantined")
    return sorted(set(rows.values_list("file", flat=True)))


def manifest_of(run: Run) -> str:
    """A roster's rows come back as changes, never as the whole: without this manifest all other rows would end."""
    if run.kind != "oneroster":
        return ""
    names = [file.rsplit(".", 1)[0] for file in files_of(run)]
    lines = ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.2"]
    return "\r\n".join([*lines, *(f"file.{name},delta" for name in names)]) + "\r\n"


def write_folder(run: Run, folder: Path) -> list[Path]:
    """Writes one CSV per file into `folder` (and a manifest for a roster); gives the paths, empty when nothing is quarantined."""
    written = []
    for name in files_of(run):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{Path(name).stem}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(csv_of(run, name))
        path.chmod(0o600)
        written.append(path)
    if written and (manifest := manifest_of(run)):
        path = folder / "manifest.csv"
        path.write_text(manifest, encoding="utf-8", newline="")
        written.append(path)
    return written
