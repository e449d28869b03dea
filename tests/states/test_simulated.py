"""Simulated pairs through the whole way: file, contrast, states; and what the study measures."""

import numpy as np
import pytest

import phosres
from tests.benchmarks.state_pairs import make_pairs
from tests.benchmarks.states import NAMES, gain, gates_only, measure, reliability, study


@pytest.fixture(scope="module")
def found():
    """Three good pairs of each state: little missing, biopsies that differ little."""
    pairs = make_pairs(21, 11, missing=0.1, biopsy=0.1, n_forms=1000)
    return study(pairs.contrast, gates_only(pairs.contrast), pairs.truth)


def test_planted_states_are_found(found):
    """Of good pairs most are right, and of what is claimed nearly all."""
    truth = found.truth["state"].to_numpy(str)
    best = np.array(NAMES)[found.probability.argmax(axis=1)]
    named = found.claimed != "CANNOT_TELL"
    assert (best == truth).mean() > 0.7
    assert named.mean() > 0.4
    assert (found.claimed == truth)[named].mean() > 0.85


def test_stress_sites_are_scored_as_in_a_run():
    """The short way of the study to the ischemia gate gives the number of `score`."""
    pairs = make_pairs(1, 3, missing=0.2, n_forms=1000)
    short = gates_only(pairs.contrast).activities.set_index("set")
    full = phosres.score(pairs.contrast).activities.set_index("set")
    for column in ("p", "score"):
        assert short.loc["QC_ISCHEMIA", column] == full.loc["QC_ISCHEMIA", column]


def test_measures_by_hand():
    """Two pairs, said 0.8 and 0.6, one right: accuracy, calibration, Brier score and log loss."""
    p = np.full((2, len(NAMES)), 0.0)
    p[0, :2] = 0.8, 0.2
    p[1, :2] = 0.6, 0.4
    truth = np.array([0, 1])
    out = measure(p, truth)
    assert out["accuracy"] == 0.5
    assert out["ECE"] == pytest.approx((0.2 + 0.6) / 2)
    assert out["Brier"] == pytest.approx((0.04 + 0.04 + 0.36 + 0.36) / 2)
    assert out["log loss"] == pytest.approx(-(np.log(0.8) + np.log(0.4)) / 2)
    table = reliability(p, truth)
    assert list(table["right"]) == [0.0, 1.0]
    assert gain(p, p[::-1], truth)[0] == 0.0
