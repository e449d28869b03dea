"""Write the outputs that pages show anew: ``python -m tests.docs.regenerate``; review the diff.

What a page leaves out stays left out: each shown line is replaced by the printed line that is most
like it, and ``...`` stands where lines lie between.
"""

import os
import tempfile
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from tests.docs import pages
from tests.docs.conftest import Put, make_put
from tests.docs.test_pages import SHOWN, perform

_LIKE = 0.6
"""Likeness (0 to 1) from which a printed line is taken for the one that was shown."""


def refresh(shown: str, printed: str) -> str:
    """Write a shown output anew from what was printed.

    Parameters
    ----------
    shown
        As on the page, with ``...`` for what is left out.
    printed
        As the program wrote it.
    """
    old, new = shown.strip("\n").splitlines(), printed.rstrip("\n").splitlines()
    if not any(line.endswith(pages.ANY) for line in old):
        return "".join(f"{line}\n" for line in new)
    kept: dict[int, str] = {}
    for line in old:
        cut = line.removesuffix(pages.ANY)
        at = _find(cut, new, max(kept, default=-1) + 1) if cut.strip() else -1
        if at >= 0:
            kept[at] = new[at] if cut == line else f"{new[at][: len(cut)].rstrip()} {pages.ANY}"
    lines: list[str] = []
    for at in range(len(new)):
        if at in kept:
            lines.append(kept[at])
        elif not lines or lines[-1] != pages.ANY:
            lines.append(pages.ANY)
    return "".join(f"{line}\n" for line in lines)


def _find(line: str, printed: Sequence[str], start: int) -> int:
    """Return the position of the line most like one, from a start on; -1 if none is."""
    likeness = {
        at: SequenceMatcher(None, line, printed[at][: len(line)]).ratio()
        for at in range(start, len(printed))
    }
    best = max(likeness, key=lambda at: likeness[at], default=-1)
    return best if best >= 0 and likeness[best] >= _LIKE else -1


def rewrite(path: Path, put: Put) -> None:
    """Do what a page shows in the current folder, and write its outputs anew."""
    text = path.read_text("utf-8")
    namespace: dict[str, Any] = {}
    printed = ""
    for step in pages.steps(text):
        if step.kind != "text":
            printed = perform(step, namespace, put)
        elif not pages.agrees(step.body, printed):
            fresh = refresh(step.body, printed)
            text = text.replace(f"```text\n{step.body}```", f"```text\n{fresh}```", 1)
    path.write_text(text, "utf-8")


def main() -> None:
    """Write every page anew."""
    with tempfile.TemporaryDirectory() as folder:
        put = make_put(Path(folder) / "simulated")
        for number, path in enumerate(SHOWN):
            own = Path(folder, str(number))
            own.mkdir()
            os.chdir(own)
            rewrite(path, put)
        os.chdir(path.parent)


if __name__ == "__main__":
    main()
