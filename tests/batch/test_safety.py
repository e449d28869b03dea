"""Full and read-only disks, memory estimated, hostile input, and what the code never does."""

import ast
import csv
import gzip
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from phosres.batch import estimate_mb, run_batch
from phosres.batch._memory import measure_size
from phosres.batch._units import Units
from phosres.config import load
from phosres.errors import ConfigError, DataError, PhosresError
from tests.bad_input.corpus import CASES, read_golden
from tests.bad_input.study import make_study
from tests.batch.conftest import write_cohort
from tests.benchmarks.batch.slurm import slurm, why_not

ROOT = Path(__file__).parents[2]
KEY = "cd" + 62 * "0"
RECORD = {"fields": {}, "facts": {}, "failed": []}
Mount = Callable[[str], None]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, Mount]]:
    """A memory file system of 200 kB, and how to change it."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a file system cannot be mounted here: it needs root")

    def change(options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)

    yield place, change
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize(
    ("before", "after", "error", "said"),
    [
        ("size=200k", "size=2m", DataError, "the disk is full"),
        ("ro", "rw,size=2m", ConfigError, "cannot be written: read-only file system"),
    ],
)
def test_a_real_disk_that_is_full_or_read_only(
    disk: tuple[Path, Mount], before: str, after: str, error: type[PhosresError], said: str
) -> None:
    """One clear error, nothing half-written; when there is room again the unit is whole."""
    place, change = disk
    units = Units(place / "units")
    units.put("ab" + KEY[2:], {"run.json": b"{}"}, RECORD)
    files = {"run.json": b"{}", "report.html": os.urandom(150_000), "a.tsv": os.urandom(150_000)}
    change(before)
    with pytest.raises(error, match=said):
        units.put(KEY, files, RECORD)
    assert units.find(KEY) == (None, "")
    assert not list(place.rglob(".*"))
    change(after)
    units.put(KEY, files, RECORD)
    assert units.find(KEY)[0] is not None
    assert units.find("ab" + KEY[2:])[0] is not None


def test_memory_is_estimated_from_the_beginnings_of_the_files(cohort: Path) -> None:
    """Features, samples and subjects of plain, packed and long tables."""
    text = (cohort / "base.yaml").read_text()
    table = (cohort / "table.tsv").read_text()
    (cohort / "table.tsv.gz").write_bytes(gzip.compress(table.encode()))
    header, *rows = [line.split("\t") for line in table.splitlines()]
    values = [
        [*row[:2], name, value]
        for row in rows
        for name, value in zip(header[2:], row[2:], strict=True)
    ]
    lines = ["\t".join(v) for v in [["Gene", "Site", "Sample", "Value"], *values]]
    (cohort / "long.tsv").write_text("\n".join(lines))
    for name in ("table.tsv", "table.tsv.gz", "long.tsv"):
        (cohort / "other.yaml").write_text(text.replace("table.tsv", name))
        size = measure_size(load("other.yaml"))
        assert size.features == pytest.approx(150 * (1.3 if name == "long.tsv" else 1), rel=0.15)
        assert (size.samples, size.subjects, size.contrasts) == (4, 2, 1)
    few = estimate_mb(load("base.yaml"))
    (cohort / "table.tsv").write_text(table + "".join(table.splitlines(True)[1:]) * 999)
    assert 100 < estimate_mb(load("base.yaml")) - few < 2000


def test_spoilt_studies_fail_by_themselves_with_file_and_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handful of the corpus; `python -m tests.benchmarks.batch hostile` runs all of it."""
    golden = read_golden()
    refused = [c for c in CASES if not golden[c.name].startswith("exit 0")]
    chosen = [c for c in refused if c.command == ("check", "config.yaml")][3::16]
    rows = []
    for case in chosen:
        place = tmp_path / case.name
        place.mkdir()
        monkeypatch.chdir(place)
        study = make_study(place)
        case.spoil(study)
        study.write()
        rows.append(f"{case.name}/config.yaml\t{case.name}\tfalse")
    monkeypatch.chdir(tmp_path)
    write_cohort(tmp_path)
    rows.append("base.yaml\tsound\tfalse")
    (tmp_path / "runs.tsv").write_text("\n".join(["config\tname\treport.figures", *rows]) + "\n")
    run_batch([Path("runs.tsv")], Path("out"), executor="serial")
    lines = Path("out/tables/runs.tsv").read_text().splitlines()
    runs = {r["run"]: r for r in csv.DictReader(lines, delimiter="\t")}
    assert len(chosen) >= 6
    assert runs["sound"]["state"] == "ok"
    for case in chosen:
        assert runs[case.name]["exit_code"] == golden[case.name][5], case.name
        first = golden[case.name].splitlines()[1].removeprefix("phosres: error: ")
        said = first.partition(": ")[2][:24]
        assert said in runs[case.name]["reason"], case.name


def test_no_pickle_no_evaluation_no_network() -> None:
    """Of data or code that comes from a file; ruff refuses the calls themselves (S301, S307)."""
    banned = {"pickle", "marshal", "shelve", "dill", "joblib", "urllib.request", "http", "requests"}
    banned |= {"ftplib", "smtplib", "yaml", "webbrowser"}
    for path in sorted((ROOT / "phosres").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        names |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        assert not {n for n in names if n in banned or n.split(".")[0] in banned}, path
        called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call)
                  and isinstance(n.func, ast.Name)}  # fmt: skip
        assert not called & {"eval", "exec", "compile", "__import__"}, path


@pytest.mark.slow
def test_an_array_on_a_slurm_of_one_node(tmp_path: Path) -> None:
    """An element is cancelled and submitted again: the bytes of one process."""
    if reason := why_not():
        pytest.skip(reason)
    if not os.environ.get("PHOSRES_SLURM"):
        pytest.skip("PHOSRES_SLURM=1 starts a SLURM here (20 s)")
    assert slurm(tmp_path, patients=2, parts=2)
