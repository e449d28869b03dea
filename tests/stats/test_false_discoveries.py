"""Missing stays missing: the list of a paired cohort holds as few false sites as it says."""

import numpy as np
import pytest

from phosres.stats import benjamini_hochberg, moderated

TRUE, ROWS, PAIRS, EFFECT = 300, 3000, 6, 1.5


def draw(rng: np.random.Generator) -> np.ndarray:
    """Six pairs; the first 300 rows change by 1.5; a third is missing, weak values more often."""
    level = rng.normal(24, 2, (ROWS, 1))
    subject = np.repeat(rng.normal(0, 0.8, (ROWS, PAIRS)), 2, axis=1)
    sd = 0.45 * np.sqrt(4 / rng.chisquare(4, (ROWS, 1)))
    y = level + subject + sd * rng.normal(size=(ROWS, 2 * PAIRS))
    y[:TRUE, 1::2] += EFFECT * rng.choice([-1, 1], (TRUE, 1))
    seen = 0.88 / (1 + np.exp(-1.2 * (y - 22.0)))
    return np.where(rng.random(y.shape) < seen, y, np.nan)


def test_false_discovery_proportion_with_a_third_missing():
    """At BH 5 %, at most 7 % of the list is false, and a good part of the truth is in it."""
    rng = np.random.default_rng(1)
    false, listed, found, missing = 0, 0, 0, []
    for _ in range(5):
        y = draw(rng)
        missing.append(np.isnan(y).mean())
        blocks = np.repeat(np.arange(PAIRS), 2)
        design = np.tile([0.0, 1.0], PAIRS)[:, None]
        fit = moderated(y, design, 0, blocks=blocks, trend=True, robust=True)
        called = benjamini_hochberg(fit.p) < 0.05
        listed += int(called.sum())
        false += int(called[TRUE:].sum())
        found += int(called[:TRUE].sum())
    assert np.mean(missing) == pytest.approx(0.34, abs=0.05)
    assert false / listed <= 0.07
    assert found / (5 * TRUE) > 0.2
