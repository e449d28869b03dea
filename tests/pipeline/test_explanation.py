"""A call traced from the result folder alone to the rows and columns of the input file."""

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres.cli import main
from phosres.errors import ConfigError
from phosres.explanation import explain, is_result

ROOT = Path(__file__).parents[2]
INPUT = ROOT / "example_data" / "Phospho (STY)Sites.txt"


@pytest.fixture(scope="module")
def text(demo) -> str:
    """The trace of one call of one subject."""
    return explain(demo.folder, "erk", subject="P03")


def test_a_call_is_traced_to_rule_gate_and_sets(text: str) -> None:
    """Status, reason, source, the gate and what became of each set it looks at."""
    assert text.startswith("call        ERK (compensation) of on, subject P03\nstatus      ")
    assert re.search(r"^source +.*R04", text, re.MULTILINE)
    assert re.search(r"^gate +ISCHEMIA (yes|no|not assessable)", text, re.MULTILINE)
    assert re.search(r"rises ERK_REACTIVATION, asked: up -> \w+.* log2$", text, re.MULTILINE)


def test_the_rows_and_columns_are_those_of_the_file(demo, text: str) -> None:
    """Row and columns that are named hold the value that was used, at the named site."""
    cells = pd.read_csv(INPUT, sep="\t", dtype=str, keep_default_na=False)
    values = demo.result.raw.values
    columns = re.search(r"P03_pre \(P03, pre\): columns (.*)$", text, re.MULTILINE)
    assert columns is not None
    named = columns[1].split(" | ")
    features = re.findall(r"^  (\S+): (\S+) (\S+) \(.*rows ([\d, ]+) of the input", text, re.M)
    compared = 0
    for feature, gene, sites, rows in features:
        row = cells.iloc[int(rows.split(",")[0]) - 2]
        assert row["Gene names"] == gene
        assert row["Amino acid"] + row["Position"] in sites.split(";")
        phosphates = int(demo.result.raw.features.loc[feature, "multiplicity"])
        value = values.loc[feature, "P03_pre"]
        cell = float(row[named[phosphates - 1]] or 0)
        assert np.isnan(value) == (cell == 0)
        if cell:
            compared += 1
            assert np.log2(cell) == pytest.approx(value, abs=1e-6)
    assert compared > 3


def test_it_needs_nothing_but_the_folder(demo, tmp_path: Path, text: str) -> None:
    """Moved elsewhere, without figures and page, a result gives the same trace."""
    moved = tmp_path / "moved"
    shutil.copytree(demo.folder, moved, ignore=shutil.ignore_patterns("figures", "*.html"))
    assert is_result(moved)
    assert explain(moved, "ERK", subject="P03") == text


def test_every_kind_of_call_can_be_traced(demo) -> None:
    """A call of each kind explains itself, and every route says what it looks at."""
    table = demo.result.table("calls")
    for kind, rows in table.groupby("kind"):
        assert f"({kind}) of on" in explain(demo.folder, rows["call"].iloc[0])
    routes = {*demo.result.table("trace")["call"]}
    assert len(routes & {*table.loc[table["kind"] == "compensation", "call"]}) > 15


@pytest.mark.parametrize(
    ("call", "options", "message"),
    [
        ("ERKK", {}, "no call 'ERKK'"),
        ("ERK", {"subject": "P99"}, "no subject 'P99'"),
        ("ERK", {"contrast": "late"}, "no contrast 'late'"),
    ],
)
def test_what_is_not_there_is_told(demo, call, options, message) -> None:
    """A wrong name is told with what there is."""
    with pytest.raises(ConfigError, match=message) as caught:
        explain(demo.folder, call, **options)
    assert caught.value.problems[0].hint


def test_one_command_tells_what_the_folder_is(demo, tmp_path: Path, capsys) -> None:
    """A result explains a call; what is neither result nor batch is refused."""
    assert main(["explain", str(demo.folder), "ISCHEMIA"]) == 0
    assert "QC_ISCHEMIA" in capsys.readouterr().out
    assert main(["explain", str(tmp_path), "ERK"]) == 2
    assert "not the folder of a batch" in capsys.readouterr().err
