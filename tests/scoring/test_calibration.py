"""Calibration on simulated cohorts in which nothing happened, and power where something did.

Of 750 null cohorts of six pairs 5.6 % had any readout and 5.5 % any complex called; of 600 single
pairs 1.3 % and 2.2 %. The few cohorts that are run here can only show that such rates are not
exceeded by far, so counts are compared with what chance allows.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from phosres import contrasts, normalization, pipeline
from phosres.results import Scores
from phosres.scoring import score
from phosres.simulation import simulate, write

SEEDS = 20
LIMIT = 0.07
"""Most false results: 5 % nominal and a little for a noise model that is not the simulation's."""
CHANCE = 0.01
"""A count that is rarer than this at the limit is too large."""


class Tallies(NamedTuple):
    """Tables of all null cohorts together, with their seed."""

    readouts: pd.DataFrame
    activities: pd.DataFrame


def run(folder, **given) -> Scores:
    """Simulate, read, normalise, compare and score, as a run does."""
    made = simulate(n_peptidoforms=1500, **given)
    sites, sheet = write(made, folder)[:2]
    table = normalization.normalize(pipeline.read(sites, sheet))
    return score(contrasts.contrast(table, pre="pre", on="on"))


@pytest.fixture(scope="module")
def nulls(tmp_path_factory) -> Iterator[Tallies]:
    """Twenty cohorts of six pairs without any drug effect."""
    folder = tmp_path_factory.mktemp("null")
    scores = [run(folder, n_patients=6, null=True, seed=s) for s in range(SEEDS)]
    return Tallies(
        pd.concat([s.readouts.assign(seed=i) for i, s in enumerate(scores)]),
        pd.concat([s.activities.assign(seed=i) for i, s in enumerate(scores)]),
    )


def too_many(false: int, n: int) -> bool:
    """Whether so many false results of n are hardly possible at the limit."""
    return bool(binom.sf(false - 1, n, LIMIT) < CHANCE)


def false_calls(table: pd.DataFrame, level: str) -> tuple[int, int]:
    """Count cohorts, or pairs, with any row that is called up or down; and all of them."""
    rows = table[table["level"] == level]
    called = rows["status"].isin(["up", "down"])
    units = called.groupby([rows["seed"], rows["subject"]]).any()
    return int(units.sum()), len(units)


def small_p(table: pd.DataFrame, level: str) -> float:
    """Share of p values below 0.05."""
    p = table.loc[(table["level"] == level) & table["p"].notna(), "p"]
    assert len(p) > 20
    return float((p < 0.05).mean())


@pytest.mark.slow
@pytest.mark.parametrize("level", ["cohort", "subject"])
def test_false_readouts_are_rare(nulls, level):
    """No more than 7 % of null cohorts, and of null pairs, have any readout called."""
    false, n = false_calls(nulls.readouts, level)
    assert n == (SEEDS if level == "cohort" else 6 * SEEDS)
    assert not too_many(false, n)


@pytest.mark.slow
@pytest.mark.parametrize("level", ["cohort", "subject"])
def test_false_complexes_are_rare(nulls, level):
    """No more than 7 % of null cohorts, and of null pairs, have mTORC1 or mTORC2 called."""
    complexes = nulls.activities[nulls.activities["kind"] == "complex"]
    assert not too_many(*false_calls(complexes, level))


@pytest.mark.slow
@pytest.mark.parametrize("level", ["cohort", "subject"])
def test_false_sets_are_rare(nulls, level):
    """At most 7 % of sets have a p below 0.05, and hardly a null cohort has any set called."""
    sets = nulls.activities[nulls.activities["kind"] != "complex"]
    assert small_p(sets, level) <= LIMIT
    assert not too_many(*false_calls(sets, level))


@pytest.mark.slow
def test_p_values_of_sets_are_not_too_small_anywhere(nulls):
    """Tail by tail, p values below 0.01 and 0.2 are no more frequent than they may be."""
    sets = nulls.activities[nulls.activities["kind"] == "pathway"]
    p = sets.loc[(sets["level"] == "cohort") & sets["p"].notna(), "p"]
    assert (p < 0.01).mean() <= 0.02
    assert (p < 0.2).mean() <= 0.25


@pytest.mark.slow
def test_single_pairs_claim_no_standstill(nulls):
    """One pair of biopsies is too little to show that nothing changed, but for rare exceptions."""
    alone = nulls.readouts[nulls.readouts["level"] == "subject"]
    assert (alone["status"] == "unchanged").mean() < 0.05


@pytest.mark.slow
def test_six_pairs_can_show_a_standstill(nulls):
    """With six null pairs, most measured readouts of S6 and 4E-BP1 are shown to be unchanged."""
    own = nulls.readouts[(nulls.readouts["level"] == "cohort") & nulls.readouts["p"].notna()]
    assert (own["status"] == "unchanged").mean() > 0.4


@pytest.mark.slow
def test_responders_are_found(tmp_path):
    """With the drug at work in six responders, S6 and mTORC1 fall at cohort level."""
    scores = run(tmp_path, n_patients=6, states=["responder"], ischemic_patient=False, seed=3)
    own = scores.readouts[scores.readouts["level"] == "cohort"].set_index("readout")
    assert own.loc["S6_S240_S244", "status"] == "down"
    complexes = scores.activities[scores.activities["level"] == "cohort"].set_index("set")
    assert complexes.loc["MTORC1", "status"] == "down"
    assert np.isfinite(complexes.loc["MTORC1", "se"])


@pytest.mark.slow
def test_equal_input_gives_equal_scores(tmp_path):
    """Twice the same cohort gives the same tables to the last bit."""
    one, other = (run(tmp_path, n_patients=2, seed=5) for _ in range(2))
    pd.testing.assert_frame_equal(one.readouts, other.readouts)
    pd.testing.assert_frame_equal(one.activities, other.activities)
    pd.testing.assert_frame_equal(one.evidence, other.evidence)
