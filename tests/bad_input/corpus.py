"""Every case, and what the command line says of it."""

import contextlib
import io
import os
import re
import tempfile
from pathlib import Path

from phosres.__main__ import main
from tests.bad_input import cases_files, cases_sheets, cases_tables
from tests.bad_input.mutations import Case
from tests.bad_input.study import files, make_study

CASES = [*cases_files.CASES, *cases_sheets.CASES, *cases_tables.CASES]
GOLDEN = Path(__file__).with_name("golden.txt")
_HEAD = "======== "


def say(case: Case, folder: Path, command: tuple[str, ...] | None = None) -> tuple[str, bool]:
    """Spoil a study in a folder, which is the current one, and ask the command line about it.

    Returns
    -------
    Exit code and message, as they stand in the golden file, and whether every file is untouched.
    What can be used is reported on stdout: then the lines on losses and the warnings count.
    """
    study = make_study(folder)
    case.spoil(study)
    study.write()
    before = files(folder)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(command or case.command))
    noted = re.findall(
        r"^(?:warning: .*\n(?:  .*\n)*|  - .*\n)", out.getvalue(), flags=re.MULTILINE
    )
    said = err.getvalue() if code else err.getvalue() + "".join(noted)
    said = said.replace(f"{folder.resolve()}/", "").replace(str(folder.resolve()), "DIR")
    return f"exit {code}\n{said}", files(folder) == before


def read_golden() -> dict[str, str]:
    """Expected exit code and message by the name of the case."""
    parts = re.split(rf"^{_HEAD}(\w+): ", GOLDEN.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def write_golden() -> None:
    """Write what is said of every case now; read the difference before you commit it."""
    home = Path.cwd()
    parts = []
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                said, _ = say(case, Path(folder))
            finally:
                os.chdir(home)
        parts.append(f"{_HEAD}{case.name}: {said}")
    GOLDEN.write_text("".join(parts), "utf-8")
