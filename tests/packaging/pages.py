"""Follow a page: run its commands and Python, in order, and look for the output it shows."""

import io
import re
import shlex
from contextlib import redirect_stdout
from pathlib import Path

from phosres.cli import main

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[str, str]]:
    """Language and text of the fenced blocks of a page, in order."""
    return _BLOCK.findall(page.read_text("utf-8"))


def follow(page: Path) -> int:
    """Do what a page says, in the current folder.

    Parameters
    ----------
    page
        ``sh`` blocks are commands of phosres, ``python`` blocks share their names, each line of a
        ``text`` block must be in what the block before it printed.

    Returns
    -------
    How many blocks ran.

    Raises
    ------
    AssertionError
        If a command fails, or does not say what the page shows.
    """
    names: dict[str, object] = {}
    said, ran = "", 0
    for language, text in blocks(page):
        if language == "text":
            for line in text.splitlines():
                assert line in said, f"{page.name}: {line!r} was not said, but:\n{said}"
            continue
        out = io.StringIO()
        with redirect_stdout(out):
            if language == "python":
                exec(compile(text, page.name, "exec"), names)
            elif language == "sh":
                for line in text.splitlines():
                    program, *arguments = shlex.split(line, comments=True)
                    assert program == "phosres"
                    assert main(arguments) == 0, line
        said, ran = out.getvalue(), ran + 1
    return ran
