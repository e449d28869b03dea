"""A batch as a user sees it: results, summary, resume, the same bytes on every executor."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import phosres.pipeline
from phosres.batch import Batch, explain, gather, preview, run_batch, verify, worst
from phosres.cli import main
from phosres.config import Config
from phosres.errors import ConfigError
from phosres.results import RunResult
from tests.batch.conftest import spoil, write_cohort, write_sheet

Finished = tuple[Path, Path, Batch]


@pytest.fixture
def copied(finished: Finished, tmp_path: Path) -> tuple[Path, Path]:
    """The sheet of the finished batch, and a copy of its folder that may be damaged."""
    shutil.copytree(finished[1], tmp_path / "out")
    return finished[0], tmp_path / "out"


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a TSV."""
    return list(csv.DictReader(path.read_text().splitlines(), delimiter="\t"))


def test_every_run_stands_for_itself(finished: Finished) -> None:
    """A row that cannot be used does not keep the others from their results."""
    _, out, batch = finished
    assert [(s.run, s.state, s.exit_code) for s in batch.standings] == [
        ("one", "ok", 0),
        ("wrong", "failed", 2),
        ("bad", "failed", 3),
        ("two", "ok", 0),
    ]
    assert (batch.exit_code, batch.reused, set(batch.seconds)) == (3, 0, {"one", "bad", "two"})
    assert sorted(p.name for p in (out / "runs").iterdir()) == ["one", "two"]
    assert (out / "runs" / "one" / "report.html").is_file()


def test_the_summary_names_what_was_found_and_what_failed(finished: Finished) -> None:
    """Tables over all runs, the run as the first column."""
    out = finished[1]
    runs = {row["run"]: row for row in read(out / "tables" / "runs.tsv")}
    assert [runs[r]["samples"] for r in ("one", "wrong", "two")] == ["4", "", "4"]
    assert "the drug 'nodrug' is not known" in runs["wrong"]["reason"]
    assert runs["wrong"]["source"].endswith("runs.tsv:3")
    assert "spoilt.tsv:10 [A_pre]: 'x' is not a number" in runs["bad"]["reason"]
    overview = read(out / "tables" / "overview.tsv")
    assert {(r["run"], r["level"]) for r in overview} == {
        (run, level) for run in ("one", "two") for level in ("cohort", "subject")
    }
    for row in overview:
        own = read(out / "runs" / row["run"] / "tables" / "readouts.tsv")
        found = next(
            r
            for r in own
            if (r["readout"], r["level"], r["subject"])
            == ("S6_S240_S244", row["level"], row["subject"])
        )
        assert row["S6_S240_S244"] == found["status"]
    joined = read(out / "tables" / "calls.tsv")
    for run in ("one", "two"):
        own = read(out / "runs" / run / "tables" / "calls.tsv")
        assert [r for r in joined if r["run"] == run] == [{"run": run, **r} for r in own]
    page = (out / "index.html").read_text()
    assert 'href="runs/one/report.html"' in page
    assert "2 runs have no result" in page


def test_a_finished_batch_is_not_computed_again(
    copied: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Units are reused, and the files stay as they are."""
    sheet, out = copied
    computed = phosres.pipeline.run

    def refuse(config: Config) -> RunResult:
        assert config.name == "bad"
        return computed(config)

    monkeypatch.setattr("phosres.pipeline.run", refuse)
    before = (out / "MANIFEST.sha256").read_bytes()
    again = run_batch([sheet], out, executor="serial")
    assert again.reused == 2
    assert set(again.seconds) == {"bad"}  # what failed is tried again
    assert (out / "MANIFEST.sha256").read_bytes() == before


def test_a_changed_parameter_recomputes_its_run_only_and_says_why(
    copied: tuple[Path, Path],
) -> None:
    """The unit of the other run is reused."""
    sheet, out = copied
    changed = sheet.with_name("changed.tsv")
    changed.write_text(sheet.read_text().replace("two\t\t0.01", "two\t\t0.02"))
    again = run_batch([changed], out, executor="serial")
    assert (again.reused, set(again.seconds)) == (1, {"bad", "two"})
    assert "computed  because parameters.statistics.alpha 0.01 -> 0.02" in explain(out, "two")


def test_a_damaged_unit_is_computed_again_to_the_same_bytes(copied: tuple[Path, Path]) -> None:
    """And `verify` finds the damage before."""
    sheet, out = copied
    before = (out / "MANIFEST.sha256").read_bytes()
    key = {r["run"]: r["key"] for r in read(out / "tables" / "runs.tsv")}["one"]
    damaged = out / "units" / key[:2] / key / "tables" / "readouts.tsv"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    (out / "runs" / "one" / "tables" / "readouts.tsv").write_bytes(b"mine")
    problems, _ = verify(out)
    assert [p.message for p in problems] == ["tables/readouts.tsv is not as it was written"]
    again = run_batch([sheet], out, executor="serial")
    assert set(again.seconds) == {"one", "bad"}
    assert "its unit was corrupt: tables/readouts.tsv" in explain(out, "one")
    assert (out / "MANIFEST.sha256").read_bytes() == before
    assert verify(out)[0] == []


def test_local_processes_in_parts_give_the_same_bytes(
    finished: Finished, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Through the command line; the summary waits for `gather`, which says what is missing."""
    sheet, reference, _ = finished
    out = str(tmp_path / "out")
    common = ["batch", str(sheet), "--out", out]
    assert main([*common, "--executor", "serial", "--shard", "1/4"]) == 0
    assert "Next: phosres gather" in capsys.readouterr().out
    assert main(["gather", out]) == 2
    assert "4 runs: 1 ok, 1 failed, 2 missing" in capsys.readouterr().out
    assert main([*common, "--executor", "serial", "--shard", "3/4"]) == 3
    assert main([*common, "--workers", "1", "--shard", "4/4"]) == 0
    assert main(["gather", out]) == 3
    assert "4 runs: 2 ok, 2 failed" in capsys.readouterr().out
    manifest = "MANIFEST.sha256"
    assert (Path(out) / manifest).read_bytes() == (reference / manifest).read_bytes()


def test_missing_runs_are_named(copied: tuple[Path, Path]) -> None:
    """A part that was never computed."""
    _, out = copied
    key = {r["run"]: r["key"] for r in read(out / "tables" / "runs.tsv")}["two"]
    shutil.rmtree(out / "units" / key[:2] / key)
    standings = gather(out)
    found = {s.run: s.state for s in standings}
    assert found == {"one": "ok", "wrong": "failed", "bad": "failed", "two": "missing"}
    assert worst(standings) == 3
    rows = {r["run"]: r["state"] for r in read(out / "tables" / "runs.tsv")}
    assert rows["two"] == "missing"


def test_a_dry_run_does_nothing(cohort: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what would be done, with the memory it would take."""
    write_sheet(cohort, "base.yaml\tone\t\t", "base.yaml\ttwo\tnodrug\t")
    before = sorted(cohort.rglob("*"))
    assert main(["batch", "runs.tsv", "--dry-run"]) == 0
    assert sorted(cohort.rglob("*")) == before
    text = capsys.readouterr().out
    assert "one  to do" in text
    assert "MB  runs.tsv:2" in text
    assert "two  unusable" in text
    assert "the drug 'nodrug' is not known" in text
    assert [line.state for line in preview([Path("runs.tsv")], Path("out"))] == [
        "to do",
        "unusable",
    ]


def test_bad_data_of_one_run_is_its_own_and_named_with_row(
    cohort: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3, the worst; with --stop nothing follows."""
    spoil(cohort, "bad.tsv")
    (cohort / "runs.tsv").write_text(
        "config\tname\tinput.table\nbase.yaml\tbad\tbad.tsv\nbase.yaml\tgood\t\n"
    )
    assert main(["batch", "runs.tsv", "--executor", "serial", "--stop"]) == 3
    err = capsys.readouterr().err
    assert "run bad failed: " in err
    assert "bad.tsv:10 [A_pre]: 'x' is not a number" in err
    assert "run good missing: not done yet" in err
    states = [r["state"] for r in read(Path("phosres-batch/tables/runs.tsv"))]
    assert states == ["failed", "missing"]


def test_a_bug_in_one_run_does_not_take_the_others_along(
    cohort: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is exit code 1, the worst of all, and where it happened is kept."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("no\nway")

    monkeypatch.setattr("phosres.pipeline.run", broken)
    made = run_batch([write_sheet(cohort, "base.yaml\tone\t\t")], Path("out"), executor="serial")
    assert made.exit_code == 1
    assert made.standings[0].reasons == ("a bug in phosres: ZeroDivisionError: no way",)
    (record,) = Path("out/units").rglob("*.error.json")
    assert "in broken" in record.read_text()


def interrupt(*_: object, **__: object) -> None:
    """Press Ctrl-C."""
    raise KeyboardInterrupt


def full(*_: object, **__: object) -> None:
    """Find the disk full."""
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("target", "failure", "code", "said"),
    [
        ("phosres.pipeline.run", interrupt, 130, "interrupted"),
        ("phosres.batch._units.store.write_folder", full, 3, "the disk is full"),
    ],
)
def test_an_interrupt_and_a_full_disk_end_the_batch_at_once(
    copied: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    target: str,
    failure: Callable[..., None],
    code: int,
    said: str,
) -> None:
    """One clear line; what was there before is untouched."""
    sheet, out = copied
    changed = sheet.with_name("other.tsv")
    changed.write_text(sheet.read_text().replace("two\t\t0.01", "two\t\t0.03"))
    before = {p: p.read_bytes() for p in sorted((out / "runs").rglob("*")) if p.is_file()}
    with monkeypatch.context() as patch:
        patch.setattr(target, failure)
        assert main(["batch", str(changed), "--out", str(out), "--executor", "serial"]) == code
    assert said in capsys.readouterr().err
    assert {p: p.read_bytes() for p in sorted((out / "runs").rglob("*")) if p.is_file()} == before


def test_a_folder_of_other_things_is_refused(cohort: Path) -> None:
    """Before anything is computed."""
    (cohort / "mine").mkdir()
    (cohort / "mine" / "notes.txt").write_text("x")
    with pytest.raises(ConfigError, match="holds files that are not a phosres result"):
        run_batch([write_sheet(cohort, "base.yaml\tone\t\t")], Path("mine"), executor="serial")
    for wrong in ("mine", "nowhere"):
        with pytest.raises(ConfigError):
            gather(Path(wrong))
        with pytest.raises(ConfigError):
            verify(Path(wrong))
        with pytest.raises(ConfigError):
            explain(Path(wrong), "one")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--max-memory", "much"], "'much' is no amount of memory"),
        (["--max-memory", "-1G"], "is no amount of memory"),
        (["--scheduler", "slurm"], "--scheduler belongs to --executor dask"),
        (["--shard", "3/2"], "expected i/n"),
    ],
)
def test_wrong_options_are_explained(
    cohort: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """Exit code 2."""
    write_cohort(cohort)
    assert main(["batch", "base.yaml", *arguments]) == 2
    assert said in capsys.readouterr().err
