"""Mutated files of every format: read or refused, never anything else.

``python -m tests.readers.test_fuzz --seconds 300 --seed 1`` runs many more mutations, and prints
what raised anything but a `DataError`.
"""

import argparse
import collections
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from phosres.errors import DataError
from phosres.readers import FORMATS, read, recognise, sketch_samples

FIXTURES = Path(__file__).parent / "fixtures"
"""One small valid file a format, called by the format's name and any ending."""
RUNS = 16
"""Mutations of each fixture in the default test run."""
_ODD = b'"\t,;\n\r\x00\xff#+-.0N_|([:\xe9\x1a'
_CELLS = ("1e400", "-1e308", "9" * 400, "0x1F", "NaN", "1,5", "1.234,5", '"', "\u2212" + "5", "=A1")
_CELLS += ("", " ", "S999999", "S0", "P62753|", "_" * 40, "[STY]", "(", "\\", "A" * 5000, "2-Sep")
_SPELLINGS = ((b"\n", b"\r"), (b"\t", b","), (b"\t", b";"), (b".", b","), (b"\t", b"\t\t"))
_ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252", "utf-8-sig", "utf-7")

Draw = random.Random


def _flip(data: bytearray, draw: Draw) -> None:
    data[draw.randrange(len(data))] = draw.randrange(256)


def _insert(data: bytearray, draw: Draw) -> None:
    at = draw.randrange(len(data))
    data[at:at] = bytes(draw.choice(_ODD) for _ in range(draw.randint(1, 3)))


def _delete(data: bytearray, draw: Draw) -> None:
    at = draw.randrange(len(data))
    del data[at : at + draw.randint(1, 30)]


def _repeat(data: bytearray, draw: Draw) -> None:
    at = draw.randrange(len(data))
    data[at:at] = data[max(0, at - 60) : at]


def _cut(data: bytearray, draw: Draw) -> None:
    del data[draw.randrange(len(data)) :]


def _edit_cells(data: bytearray, draw: Draw) -> None:
    """Drop, repeat, swap or replace cells of one line; a header as likely as any other."""
    lines = bytes(data).split(b"\n")
    separator = b"\t" if b"\t" in data else b","
    at = draw.choice((0, draw.randrange(len(lines))))
    cells = lines[at].split(separator)
    one, other = draw.randrange(len(cells)), draw.randrange(len(cells))
    kind = draw.randrange(4)
    if kind == 0:
        del cells[one]
    elif kind == 1:
        cells.insert(one, cells[other])
    elif kind == 2:
        cells[one], cells[other] = cells[other], cells[one]
    else:
        cells[one] = draw.choice(_CELLS).encode()
    lines[at] = separator.join(cells)
    data[:] = b"\n".join(lines)


def _edit_column(data: bytearray, draw: Draw) -> None:
    """Drop a column, or write one cell into all of it, or shuffle it."""
    separator = b"\t" if b"\t" in data else b","
    rows = [line.split(separator) for line in bytes(data).split(b"\n")]
    at = draw.randrange(max(len(row) for row in rows))
    kind = draw.randrange(3)
    word = draw.choice(_CELLS).encode()
    column = [row[at] for row in rows[1:] if at < len(row)]
    draw.shuffle(column)
    for number, row in enumerate(rows):
        if at < len(row) and (kind == 0 or number):
            row[at : at + 1] = [] if kind == 0 else [word if kind == 1 else column.pop()]
    data[:] = b"\n".join(separator.join(row) for row in rows)


def _recode(data: bytearray, draw: Draw) -> None:
    text = bytes(data).decode("utf-8", "replace")
    coded = text.encode(draw.choice(_ENCODINGS), "replace")
    data[:] = coded[draw.choice((0, 0, 1)) :]


def _respell(data: bytearray, draw: Draw) -> None:
    data[:] = data.replace(*draw.choice(_SPELLINGS))


_BYTES: tuple[Callable[[bytearray, Draw], None], ...] = (_flip, _insert, _delete, _repeat, _cut)
_TEXT = (*_BYTES, _edit_cells, _edit_cells, _edit_cells, _edit_column, _recode, _respell)


def mutate(data: bytes, draw: Draw) -> bytes:
    """Change a file in one to four ways."""
    changed = bytearray(data)
    ways = _BYTES if b"\x00" in data else _TEXT
    for _ in range(draw.choice((1, 1, 2, 4))):
        if changed:
            draw.choice(ways)(changed, draw)
    return bytes(changed)


def list_fixtures() -> dict[str, Path]:
    """Find the fixture of each format."""
    return {path.name.split(".")[0]: path for path in sorted(FIXTURES.iterdir())}


def attempt(path: Path, sheet: pd.DataFrame) -> bool:
    """Read a file in every way; tell whether it could be read."""
    outcomes = []
    for use in (recognise, sketch_samples, lambda p: read(p, sheet)):
        try:
            use(path)
            outcomes.append(True)
        except DataError as error:
            messages = [problem.message.strip() for problem in error.problems]
            outcomes.append(False)
            if not messages or not all(messages):
                raise AssertionError("a refusal without a message") from error
    return outcomes[-1]


def _sheet_of(path: Path) -> pd.DataFrame:
    return sketch_samples(path).assign(subject="s", condition="c")


def test_every_format_has_a_fixture():
    """A format without a small valid file in tests/readers/fixtures is a format unproved."""
    assert {record.name for record in FORMATS} <= set(list_fixtures())


@pytest.mark.parametrize("name", list_fixtures())
def test_the_fixture_is_recognised(name):
    """Each fixture is recognised by its content; `test_losses` reads it."""
    assert recognise(list_fixtures()[name]).format.name == name


@pytest.mark.parametrize("name", list_fixtures())
def test_mutated_files_are_read_or_refused(name, tmp_path):
    """A changed file gives a table or a DataError with a message, nothing else."""
    source = list_fixtures()[name]
    sheet, draw = _sheet_of(source), random.Random(name)
    path = tmp_path / source.name
    read_at_all = 0
    for _ in range(RUNS):
        path.write_bytes(mutate(source.read_bytes(), draw))
        read_at_all += attempt(path, sheet)
    assert read_at_all < RUNS  # the mutations are no formality


def _campaign(seconds: float, seed: int, only: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Mutate fixtures in turn; give the format and the traceback of whatever is no DataError."""
    fixtures = {n: p for n, p in list_fixtures().items() if only in n}
    sheets = {name: _sheet_of(path) for name, path in fixtures.items()}
    begin, number = time.monotonic(), 0
    while time.monotonic() - begin < seconds:
        for name, source in fixtures.items():
            number += 1
            path = folder / source.name
            path.write_bytes(mutate(source.read_bytes(), random.Random(f"{seed} {number}")))
            try:
                yield name, "read" if attempt(path, sheets[name]) else "refused"
            except Exception:  # noqa: BLE001  (this is what the campaign looks for)
                (folder / f"{name}.{number}").write_bytes(path.read_bytes())
                yield name, traceback.format_exc()


def main() -> None:
    """Run a campaign and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="part of the names of the formats")
    parser.add_argument("--folder", type=Path, help="where the files that failed are kept")
    given = parser.parse_args()
    warnings.simplefilter("error")
    folder = given.folder or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    outcomes: collections.Counter[str] = collections.Counter()
    failures: dict[str, str] = {}
    for name, outcome in _campaign(given.seconds, given.seed, given.only, folder):
        is_known = outcome in ("read", "refused")
        outcomes[outcome if is_known else "failed"] += 1
        if not is_known:
            failures.setdefault("\n".join(outcome.splitlines()[-5:]), f"{name}\n{outcome}")
    for text in failures.values():
        print(text)
    print(f"{outcomes.total():,} mutations: {dict(outcomes)}; files of failures in {folder}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
