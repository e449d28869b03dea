"""What a page of the documentation shows, in order, and how it is done.

A page is plain Markdown. Its blocks mean:

- a fenced block under a line that is only a name in backticks and a colon: that file;
- ``sh``: commands, `phosres` or `python FILE`, run one after another; a comment ``# exit code N``
  behind a command says how it ends if not with 0;
- ``python``: run in one namespace per page;
- ``text`` right below ``sh`` or ``python``: what they print; a line ``...`` stands for any lines,
  and ``...`` at the end of one for its rest;
- a comment ``<!-- put: SOURCE as NAME -->``: the table the page starts from, which is a simulated
  cohort in the layout SOURCE, or a fixture of `tests/readers` if SOURCE is ``fixtures/FILE``.

The folder a page works in is shown as ``/study``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TOKEN = re.compile(
    r"^<!-- put: (?P<source>\S+) as (?P<name>.+?) -->$"
    r"|^(?:`(?P<file>[^`\n]+)`:\n\n?)?```(?P<language>\w*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_EXIT = re.compile(r"\s+# exit code (\d+)\s*$")
ANY = "..."


@dataclass(frozen=True)
class Step:
    """One thing a page shows.

    Parameters
    ----------
    kind
        ``put``, ``file``, ``sh``, ``python`` or ``text``.
    body
        Content of the block; of ``put`` the source.
    name
        File to write, for ``put`` and ``file``.
    line
        Line of the page, from 1.
    """

    kind: str
    body: str
    name: str
    line: int


def steps(page: str) -> Iterator[Step]:
    """Read the steps of a page.

    Parameters
    ----------
    page
        Its Markdown.

    Raises
    ------
    ValueError
        If a ``text`` block follows nothing that prints.
    """
    end, before = 0, ""
    for found in _TOKEN.finditer(page):
        line = page.count("\n", 0, found.start()) + 1
        between, end = page[end : found.start()].strip(), found.end()
        if found["source"]:
            kind, body, name = "put", found["source"], found["name"]
        else:
            kind = "file" if found["file"] else found["language"]
            body, name = found["body"], found["file"] or ""
        if kind == "text" and (between or before not in ("sh", "python")):
            raise ValueError(f"line {line}: a text block is no output of the block before it")
        before = kind
        yield Step(kind, body, name, line)


def commands(body: str) -> Iterator[tuple[str, int]]:
    """Return the commands of an ``sh`` block with the exit codes they are shown to have."""
    for line in filter(None, body.splitlines()):
        code = _EXIT.search(line)
        yield _EXIT.sub("", line).split("  #")[0].strip(), int(code[1]) if code else 0


def agrees(shown: str, printed: str) -> bool:
    """Tell whether a shown output is what was printed.

    Parameters
    ----------
    shown
        As on the page.
    printed
        As the program wrote it.
    """
    escaped = [_pattern(line.rstrip()) for line in shown.strip("\n").splitlines()]
    own = "".join(f"{line.rstrip()}\n" for line in printed.strip("\n").splitlines())
    return re.fullmatch("".join(escaped), own) is not None


def _pattern(line: str) -> str:
    """Write the pattern of one shown line with its end, or of any lines."""
    if line.strip() == ANY:
        return "(?:.*\n)*"
    rest = ".*" if line.endswith(f" {ANY}") else ""
    return re.escape(line.removesuffix(ANY) if rest else line) + rest + "\n"


def pages(root: Path) -> list[Path]:
    """Return every page of the documentation of a repository."""
    return sorted((root / "docs").rglob("*.md"))
