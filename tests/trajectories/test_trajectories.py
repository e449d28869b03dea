"""Trajectories: changes over several times, and whether a readout came back."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats as reference

from phosres import pipeline
from phosres.columns import TRAJECTORIES
from phosres.results import Scores
from phosres.trajectories import follow

nan = np.nan


def scored(changes: pd.DataFrame, readout: str = "S6") -> dict[str, Scores]:
    """Scores of each time (column) from the changes of each subject (row)."""
    empty = pd.DataFrame()
    found = {}
    for time in changes:
        rows = pd.DataFrame({"subject": changes.index, "log2fc": changes[time].to_numpy()})
        cohort = pd.DataFrame({"subject": [""], "log2fc": [changes[time].mean()]})
        table = pd.concat([cohort.assign(level="cohort"), rows.assign(level="subject")])
        found[str(time)] = Scores(table.assign(readout=readout), empty, empty, "")
    return found


def draw(subjects: int, effects: dict[str, float], seed: int = 0) -> pd.DataFrame:
    """Changes that share the noise of the sample before treatment."""
    rng = np.random.default_rng(seed)
    before = rng.normal(0, 0.5, subjects)
    made = {t: e - before + rng.normal(0, 0.3, subjects) for t, e in effects.items()}
    return pd.DataFrame(made, index=[f"P{i}" for i in range(subjects)])


def test_a_readout_that_comes_back():
    """Down by 2 early, by 0.5 late: the step up is the paired test of late against early."""
    changes = draw(8, {"early": -2.0, "late": -0.5})
    table = follow(scored(changes))
    assert list(table.columns) == TRAJECTORIES.names
    early, late = (table[table["level"] == "cohort"].iloc[i] for i in range(2))
    plain = reference.ttest_rel(changes["late"], changes["early"])
    assert late["step"] == pytest.approx((changes["late"] - changes["early"]).mean())
    assert late["step_p"] == pytest.approx(plain.pvalue, rel=1e-3)
    assert late["step_q"] == late["step_p"] < 1e-4
    assert_allclose([early["log2fc"], late["log2fc"]], changes.mean(), atol=1e-9)
    assert early["step"] == pytest.approx(early["log2fc"])
    assert np.isnan(early["step_q"])
    assert early["p"] < 0.001


def test_subjects_have_steps_without_tests():
    """Each subject's change and step; a time that was not measured has no row, nor a step after."""
    changes = draw(3, {"a": -1.0, "b": -1.0, "c": 0.0})
    changes.loc["P1", "b"] = nan
    table = follow(scored(changes))
    mine = table[table["subject"] == "P1"]
    assert mine["contrast"].tolist() == ["a", "c"]
    assert mine["order"].tolist() == [1, 3]
    assert np.isnan(mine["step"].iloc[1])
    other = table[table["subject"] == "P2"]
    assert_allclose(other["step"], np.diff(changes.loc["P2"], prepend=0))
    assert table.loc[table["level"] == "subject", ["se", "p", "step_p"]].isna().all(axis=None)


def test_a_time_nobody_was_measured_at():
    """It has no row; the next time has a change, but no step from it."""
    changes = draw(6, {"a": -1.0, "b": 0.0, "c": 0.0})
    changes["b"] = nan
    cohort = follow(scored(changes)).query("level == 'cohort'")
    assert cohort["contrast"].tolist() == ["a", "c"]
    assert np.isnan(cohort["step_p"].iloc[1])
    assert np.isfinite(cohort["p"]).all()


def test_steps_of_all_readouts_are_one_family():
    """Holm over readouts and steps: twice the smaller p of two."""
    scores = scored(draw(6, {"a": 0.0, "b": 0.3}, seed=1), "one")
    more = scored(draw(6, {"a": 0.0, "b": 0.0}, seed=2), "two")
    both = {
        t: Scores(pd.concat([s.readouts, more[t].readouts]), s.activities, s.evidence, "")
        for t, s in scores.items()
    }
    steps = follow(both).query("level == 'cohort' and order == 2")
    assert steps["step_q"].min() == pytest.approx(min(1.0, 2 * steps["step_p"].min()))


@pytest.mark.parametrize("times", [["on"], []])
def test_one_time_is_no_trajectory(times):
    """With one time on treatment the table is empty, with its columns."""
    scores = scored(draw(5, dict.fromkeys(times, 0.0)))
    assert follow(scores).empty
    assert list(follow(scores).columns) == TRAJECTORIES.names


def test_different_subjects_have_no_trajectory():
    """Groups: no subject has a change of its own."""
    scores = scored(draw(5, {"a": 0.0, "b": 0.0}))
    alone = {
        t: Scores(s.readouts.query("level == 'cohort'"), s.activities, s.evidence, "")
        for t, s in scores.items()
    }
    assert follow(alone).empty


def test_a_run_over_two_times_writes_the_table(tmp_path: Path):
    """Two conditions on treatment: S6 falls early and is back late, in every subject."""
    rng = np.random.default_rng(3)
    names = [f"{s}_{c}" for s in "ABCDE" for c in ("pre", "early", "late")]
    values = rng.normal(24, 2, (80, 1)) + rng.normal(0, 0.2, (80, 15))
    values[0, 1::3] -= 2
    frame = pd.DataFrame(2**values, columns=names)
    frame.insert(0, "Gene", ["RPS6", *[f"GENE{i}" for i in range(79)]])
    frame.insert(1, "Site", ["S240", *[f"S{i + 5}" for i in range(79)]])
    frame.to_csv(tmp_path / "t.tsv", sep="\t", index=False)
    sheet = pd.DataFrame([(n, *n.split("_")) for n in names])
    sheet.columns = ["sample", "subject", "condition"]
    sheet.to_csv(tmp_path / "s.tsv", sep="\t", index=False)
    (tmp_path / "c.yaml").write_text(
        "name: times\ninput: {table: t.tsv, samples: s.tsv}\n"
        "design: {pre: pre, on: [early, late]}\nnormalization: {audit: false}\n",
        "utf-8",
    )
    table = pipeline.run(tmp_path / "c.yaml").table("trajectories")
    found = table.query("level == 'cohort' and readout == 'S6_S240_S244'").set_index("contrast")
    assert found.loc["early", "log2fc"] == pytest.approx(-2, abs=0.3)
    assert found.loc["late", "step"] == pytest.approx(2, abs=0.3)
    assert found.loc["late", "step_q"] < 0.01
    assert found.loc["late", "p"] > 0.01
    assert set(found["n_subjects"]) == {5}
