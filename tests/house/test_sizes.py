"""Can a newcomer read any file in one sitting? Files, functions and templates stay short."""

import ast
from pathlib import Path

from tests.house.tree import definitions, docstring_lines, files_ending, name_of, parsed

FILE_AT_MOST = 500
FILE_USUALLY = 300
FUNCTION_BELOW = 50
TEMPLATE_BELOW = 200
VENDORED = {"vendor", "fonts"}


def lines_of(path: Path) -> int:
    """Lines of a file; docstrings are not counted, because explaining must cost nothing."""
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if path.suffix != ".py":
        return lines
    tree = parsed(path)
    return lines - docstring_lines(tree) - sum(docstring_lines(node) for node in definitions(tree))


def code_files() -> list[Path]:
    """Our own code: Python, styles and scripts."""
    return [path for path in files_ending(".py", ".css", ".js") if not VENDORED & set(path.parts)]


def test_no_file_is_longer_than_500_lines() -> None:
    long = {name_of(path): lines_of(path) for path in code_files() if lines_of(path) > FILE_AT_MOST}
    assert not long, f"Cut these by subject: {long}"


def test_nine_of_ten_files_are_shorter_than_300_lines() -> None:
    files = code_files()
    long = {name_of(path): lines_of(path) for path in files if lines_of(path) > FILE_USUALLY}
    assert len(long) <= len(files) / 10, f"Long files are the exception; these are too many: {long}"


def test_functions_are_shorter_than_50_lines() -> None:
    long = {
        f"{name_of(path)}:{node.lineno} {node.name}": length
        for path in files_ending(".py")
        for node in definitions(parsed(path))
        if not isinstance(node, ast.ClassDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1 - docstring_lines(node)) >= FUNCTION_BELOW
    }
    assert not long, f"Give the parts of these names of their own: {long}"


def test_templates_are_shorter_than_200_lines() -> None:
    long = {
        name_of(path): lines_of(path) for path in files_ending(".html") if lines_of(path) >= TEMPLATE_BELOW
    }
    assert not long, f"Move parts of these into includes: {long}"


def test_no_folder_for_leftovers() -> None:
    leftovers = {"utils", "util", "common", "helpers", "helper", "misc"}
    found = [name_of(path) for path in files_ending(".py") if leftovers & {path.stem, *path.parts}]
    assert not found, f"Name these by what they answer: {found}"
