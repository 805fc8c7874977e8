"""Which files does the project consist of? Everything that git keeps or would keep."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "cairn"


@cache
def project_files() -> tuple[Path, ...]:
    """Every tracked file and every new one that .gitignore does not name, in order."""
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    done = subprocess.run(
        [*command, "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:  # unpacked from an archive, without git
        folders = [ROOT / name for name in ("src", "tests", "docs", "benchmarks", "requirements")]
        paths = [*ROOT.glob("*.*"), *(path for folder in folders for path in folder.rglob("*"))]
    else:
        paths = [ROOT / name for name in set(done.stdout.split("\0")) if name]
    return tuple(sorted(path for path in paths if path.is_file() and "__pycache__" not in path.parts))


def files_ending(*endings: str) -> list[Path]:
    """Project files with one of these endings, migrations left out: Django writes those."""
    return [path for path in project_files() if path.suffix in endings and "migrations" not in path.parts]


def name_of(path: Path) -> str:
    """The path as a person writes it."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def definitions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Every function and class of a tree, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def docstring_lines(node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """How many lines the docstring of this module, class or function takes."""
    first = node.body[0] if node.body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return (first.end_lineno or first.lineno) - first.lineno + 1
    return 0
