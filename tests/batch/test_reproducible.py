"""The same input gives the same bytes whatever surrounds the process, and nothing leaves it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.batch.conftest import write_cohort

ROOT = Path(__file__).parents[2]
NO_NETWORK = """
import socket, sys

def refuse(*_, **__):
    raise AssertionError("the network was used")

socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
from phosres.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run(folder: Path, out: str, **environment: str) -> bytes:
    """Run the cohort of a folder without a network; return its manifest."""
    command = [sys.executable, "-c", NO_NETWORK, "run", str(folder / "base.yaml"), "--out", out]
    surrounding = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    done = subprocess.run(
        command, cwd=folder, env=surrounding, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return (folder / out / "MANIFEST.sha256").read_bytes()


def test_bytes_do_not_depend_on_hash_seed_threads_locale_or_time_zone(tmp_path: Path) -> None:
    """Tables, page and figures."""
    write_cohort(tmp_path)
    one = run(tmp_path, "one", PYTHONHASHSEED="1", OMP_NUM_THREADS="1", LC_ALL="C", TZ="UTC")
    other = run(
        tmp_path, "other", PYTHONHASHSEED="2", OMP_NUM_THREADS="2", POLARS_MAX_THREADS="2",
        LC_ALL="tr_TR.UTF-8", LANG="de_DE.UTF-8", TZ="Pacific/Kiritimati", MPLBACKEND="svg",
    )  # fmt: skip
    assert one == other
