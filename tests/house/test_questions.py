"""Does every file say which question it answers?"""

import ast

from tests.house.tree import files_ending, name_of, parsed


def test_every_module_docstring_begins_with_a_question() -> None:
    silent = []
    for path in files_ending(".py"):
        tree = parsed(path)
        if not tree.body and path.name == "__init__.py":
            continue  # an empty package file answers nothing and needs no question
        first_paragraph = (ast.get_docstring(tree) or "").split("\n\n")[0]
        if "?" not in first_paragraph:
            silent.append(name_of(path))
    assert not silent, f"Begin these with the question that they answer: {silent}"
