"""Networks in a run: their rows, what is said of them, and runs without."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from phosres import pipeline
from phosres.errors import DataError

NETWORK = "source\ttarget\tmor\n" + "".join(f"K{i % 3}\tGENE{i}_S{i + 9}\t1\n" for i in range(60))


@pytest.fixture
def configured(small: Callable[..., Path]) -> Callable[[str], Path]:
    """A small cohort with a network of three kinases, and one edge to a site that is not there."""

    def _configured(text: str) -> Path:
        path = small("networks:\n  - {path: net.tsv, name: mine}\n")
        path.with_name("net.tsv").write_text(text)
        return path

    return _configured


def test_kinases_are_rows_of_activities(configured: Callable[[str], Path]) -> None:
    """One a kinase, level and subject; losses and history say what was matched."""
    path = configured(NETWORK + "K0\tNOWHERE_S1\t1\n")
    result = pipeline.run(path)
    table = result.table("activities")
    kinases = table[table["kind"] == "kinase"]
    assert kinases.groupby(["level", "subject"]).size().tolist() == [3] * 4
    assert set(kinases["set"]) == {"mine:K0", "mine:K1", "mine:K2"}
    assert set(kinases["status"]) <= {"up", "down", "inconclusive"}
    assert kinases["p"].notna().all()
    assert kinases["n_members"].tolist()[:3] == [21, 20, 20]
    lost = result.table("losses").query("step == 'network mine'")
    assert lost[["file", "reason", "rows"]].to_numpy().tolist() == [
        ["net.tsv", "protein not in the table", 1]
    ]
    said = next(s.text for s in result.normalized.history if s.name == "network")
    assert said.startswith("network mine: 60 of 61 edges are in the table (60 by gene)")
    plain = path.with_name("plain.yaml")
    plain.write_text(path.read_text().split("networks:")[0])
    without = pipeline.run(plain).table("activities")
    others = table[table["kind"] != "kinase"].reset_index(drop=True)
    pd.testing.assert_frame_equal(without, others)


def test_check_says_what_is_found_and_what_is_wrong(configured: Callable[[str], Path]) -> None:
    """A good network is described, a bad one is an error with its place."""
    assert "network mine: 60 of 60 edges" in pipeline.check(configured(NETWORK)).text
    bad = configured("source\ttarget\nK\n")
    with pytest.raises(DataError, match=r"net\.tsv:2: 1 cells, the header has 2"):
        pipeline.check(bad)
    with pytest.raises(DataError, match="no target of the network is a feature of the table"):
        pipeline.check(configured("source\ttarget\nK\tNOWHERE_S1\n"))
