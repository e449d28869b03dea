"""How an outcome stands to what was expected of it; the comparison itself is a command."""

from pathlib import Path

import pandas as pd
import pytest

from phosres.columns import CALL_STATUSES, STATUSES
from phosres.knowledge import load
from tests.benchmarks.expectations import CLASSES, SOURCES, verdict

EXPECTED = Path(__file__).parent / "expected"


@pytest.mark.parametrize(
    ("expected", "found", "said"),
    [
        ("yes", "yes", "as expected"),
        ("yes", "no", "differs"),
        ("yes", "not_assessable", "not shown"),
        ("not_assessable", "not_assessable", "as expected"),
        ("not yes", "not_assessable", "as expected"),
        ("not yes", "yes: MTORC1", "differs"),
        ("not up", "up", "differs"),
        ("up", "inconclusive", "not shown"),
        ("any", "no", "open"),
    ],
)
def test_verdicts(expected: str, found: str, said: str) -> None:
    """An outcome that cannot tell neither agrees with a claim nor contradicts it."""
    assert verdict(expected, found) == said


def test_the_expectations_are_questions_that_can_be_asked() -> None:
    """Data, sets, readouts, rules and outcomes exist."""
    knowledge = load()
    table = pd.read_csv(EXPECTED / "calls.tsv", sep="\t", dtype=str, keep_default_na=False)
    assert set(table["data"]) <= set(SOURCES)
    known = {*knowledge.sets, *knowledge.readouts, *knowledge.rules, *knowledge.routes}
    known |= {"engagement", "compensation", "resistance"}
    assert set(table["asked"].str.split(" ").str[1]) <= known
    words = {"any", *STATUSES, *CALL_STATUSES}
    assert set(table["expected"].str.removeprefix("not ")) <= words
    assert (table["why"] != "").all()
    matrix = pd.read_csv(EXPECTED / "engagement.tsv", sep="\t", index_col="inhibited")
    assert set(CLASSES.values()) <= set(matrix.columns)
    assert set(CLASSES) <= set(matrix.index)
