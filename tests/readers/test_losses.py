"""Rows in are rows used plus rows dropped, by reason, for every file."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phosres.errors import DataError
from phosres.readers import read, sketch_samples

SHARED = Path(__file__).parents[3] / "shared"
REAL = sorted([*SHARED.glob("formats/*/*"), *SHARED.glob("data/*/original/*")])
FIXTURES = sorted((Path(__file__).parent / "fixtures").iterdir())


def _reconcile(table, account):
    """Check that losses, history and features tell the same story of every row."""
    assert account(table) == table.source.rows
    step = table.history[0]
    assert (step.rows_in, step.rows_out) == (table.source.rows, table.n_features)
    assert all(loss.rows > 0 and loss.reason and loss.step for loss in table.losses)
    assert {loss.file for loss in table.losses} <= {table.source.path}
    assert len({(loss.step, loss.reason) for loss in table.losses}) == len(table.losses)
    rows = {int(r) for cell in table.features["source_rows"] for r in cell.split(";")}
    # A feature lists the rows of the file that it is made of, at most as many as there are.
    assert len(rows) <= table.source.rows
    assert np.isfinite(table.values.to_numpy()).any(axis=1).all()


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.name)
def test_the_rows_of_every_format_add_up(path, account):
    """One small file a format."""
    try:
        sheet = sketch_samples(path).assign(subject="s", condition="c")
        _reconcile(read(path, sheet), account)
    except DataError as error:
        pytest.fail(f"a fixture is refused: {error}")


@pytest.mark.real
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real tables are not at {SHARED}")
def test_the_rows_of_every_real_file_add_up(account):
    """Whatever can be read of the real files; most of them can."""
    read_at_all = 0
    for path in REAL:
        try:
            table = read(path, sketch_samples(path).assign(subject="s", condition="c"))
        except DataError:
            continue
        _reconcile(table, account)
        read_at_all += 1
    assert read_at_all > 30


_CELL = st.sampled_from(["", "0", "NaN", "1024", "2048", "4096.5", "90000"])
_ROW = st.tuples(
    st.sampled_from(["P62753", "Q16829", "REV__P62753", "CON__P00761", ""]),
    st.sampled_from(["S", "T", "K", ""]),
    st.sampled_from(["12", "15", "300", ""]),
    st.sampled_from(["1", "0.76", "0.5", ""]),
    st.tuples(*[_CELL] * 4),
    st.sampled_from(["", "+"]),
)


@settings(max_examples=40, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(rows=st.lists(_ROW, min_size=1, max_size=25), blank=st.booleans())
def test_the_rows_of_any_site_table_add_up(tmp_path, account, rows, blank):
    """Decoys, contaminants, other residues, class II, copies: each row is counted once."""
    head = ["Protein", "Amino acid", "Position", "Localization prob", "Number of Phospho (STY)"]
    head += ["Intensity a___1", "Intensity a___2", "Intensity b___1", "Intensity b___2", "Reverse"]
    full = ("P9ZZZ9", "S", "7", "1", ("1000", "", "3000", ""), "")
    lines = [[*row[:4], "1", *row[4], row[5]] for row in [*rows, full]]
    text = "\n".join("\t".join(line) for line in [head, *lines])
    path = tmp_path / "sites.txt"
    path.write_text(text + ("\n\n" + "\t" * (len(head) - 1) + "\n" if blank else "\n"))
    sheet = pd.DataFrame({"sample": ["a", "b"], "subject": "s", "condition": "c"})
    table = read(path, sheet)
    assert table.source.rows == len(lines)  # rows without anything are no rows
    _reconcile(table, account)
