"""What the tutorial and the how-tos show is done here, in an empty folder, and compared."""

import contextlib
import io
import runpy
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phosres.cli import main
from tests.docs import pages

ROOT = Path(__file__).parents[2]
SHOWN = [p for p in pages.pages(ROOT) if p.parent.name == "howto" or p.stem.startswith("tutorial")]
Put = Callable[[str, Path], None]


def _run(command: str) -> int:
    """Run one command of a page in this process."""
    program, *arguments = shlex.split(command)
    if program == "phosres":
        return main(arguments)
    assert program == "python", f"{command}: pages show phosres and python only"
    runpy.run_path(arguments[0], run_name="__main__")
    return 0


def perform(step: pages.Step, namespace: dict[str, Any], put: Put) -> str:
    """Do one step in the current folder; return what it printed."""
    if step.kind == "put":
        put(step.body, Path(step.name))
    elif step.kind == "file":
        Path(step.name).parent.mkdir(parents=True, exist_ok=True)
        Path(step.name).write_text(step.body, "utf-8")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        if step.kind == "sh":
            for command, code in pages.commands(step.body):
                assert _run(command) == code, f"{command}\n{printed.getvalue()}"
        elif step.kind == "python":
            exec(compile(step.body, f"line {step.line}", "exec"), namespace)
    return printed.getvalue().replace(str(Path.cwd()), "/study")


@pytest.mark.parametrize("path", SHOWN, ids=lambda p: p.stem)
def test_page_does_what_it_shows(
    path: Path, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command ends as shown and prints what is shown below it."""
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {}
    printed = ""
    for step in pages.steps(path.read_text("utf-8")):
        if step.kind == "text":
            assert pages.agrees(step.body, printed), f"{path.name}:{step.line}\n{printed}"
        else:
            printed = perform(step, namespace, put)
