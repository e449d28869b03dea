"""Result folders are whole or not there, and tables are the same bytes every time."""

import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosres import store
from phosres.errors import ConfigError, DataError
from phosres.store import claim, commit, format_json, format_tsv, write_tsv
from phosres.store._formats import BREAKS

Snapshot = Callable[[Path], dict[str, bytes]]
OLD = {
    "report.html": b"old",
    "tables/sites.tsv": b"1\n",
    "tables/gone.tsv": b"x\n",
    "run.json": b"{}",
}
NEW = {
    "report.html": b"new",
    "tables/sites.tsv": b"2\n",
    "figures/a.svg": b"<svg/>",
    "run.json": b"{}",
}


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Path of a result that is not there yet, in a folder that holds nothing else."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "results" / "r"


@pytest.fixture
def old(out: Path) -> Path:
    """A result that is there, with a file of the user's in it."""
    commit(out, OLD)
    (out / "tables" / "notes.txt").write_text("mine")
    return out


def names(folder: Path) -> list[str]:
    """Everything in a folder, hidden names too."""
    return sorted(p.name for p in folder.iterdir())


def test_a_result_has_all_files_and_a_manifest(out: Path) -> None:
    """`sha256sum --check` accepts the manifest; run.json, which holds times, is not in it."""
    commit(out, OLD)
    assert {n: (out / n).read_bytes() for n in OLD} == OLD
    listed = [line.split("  ")[1] for line in (out / "MANIFEST.sha256").read_text().splitlines()]
    assert listed == ["report.html", "tables/gone.tsv", "tables/sites.tsv"]
    subprocess.run(
        ["sha256sum", "--check", "--strict", "MANIFEST.sha256"],
        cwd=out,
        check=True,
        capture_output=True,
    )
    assert names(out.parent) == ["r"]


def test_a_new_result_replaces_the_old_one_and_keeps_what_is_not_ours(old: Path) -> None:
    """Files of the old manifest go, the user's stay."""
    (old / "empty").mkdir()
    (old / "link").symlink_to("tables/notes.txt")
    commit(old, NEW)
    found = sorted(p.relative_to(old).as_posix() for p in old.rglob("*") if not p.is_dir())
    assert found == sorted([*NEW, "MANIFEST.sha256", "tables/notes.txt", "link"])
    assert (old / "report.html").read_bytes() == b"new"
    assert (old / "tables" / "notes.txt").read_text() == "mine"
    assert (old / "link").readlink() == Path("tables/notes.txt")
    assert (old / "empty").is_dir()
    assert names(old.parent) == ["r"]


def failing(error: BaseException, after: int) -> Callable[[int], None]:
    """Stand in for `os.fsync`: it works `after` times and then fails."""
    real, calls = os.fsync, iter(range(100))

    def fsync(handle: int) -> None:
        if next(calls) >= after:
            raise error
        real(handle)

    return fsync


@pytest.mark.parametrize("after", range(8))
@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), DataError),
        (OSError(errno.EIO, "Input/output error"), ConfigError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
    ids=["full", "broken", "interrupted"],
)
def test_a_failure_at_any_flush_leaves_the_previous_result(
    old: Path,
    snapshot: Snapshot,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
    error: BaseException,
    raised: type[BaseException],
) -> None:
    """5 files and 3 folders are flushed; whichever fails, nothing changed and nothing is left."""
    before = snapshot(old.parent)
    monkeypatch.setattr(os, "fsync", failing(error, after))
    with pytest.raises(raised):
        commit(old, NEW)
    assert snapshot(old.parent) == before
    assert names(old.parent) == ["r"]


def test_there_are_as_many_flushes_as_the_test_above_breaks(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ninth is not reached."""
    monkeypatch.setattr(os, "fsync", failing(OSError(), 8))
    commit(old, NEW)
    assert (old / "report.html").read_bytes() == b"new"


@pytest.mark.parametrize("after", [0, 1])
@pytest.mark.parametrize("error", [OSError(errno.EIO, "broken"), KeyboardInterrupt()])
def test_a_failure_of_the_swap_leaves_the_previous_result(
    old: Path,
    snapshot: Snapshot,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
    error: BaseException,
) -> None:
    """Neither of the two renames can lose it."""
    before = snapshot(old)
    real = Path.rename
    calls = iter(range(10))

    def rename(self: Path, target: Path) -> Path:
        if next(calls) == after:
            raise error
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises((ConfigError, KeyboardInterrupt)):
        commit(old, NEW)
    assert snapshot(old) == before
    assert names(old.parent) == ["r"]


KILLED = """
import os, sys
from pathlib import Path
from phosres import store

out, call, at = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
owner = os if call == "fsync" else Path
real, calls = getattr(owner, call), iter(range(100))

def die(*args):
    if next(calls) == at:
        os._exit(9)
    return real(*args)

setattr(owner, call, die)
store.commit(out, {"report.html": b"new", "run.json": b"{}"})
"""


@pytest.mark.parametrize(("call", "at"), [("fsync", 1), ("fsync", 3), ("rename", 0), ("rename", 1)])
def test_a_killed_run_is_cleared_up_by_the_next(old: Path, call: str, at: int) -> None:
    """Even if it died between the two renames: the previous result comes back before the next."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(old), call, str(at)],
        cwd=Path(store.__file__).parents[2],
        check=False,
    )
    assert done.returncode == 9
    assert len(names(old.parent)) == 2
    claim(old)
    assert (old / "report.html").read_bytes() == b"old"
    commit(old, NEW)
    assert (old / "report.html").read_bytes() == b"new"
    assert (old / "tables" / "notes.txt").read_text() == "mine"
    assert names(old.parent) == ["r"]


def refusal(path: Path, *, force: bool = False) -> str:
    """Return what is said about a folder that cannot be used, by `claim` as by `commit`."""
    with pytest.raises(ConfigError) as first:
        claim(path, force=force)
    with pytest.raises(ConfigError) as second:
        commit(path, NEW, force=force)
    assert str(first.value) == str(second.value)
    return str(first.value)


def test_folders_that_cannot_be_used_are_refused(out: Path) -> None:
    """A file, a foreign folder, the current one or one above it, and a folder below a file."""
    Path("file").write_text("x")
    Path("foreign").mkdir()
    Path("foreign/a.txt").write_text("x")
    assert refusal(Path("file")) == (
        "'file' is a file, expected a folder for the results\n    -> name another --out"
    )
    assert refusal(Path("foreign")) == (
        "'foreign' holds files that are not a phosres result\n"
        "    -> name another --out, or use --force to write beside them"
    )
    for path in (Path(), Path("..")):
        assert refusal(path, force=True) == (
            f"'{path}' is the folder you work in, above it, or a mount point, and cannot be "
            "replaced as one\n    -> name a folder inside it"
        )
    assert refusal(Path("file/r")) == (
        f"'file/r' cannot be made: '{Path('file').resolve()}' cannot be written\n"
        "    -> name another --out"
    )
    assert names(out.parents[1]) == ["file", "foreign"]


def test_a_folder_that_may_not_be_written_is_refused(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is computed; `access` is replaced because root may write anywhere."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert refusal(out) == (
        f"'{out}' cannot be made: '{out.parents[1]}' cannot be written\n    -> name another --out"
    )


def test_force_writes_beside_foreign_files(out: Path) -> None:
    """They stay; only files of the same name are replaced."""
    out.mkdir(parents=True)
    (out / "a.txt").write_text("mine")
    (out / "report.html").write_text("other")
    commit(out, NEW, force=True)
    assert (out / "a.txt").read_text() == "mine"
    assert (out / "report.html").read_bytes() == b"new"
    commit(out, NEW)


def test_a_full_disk_is_said(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One message, exit code 3."""
    monkeypatch.setattr(os, "fsync", failing(OSError(errno.ENOSPC, "full"), 0))
    with pytest.raises(DataError) as caught:
        commit(out, NEW)
    assert str(caught.value) == (
        f"the disk is full, '{out}' was not written\n"
        "    -> free some space or name another --out; a previous result is untouched"
    )
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("name", ["/a", "../a", "a/../b", "a//b", "./a", "MANIFEST.sha256"])
def test_files_cannot_leave_the_result(out: Path, name: str) -> None:
    """A bug of ours, not of the user's."""
    with pytest.raises(ValueError, match="not a path inside a result"):
        commit(out, {name: b""})


def test_names_that_differ_by_case_only_are_refused(out: Path) -> None:
    """They are one file on other systems."""
    with pytest.raises(ValueError, match="differ only by case"):
        commit(out, {"a.tsv": b"", "A.tsv": b""})


def test_tables_are_written_by_kind() -> None:
    """6 digits, no index, empty where missing, flags in words, one line a row."""
    frame = pd.DataFrame(
        {
            "number": [1 / 3, -0.0, np.nan, 1e-12, 123456789.0, np.inf],
            "count": pd.array([1, None, 3, 4, 123456789, 6], dtype="Int64"),
            "flag": [True, False, True, False, True, False],
            "text": ["a\tb", 'say "x"', None, "c\r\nd", "é", ""],
            "mixed": [1, 2.5, True, np.float64(0.1) * 3, pd.NA, np.True_],
        },
        index=list("uvwxyz"),
    )
    assert format_tsv(frame).decode() == (
        "number\tcount\tflag\ttext\tmixed\n"
        "0.333333\t1\ttrue\ta b\t1\n"
        '0\t\tfalse\t"say ""x"""\t2.5\n'
        "\t3\ttrue\t\ttrue\n"
        "1e-12\t4\tfalse\tc d\t0.3\n"
        "1.23457e+08\t123456789\ttrue\té\t\n"
        "inf\t6\tfalse\t\ttrue\n"
    )


@pytest.mark.parametrize("dtype", [object, "string", "str"])
def test_texts_of_every_dtype_are_written_alike(dtype: object) -> None:
    """pandas 2 and 3 differ in what a column of texts is."""
    frame = pd.DataFrame({"a": pd.Series(["x", None, 'y"'], dtype=dtype), "b": [1, 2, 3]})  # type: ignore[call-overload]
    expected = 'a\tb\nx\t1\n\t2\n"y"""\t3\n'
    if dtype != "str" or pd.__version__ >= "3":  # there "str" turns None into a text
        assert format_tsv(frame).decode() == expected


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=5)
)
def test_any_text_comes_back_in_its_row(texts: list[str]) -> None:
    """Whatever it holds, it breaks no row; but for control characters it is unchanged."""
    raw = format_tsv(pd.DataFrame({"id": range(len(texts)), "text": texts}))
    back = pd.read_csv(io.BytesIO(raw), sep="\t", keep_default_na=False, dtype=str)
    assert back["id"].tolist() == [str(i) for i in range(len(texts))]
    assert back["text"].tolist() == [BREAKS.sub(" ", t) for t in texts]


def test_a_table_without_rows_keeps_its_header(tmp_path: Path) -> None:
    """Readers of the output need not treat it specially."""
    write_tsv(pd.DataFrame({"a": [], "b": []}), tmp_path / "t.tsv")
    assert (tmp_path / "t.tsv").read_bytes() == b"a\tb\n"
    with pytest.raises(ConfigError, match="cannot be written"):
        write_tsv(pd.DataFrame({"a": []}), tmp_path / "no" / "t.tsv")


def test_json_is_sorted_and_strict() -> None:
    """What JSON does not have becomes what it has."""
    data = {
        "b": (1, np.int64(2), np.float64("nan")),
        "a": {"p": Path("x"), "s": {"v", "u"}},
        "é": None,
    }
    text = format_json(data).decode()
    assert json.loads(text) == {"a": {"p": "x", "s": ["u", "v"]}, "b": [1, 2, None], "é": None}
    assert text.index('"a"') < text.index('"b"') < text.index('"é"')
    assert text.endswith("}\n")
