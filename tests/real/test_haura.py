"""Three KRAS-G12C lung cancer lines before, 6 h and 24 h on a KRAS-G12C inhibitor: n of 1 each.

S6 rises in two lines and falls in the third; the target (ERK) falls. What a single pair cannot
show must be inconclusive, with the smallest change it could have shown.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres import pipeline
from phosres.results import RunResult

pytestmark = pytest.mark.real

CONFIG = Path(__file__).parent / "haura" / "config.yaml"


@pytest.fixture(scope="module")
def result(shared: Path) -> RunResult:
    """The run on the untouched original file."""
    assert (shared / "haura_krasg12c" / "original").is_dir()
    return pipeline.run(CONFIG)


@pytest.fixture(scope="module")
def readouts(result: RunResult) -> pd.DataFrame:
    """Status by contrast, subject and readout."""
    return result.table("readouts").set_index(["contrast", "subject", "readout"])


def test_rows_and_losses(result: RunResult) -> None:
    """Every one of the 27,225 rows is a feature or a counted loss."""
    assert result.raw.source.rows == 27_225
    assert result.raw.n_features + sum(loss.rows for loss in result.raw.losses) == 27_225


def test_s6_rises_at_6_h_in_two_lines(readouts: pd.DataFrame) -> None:
    """S6 S240/S244 is up in H1792 and Calu1 at 6 h, by more than 1 log2."""
    for line in ("H1792", "Calu1"):
        row = readouts.loc[("h6", line, "S6_S240_S244")]
        assert row["status"] == "up"
        assert row["log2fc"] > 1
    assert readouts.loc[("h6", "H1792", "S6_S235_S236"), "status"] == "up"


def test_mtorc1_is_never_called_down_there(result: RunResult) -> None:
    """No readout or score of mTORC1 is down in the two lines in which S6 rises."""
    activities = result.table("activities")
    mine = activities[activities["subject"].isin(["H1792", "Calu1"])]
    assert "down" not in set(mine.loc[mine["set"] == "MTORC1", "status"])
    assert "up" in set(mine.loc[(mine["set"] == "MTORC1") & (mine["contrast"] == "h6"), "status"])


def test_the_third_line_is_not_up_at_24_h(readouts: pd.DataFrame) -> None:
    """S6 falls in H358 at 24 h; whether or not that is called, it is not up."""
    for readout in ("S6_S235_S236", "S6_S240_S244"):
        row = readouts.loc[("h24", "H358", readout)]
        assert row["status"] in ("down", "inconclusive")
        assert row["log2fc"] < 0


def test_inconclusive_says_what_could_have_been_found(readouts: pd.DataFrame) -> None:
    """Every inconclusive readout with a test prints its minimal detectable change."""
    rows = readouts[(readouts["status"] == "inconclusive") & readouts["p"].notna()]
    assert len(rows) > 5
    assert (rows["mdc"] > 0).all()
    assert rows["reason"].str.contains("smallest findable|depends on the normalisation").all()


def test_akt_s473_is_not_measured(readouts: pd.DataFrame) -> None:
    """AKT S473 is in no line."""
    rows = readouts.xs("AKT_S473", level="readout")
    assert set(rows["status"]) == {"not_measured"}


def test_the_target_is_engaged_in_the_cohort(result: RunResult) -> None:
    """ERK outputs fall over the three lines at both times."""
    calls = result.table("calls").query("kind == 'engagement' and level == 'cohort'")
    assert set(calls["call"]) == {"ERK"}
    assert list(calls["status"]) == ["yes", "yes"]


def test_single_pairs_say_so(result: RunResult) -> None:
    """Effects of one line are marked as n of 1 and their noise model is stated."""
    for contrast in result.contrasts.values():
        for effects in contrast.effects:
            if effects.level == "subject":
                assert effects.n_of_one
                assert effects.method.startswith("n of 1: t on ")
                assert np.isfinite(effects.parameters["df"])
