"""Features of one side only: what is said of them, how sure, and that no status hears of it."""

import numpy as np
import pandas as pd
import pytest

from phosres import stats
from phosres.columns import DETECTIONS
from phosres.contrasts import contrast
from phosres.scoring import score

nan = np.nan


def detectable(rng: np.random.Generator, values: np.ndarray) -> np.ndarray:
    """Weak values are missed, strong ones seldom."""
    seen = rng.random(values.shape) < 0.99 / (1 + np.exp(-1.5 * (values - 21)))
    return np.where(seen, values, nan)


@pytest.fixture
def study(spot, tabulate):
    """Two curated features with levels and values by hand, on a background of weak sites."""

    def build(sheet: list[tuple[str, str]], *rows: list[float]):
        rng = np.random.default_rng(1)
        spots = [spot("RPS6", "S240;S244"), spot("EIF4EBP1", "S65")][: len(rows)]
        names = [f"{s}{c}{i}" for i, (s, c) in enumerate(sheet)]
        frame = pd.DataFrame(sheet, columns=["subject", "condition"], index=names)
        level = rng.normal(22, 2, (1500, 1))
        rest = detectable(rng, level + rng.normal(0, 0.3, (1500, len(sheet))))
        return contrast(tabulate(np.vstack([rows, rest]), spots, frame), pre="pre", on="on")

    return build


PAIR = [("A", "pre"), ("A", "on")]


def test_a_pair_with_a_lost_and_a_new_form(study):
    """Each with the chance of a miss at its intensity, from the pair's own curve."""
    c = study(PAIR, [26.0, nan], [nan, 21.0])
    scores = score(c)
    table = scores.detections.set_index("readout")
    curve = stats.fit_detection(c.data.values.to_numpy(), [0, 0])
    for readout, at, words in (
        ("S6_S240_S244", 26.0, "not detected on treatment (P = "),
        ("4EBP1", 21.0, "newly detected on treatment (P = "),
    ):
        row = table.loc[readout]
        assert row["p"] == pytest.approx(1 - float(curve.at(at)))
        assert row["text"].startswith(words)
        assert row["mean_log2"] == at
    assert table.loc["S6_S240_S244", "p"] < 0.05
    assert table.loc["4EBP1", "text"].endswith(", no more than chance)")
    assert table.loc["4EBP1", ["seen_pre", "n_pre", "seen_on", "n_on"]].tolist() == [0, 1, 1, 1]


def test_no_status_and_no_change_comes_of_it(study):
    """A lost readout stays inconclusive without a change; two columns say what was seen."""
    row = score(study(PAIR, [28.0, nan])).readouts.set_index("readout").loc["S6_S240_S244"]
    assert row["status"] == "inconclusive"
    assert row[["log2fc", "p", "q"]].isna().all()
    assert row["p_detection"] < 0.05
    assert "not detected on treatment (P = " in row["detection"]


def test_k_of_k(study):
    """All three against none of three is surer than one against none; two of three: not judged."""
    sheet = [("A", "pre")] * 3 + [("A", "on")] * 3
    table = score(study(sheet, [23.0, 23.0, 23.0, nan, nan, nan], [23.0, 23.0, nan, nan, nan, nan]))
    p = table.detections.set_index("readout")["p"]
    one = score(study(PAIR, [23.0, nan])).detections["p"].iloc[0]
    assert p["S6_S240_S244"] < one / 2
    assert np.isnan(p["4EBP1"])
    text = table.detections.set_index("readout").loc["4EBP1", "text"]
    assert text == (
        "not detected on treatment (cannot be judged: seen in 2 of 3 samples of that side only)"
    )


def test_several_forms_had_the_chance(spot, tabulate):
    """The P of a readout is the least of its forms times the forms that could have been missed."""
    rng = np.random.default_rng(2)
    spots = [spot("RPS6", "S240;S244"), spot("RPS6", "S235;S240"), spot("RPS6", "S244")]
    frame = pd.DataFrame({"subject": "A", "condition": ["pre", "on"]}, index=["a", "b"])
    rest = detectable(rng, rng.normal(22, 2, (1500, 1)) + rng.normal(0, 0.3, (1500, 2)))
    values = np.vstack([[[25.0, nan], [25.0, 25.2], [23.0, nan]], rest])
    scores = score(contrast(tabulate(values, spots, frame), pre="pre", on="on"))
    least = scores.detections["p"].min()
    row = scores.readouts.set_index("readout").loc["S6_S240_S244"]
    assert row["p_detection"] == pytest.approx(3 * least)


def test_without_misses_there_is_no_curve(spot, observed):
    """A table too small or too full to learn from says so, with the numbers."""
    scores = score(observed(spot("RPS6", "S240;S244", nan)))
    assert list(scores.detections.columns) == DETECTIONS.names
    assert scores.detections["p"].isna().all()


def test_chance_is_what_it_says_on_null_pairs(tabulate, spot):
    """On pairs without a change, forms are missed as often as their P says."""
    rng = np.random.default_rng(3)
    spots = [spot("RPS6", "S240;S244", multiplicity=i) for i in range(1, 61)]
    expected, missed = 0.0, 0
    for _ in range(12):
        level = rng.normal(23, 1.5, (1560, 1))
        values = detectable(rng, level + rng.normal(0, 0.3, (1560, 2)))
        frame = pd.DataFrame({"subject": "A", "condition": ["pre", "on"]}, index=["a", "b"])
        c = contrast(tabulate(values, spots, frame), pre="pre", on="on")
        table = score(c).detections
        curve = stats.fit_detection(values, [0, 0])
        seen = values[:60][np.isfinite(values[:60, 0])]
        expected += float((1 - curve.at(seen[:, 0])).sum())
        missed += int((table["seen_pre"] == 1).sum())
    assert missed > 60
    assert missed == pytest.approx(expected, abs=3 * np.sqrt(expected))
