"""Finished units are whole, found again, and not believed when they are damaged."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosres import store
from phosres.batch._keys import compare, make_key
from phosres.batch._units import Units

KEY = "ab" + 62 * "0"
FILES = {"report.html": b"page", "tables/a.tsv": b"x\n1\n", "run.json": b"{}\n"}
RECORD = {"fields": {"seed": 0}, "facts": {}, "failed": []}


@pytest.fixture
def units(tmp_path: Path) -> Units:
    """A store with one unit."""
    made = Units(tmp_path / "units")
    made.put(KEY, FILES, RECORD)
    return made


def test_a_unit_is_found_with_its_record(units: Units) -> None:
    """And nothing is left beside it."""
    unit, wrong = units.find(KEY)
    assert unit is not None
    assert wrong == ""
    assert (unit.folder / "tables" / "a.tsv").read_bytes() == b"x\n1\n"
    assert unit.record["fields"] == {"seed": 0}
    assert os.listdir(unit.folder.parent) == [KEY]  # noqa: PTH208


def test_a_unit_that_is_there_stays(units: Units) -> None:
    """The second of two drivers that computed it changes nothing."""
    units.put(KEY, {"report.html": b"another"}, RECORD)
    assert (units.folder(KEY) / "report.html").read_bytes() == b"page"
    assert os.listdir(units.folder(KEY).parent) == [KEY]  # noqa: PTH208


@pytest.mark.parametrize(
    "name",
    ["report.html", "tables/a.tsv", "run.json", "unit.json", "MANIFEST.sha256", "timed.sha256"],
)
@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "gone"])
def test_a_damaged_unit_is_put_aside_and_can_be_computed_again(
    units: Units, name: str, damage: str
) -> None:
    """Whichever file, however damaged."""
    path = units.folder(KEY) / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    changed = {"flip": bytes(content), "cut": bytes(content[:-3]), "empty": b""}
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(changed[damage])
    unit, wrong = units.find(KEY)
    assert unit is None
    assert wrong
    assert len(list((units.root / "quarantine").iterdir())) == 1
    units.put(KEY, FILES, RECORD)
    assert units.find(KEY)[0] is not None


def test_what_a_killed_worker_left_is_removed_and_what_runs_is_not(units: Units) -> None:
    """A process of this machine that is gone, against one that lives."""
    import socket

    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True
    )
    host, folder = socket.gethostname(), units.folder(KEY).parent
    dead = folder / f".{host}-{int(ended.stdout)}-{'0' * 32}"
    alive = folder / f".{host}-{os.getpid()}-{'0' * 32}"
    elsewhere = folder / f".another-host-12-{'0' * 32}"
    for path in (dead, alive, elsewhere):
        path.mkdir()
    units.sweep()
    assert (dead.exists(), alive.exists(), elsewhere.exists()) == (False, True, True)


def test_a_failure_is_kept_until_the_unit_succeeds(tmp_path: Path) -> None:
    """With its reasons."""
    units = Units(tmp_path)
    units.fail(KEY, 3, ["no value"], "")
    assert units.failure(KEY) == (3, ("no value",))
    units.put(KEY, FILES, RECORD)
    assert units.failure(KEY) is None


def test_two_writers_of_one_unit_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Two processes write it at once; it is whole and there is one."""
    code = (
        "import sys; from pathlib import Path; from phosres.batch._units import Units\n"
        f"Units(Path(sys.argv[1])).put({KEY!r}, {FILES!r}, {RECORD!r})"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parents[2])
        for _ in range(2)
    ]
    assert [process.wait() for process in running] == [0] * 2
    assert Units(tmp_path).find(KEY)[0] is not None
    assert os.listdir(tmp_path / "ab") == [KEY]  # noqa: PTH208


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=3), plain, max_size=4))
def test_a_key_depends_on_content_not_on_order(fields: dict[str, object]) -> None:
    """The same fields in any order are one unit, and nothing differs between them."""
    turned = dict(reversed(fields.items()))
    assert make_key(fields) == make_key(turned)
    assert compare(fields, turned) == []


def test_what_differs_is_said() -> None:
    """Hashes are shortened."""
    before = {"parameters": {"seed": 0}, "inputs": {"table": "a" * 64}}
    now = {"parameters": {"seed": 1}, "inputs": {"table": "b" * 64}}
    assert compare(before, now) == [
        "inputs.table aaaaaaaa.. -> bbbbbbbb..",
        "parameters.seed 0 -> 1",
    ]
    assert make_key(before) != make_key(now)


def test_a_manifest_is_checked_file_by_file(tmp_path: Path) -> None:
    """What is missing and what was changed."""
    store.write_folder(tmp_path / "r", FILES)
    assert store.check(tmp_path / "r") == []
    (tmp_path / "r" / "report.html").write_bytes(b"pag")
    (tmp_path / "r" / "tables" / "a.tsv").unlink()
    assert store.check(tmp_path / "r") == [
        "report.html is not as it was written",
        "tables/a.tsv: no such file or directory",
    ]
