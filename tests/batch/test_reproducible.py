"""The same input gives the same bytes whatever surrounds the process, and nothing leaves it."""

import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from phosres.cli import main
from tests.batch.conftest import write_cohort

ROOT = Path(__file__).parents[2]
NO_NETWORK = """
import locale, socket, sys

def refuse(*_, **__):
    raise AssertionError("the network was used")

socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
locale.setlocale(locale.LC_ALL, "")
from phosres.cli import main
sys.exit(main(sys.argv[1:]))
"""


def make_locales(folder: Path) -> dict[str, str]:
    """A decimal comma and a dotless i, if this system can make such locales; else its own."""
    program = shutil.which("localedef")
    made = {}
    for variable, name in (("LC_NUMERIC", "de_DE"), ("LC_CTYPE", "tr_TR")):
        target = folder / f"{name}.UTF-8"
        command = [str(program), "-i", name, "-f", "UTF-8", str(target)]
        if program and not subprocess.run(command, capture_output=True, check=False).returncode:
            made[variable] = target.name
    if len(made) < 2:
        warnings.warn("no locales could be made here: only C was tried", stacklevel=1)
    return {"LOCPATH": str(folder), "LC_ALL": "", **made} if made else {}


@pytest.mark.filterwarnings("default:no locales could be made")
def test_bytes_do_not_depend_on_hash_seed_threads_locale_or_time_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables, page and figures: of this process, and of one that differs in everything."""
    write_cohort(tmp_path, figures=True)
    monkeypatch.chdir(tmp_path)
    assert main(["run", str(tmp_path / "base.yaml"), "--out", "one"]) == 0
    (tmp_path / "locales").mkdir()
    environment = os.environ | make_locales(tmp_path / "locales") | {
        "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "2",
        "POLARS_MAX_THREADS": "2", "TZ": "Pacific/Kiritimati", "MPLBACKEND": "svg",
    }  # fmt: skip
    command = [sys.executable, "-c", NO_NETWORK, "run", str(tmp_path / "base.yaml"), "--out", "two"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    manifest = "MANIFEST.sha256"
    assert (tmp_path / "one" / manifest).read_bytes() == (tmp_path / "two" / manifest).read_bytes()
