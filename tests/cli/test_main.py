"""The command line: what is printed where, and which exit code means what."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from phosres import cli, pipeline
from phosres.catalogue import CATALOGUES
from phosres.cli import main
from phosres.errors import ConfigError, DataError, KnowledgeError, Problem

WORKING = (
    "init",
    "check",
    "noise",
    "run",
    "demo",
    "report",
    "show",
    "schema",
    "batch",
    "gather",
    "explain",
    "verify",
    "export",
    "doctor",
)
Snapshot = Callable[[Path], dict[str, bytes]]
HEAVY = ("pandas", "numpy", "scipy", "matplotlib", "pydantic", "ruamel", "jinja2", "statsmodels")


def raising(error: BaseException) -> Callable[..., None]:
    """A stand-in for a function that fails."""

    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_help_lists_every_command_in_the_order_of_use(capsys: pytest.CaptureFixture[str]) -> None:
    """As one meets them, not by the alphabet."""
    assert main(["--help"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    commands = [
        line.split()[0] for line in out.split("Commands:")[1].splitlines() if line[2:3] > " "
    ]
    assert commands[: len(WORKING)] == list(WORKING)
    assert "For research use only" in out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`phosres X` first, then what it rests on and what it is not for; nothing on stderr."""
    from phosres import __version__

    assert main(["--version"]) == 0
    out, err = capsys.readouterr()
    first, below, use = out.splitlines()
    assert (first, err) == (f"phosres {__version__}", "")
    assert below.startswith("Python 3.")
    assert "pandas" in below
    assert use == "For research use only. Not for use in diagnostic procedures."


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["run", "--help"], ["batch", "--help"]]
)
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    """That is what keeps them fast."""
    code = (
        "import sys; from phosres.__main__ import main; code = main(sys.argv[1:]); "
        f"print([m for m in sys.modules if m.split('.')[0] in {HEAVY}], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(cli.__file__).parents[1],
    )
    assert done.stderr.splitlines()[-1] == "[]"


def test_python_m_phosres_is_the_command() -> None:
    """The exit code reaches the process."""
    done = subprocess.run(
        [sys.executable, "-m", "phosres", "show", "everything"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(cli.__file__).parents[1],
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "'everything' is not one of" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["frobnicate"], "No such command 'frobnicate'"),
        (["run"], "Missing argument 'CONFIG'"),
        (["run", "c.yaml", "--colour"], "No such option '--colour'"),
        (["show", "things"], "'things' is not one of"),
    ],
)
def test_wrong_usage_exits_with_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Said on stderr, by click."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message.replace("'", "") in err.replace("'", "").replace(": --", " --")


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ConfigError(["a", "b"]), 2, "phosres: error: a\nphosres: error: b\nphosres: 2 problems\n"),
        (KnowledgeError("a"), 2, "phosres: error: a\n"),
        (
            DataError(Problem("is empty", "t\x1b.tsv", 3, "Gene", "fill it")),
            3,
            "phosres: error: t .tsv:3 [Gene]: is empty\n    -> fill it\n",
        ),
        (KeyboardInterrupt(), 130, "\nphosres: interrupted; nothing was half-written\n"),
        (click.Abort(), 130, "phosres: interrupted; nothing was half-written\n"),
    ],
)
def test_errors_become_exit_codes(
    cohort: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    message: str,
) -> None:
    """Every problem is printed, to stderr, and nothing is written."""
    monkeypatch.setattr(pipeline, "run", raising(error))
    assert main(["run", "c.yaml"]) == code
    assert capsys.readouterr() == ("", message)
    assert not (cohort / "phosres-small").exists()


def test_a_bug_is_called_a_bug(
    cohort: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, version and type of the exception; the traceback only on request."""
    from phosres import __version__

    monkeypatch.setattr(pipeline, "run", raising(ZeroDivisionError("a\nb")))
    assert main(["run", "c.yaml"]) == 1
    message = capsys.readouterr().err
    assert message == (
        f"phosres: this is a bug in phosres {__version__}, not in your data: "
        "ZeroDivisionError: a b\n"
        "    -> please report it with the command you ran; `phosres --debug ...` shows where\n"
    )
    assert main(["--debug", "run", "c.yaml"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("Traceback")
    assert err.endswith(message)


def test_a_closed_pipe_is_no_error() -> None:
    """`phosres show drugs | head -1`."""
    code = (
        "import sys; from phosres.__main__ import main; sys.exit(main(['schema', '--commented']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(cli.__file__).parents[1],
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_a_run_writes_a_whole_result(
    cohort: Path, snapshot: Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    """All files of the contract, a manifest that holds, and the same bytes a second time."""
    assert main(["run", "c.yaml"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines()[0].startswith("on: ")
    assert out.splitlines()[1:] == [
        "Report: phosres-small/report.html",
        "Tables: phosres-small/tables",
    ]
    first = snapshot(cohort / "phosres-small")
    tables = ("sites", "readouts", "activities", "calls", "quality", "losses")
    expected = {"report.html", "run.json", "config.resolved.yaml", "MANIFEST.sha256"}
    assert expected | {f"tables/{t}.tsv" for t in tables} <= set(first)
    timed = {"run.json", "ro-crate-metadata.json"}
    listed = dict(
        reversed(line.split("  ", 1)) for line in first["MANIFEST.sha256"].decode().splitlines()
    )
    assert list(listed) == sorted(set(first) - timed - {"MANIFEST.sha256"})
    assert all(hashlib.sha256(first[n]).hexdigest() == digest for n, digest in listed.items())
    run = json.loads(first["run.json"])
    assert run["argv"] == ["run", "c.yaml"]
    assert main(["run", "c.yaml", "--out", "again/x"]) == 0
    second = snapshot(cohort / "again" / "x")
    assert set(second) == set(first)
    assert {n for n in first if second[n] != first[n]} <= timed


def test_failed_sections_exit_with_4(
    cohort: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rest is written, and what failed is named on stderr."""

    calls = {name: SimpleNamespace(text=f"{name}: yes") for name in "abcd"}
    result = SimpleNamespace(contrasts=dict.fromkeys("abcd"), calls=calls)
    monkeypatch.setattr(pipeline, "run", lambda *_, **__: result)
    monkeypatch.setattr(pipeline, "write", lambda *_, **__: ("volcano_long",))
    assert main(["run", "c.yaml", "--out", "r"]) == 4
    assert capsys.readouterr() == (
        "a: yes\nb: yes\nc: yes\nand 1 more contrasts\nReport: r/report.html\nTables: r/tables\n",
        "phosres: volcano_long\n",
    )


def test_a_run_never_starts_if_its_result_could_not_be_written(
    cohort: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A foreign folder is refused before anything is computed, and with --force kept."""
    (cohort / "phosres-small").mkdir()
    (cohort / "phosres-small" / "notes.txt").write_text("mine")
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "run", raising(RuntimeError("started")))
        assert main(["run", "c.yaml"]) == 2
    assert capsys.readouterr().err == (
        "phosres: error: 'phosres-small' holds files that are not a phosres result\n"
        "    -> name another --out, or use --force to write beside them\n"
    )
    assert main(["run", "c.yaml", "--force"]) == 0
    assert (cohort / "phosres-small" / "notes.txt").read_text() == "mine"
    assert (cohort / "phosres-small" / "report.html").is_file()


def test_the_demo_is_the_committed_configuration(
    cohort: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the sources, or inside an installed package."""
    loaded = []
    monkeypatch.setattr(pipeline, "write", lambda *_, **__: ())
    monkeypatch.setattr(
        pipeline,
        "run",
        lambda config, **_: loaded.append(config) or SimpleNamespace(contrasts={}, calls={}),
    )
    assert main(["demo"]) == 0
    assert [config.name for config in loaded] == ["demo"]
    installed = cohort / "lib" / "phosres" / "_demo" / "configs" / "demo.yaml"
    monkeypatch.setattr(cli, "__file__", str(installed.parents[2] / "cli.py"))
    assert main(["demo"]) == 2
    installed.parent.mkdir(parents=True)
    installed.write_text((cohort / "c.yaml").read_text())
    assert cli._demo_config() == installed


def test_check_prints_and_writes_nothing(
    cohort: Path, snapshot: Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was recognised goes to stdout."""
    before = snapshot(cohort)
    assert main(["check", "c.yaml"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "300 rows -> 300 features, 6 samples" in out
    assert "S6_S240_S244: 1 feature\n    RPS6_S240.S244_M2  pre 3/3  on 3/3\n" in out
    assert snapshot(cohort) == before


def test_data_problems_exit_with_3(cohort: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sheet whose samples are not in the table: both sides are shown, no traceback."""
    (cohort / "samples.tsv").write_text("sample\tsubject\tcondition\nX1\tX\tpre\nX2\tX\ton\n")
    assert main(["run", "c.yaml"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "X1" in err
    assert "A_pre" in err
    assert "Traceback" not in err


def test_progress_only_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bars and steps wreck the logs of a cluster."""
    assert cli._progress() is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    announce = cli._progress()
    assert announce is not None
    announce("read")
    assert capsys.readouterr() == ("", "phosres: read ...\n")


@pytest.mark.parametrize(
    ("what", "name", "expected"),
    [
        ("formats", "maxquant_sites", "Phospho (STY)Sites.txt"),
        ("readouts", "S6_S240_S244", "RPS6_S240"),
        ("readouts", "s6_s240_s244", "MTORC1"),
        ("readouts", "RPS6_S240", "RLSSLRASTSKSESS"),
        ("pathways", "MTORC2", "NDRG1_T346"),
        ("drugs", "BYL719", "alpelisib"),
        ("drugs", "PI3K inhibitor", "target_sets"),
        ("drugs", "everolimus + trametinib", "trametinib"),
        ("rules", "ENGAGEMENT", "G6"),
        ("rules", "ENGAGEMENT", "decide"),
    ],
)
def test_show_one_record(
    what: str, name: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By id in any case; drugs by any of their names."""
    assert main(["show", what, name]) == 0
    assert expected in capsys.readouterr().out


@pytest.mark.parametrize("what", ["formats", "readouts", "pathways", "drugs", "rules"])
def test_show_lists_all_records(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, the id first."""
    assert main(["show", what]) == 0
    lines = capsys.readouterr().out.splitlines()
    ids = list(CATALOGUES[what]())
    assert len(ids) >= 3
    assert all(line.startswith(f"{i} ") for line, i in zip(lines, ids, strict=True))


@pytest.mark.parametrize(
    ("what", "name", "message"),
    [
        ("readouts", "S6", "there is no 'S6' among the readouts"),
        ("formats", "maxqunat", "there is no 'maxqunat' among the formats"),
        ("drugs", "alpelisip", "the drug 'alpelisip' is not known"),
    ],
)
def test_show_of_something_unknown_exits_with_2(
    what: str, name: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the nearest names."""
    assert main(["show", what, name]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"phosres: error: {message}\n    -> ")


def test_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    """An editor can read it."""
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["required"] == ["name", "input", "design"]
