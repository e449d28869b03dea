"""Planning from the noise of a cohort: its numbers are those of the power functions."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import phosres
from phosres import stats
from phosres.contrasts import contrast
from phosres.planning import state_plan
from phosres.table import FEATURE_COLUMNS, PhosphoTable, Source


@pytest.fixture(scope="module")
def cohort():
    """Six pairs of 400 features with a standard deviation of 0.3 log2 within a subject."""
    rng = np.random.default_rng(0)
    values = rng.normal(22, 2, (400, 1)) + rng.normal(0, 0.3, (400, 12))
    index = pd.Index([f"f{i}" for i in range(400)])
    sheet = pd.DataFrame(
        {"subject": [f"P{i // 2}" for i in range(12)], "condition": np.resize(["pre", "on"], 12)}
        | dict.fromkeys(("timepoint", "replicate", "batch"), ""),
        index=pd.Index([f"s{i}" for i in range(12)]),
    )
    features = pd.DataFrame(dict.fromkeys(FEATURE_COLUMNS, ""), index=index)
    frame = pd.DataFrame(values, index=index, columns=sheet.index)
    return PhosphoTable(frame, features, sheet, "log2_intensity", Source("t.tsv", "wide"))


def test_pairs_needed_with_the_noise_of_a_cohort(cohort):
    """The deviation is sqrt(2) times that of a sample, and counts are those of `count_pairs`."""
    made = contrast(cohort, pre="pre", on="on")
    table = phosres.plan(made, effects=[0.5, 1.0], tests=4)
    assert table["sd"].iloc[0] == pytest.approx(0.3 * np.sqrt(2), rel=0.05)
    assert table["n_now"].to_list() == [6, 6]
    assert set(table["unit"]) == {"pairs"}
    for row in table.itertuples():
        same = {"prior_df": row.df_prior, "tests": 4}
        assert row.n == stats.count_pairs(row.log2fc, row.sd, **same)
        power = stats.plan_pairs(6, row.sd, effect=row.log2fc, **same).power
        assert row.power_now == pytest.approx(float(power))


def test_groups_are_counted_by_sample(cohort):
    """Unpaired: the fewest samples a group that reach the power, and one fewer does not."""
    made = contrast(cohort, pre="pre", on="on", paired=False)
    row = phosres.plan(made, effects=[0.4], tests=4).iloc[0]
    assert row["unit"] == "samples a group"
    power = stats.plan_groups(
        [int(row["n"]) - 1, int(row["n"])],
        row["sd"],
        effect=0.4,
        prior_df=row["df_prior"],
        tests=4,
    ).power
    assert power[0] < 0.8 <= power[1]


def test_hopeless_changes_have_no_number(cohort):
    """A change far below the noise needs more than 10,000 pairs."""
    table = phosres.plan(contrast(cohort, pre="pre", on="on"), effects=[0.001])
    assert table["n"].isna().all()


def test_what_is_said(cohort):
    """The sentence names noise, panel, pairs and the cohort at hand; a single pair has none."""
    made = contrast(cohort, pre="pre", on="on")
    said = state_plan(made, tests=4).parameters["plan"]
    pairs = phosres.plan(made, tests=4)["n"].to_list()
    assert f"would need {pairs[0]} pairs for a change of 1 log2 and {pairs[1]} pairs" in said
    assert said.endswith("this cohort has 6.")
    single = replace(made, effects=made.effects[1:])
    assert "plan" not in state_plan(single, tests=4).parameters
    with pytest.raises(ValueError, match="no cohort"):
        phosres.plan(single)
