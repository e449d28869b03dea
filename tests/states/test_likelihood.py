"""The numeric core against sampling, and what its probabilities mean."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from phosres.states._channels import CHANNELS
from phosres.states._likelihood import ANYWHERE, Channels, infer
from phosres.states._model import (
    AXES,
    DOWN_MEDIAN,
    DUAL_PART,
    KEPT_SD,
    PARTLY,
    PATTERNS,
    SIZE_SPREAD,
    STATES,
    UP_MEDIAN,
)

NAMES = list(STATES)
AXIS = np.array([c.axis_index for c in CHANNELS])
GROUP = np.array([{"RPS6": 0, "EIF4EBP1": 1}.get(c.group, -1) for c in CHANNELS])
WITHIN = np.array([{"stretch": 0.9, "protein": 0.5}.get(c.correlation, 0.0) for c in CHANNELS])
BETWEEN = 0.2


def channels(y, se, df=8.0, lapse=None, within=WITHIN, between=BETWEEN):
    """Channels of some subjects; y is subjects x channels."""
    y = np.atleast_2d(np.asarray(y, float))
    n = len(y)

    def full(a):
        return np.broadcast_to(np.asarray(a, float), y.shape).copy()

    return Channels(
        y=y,
        se=full(se),
        df=full(df),
        lapse=full([c.lapse for c in CHANNELS] if lapse is None else lapse),
        spread=full([c.spread for c in CHANNELS]),
        axis=AXIS,
        group=GROUP,
        within=full(within),
        between=np.full(n, between),
        sharpness=np.ones(n),
    )


def draw_truth(rng, n):
    """States and true changes of the axes, drawn from the model's description by name."""
    shares = np.array([p.share for p in PATTERNS]) / len(NAMES)
    pattern = rng.choice(len(PATTERNS), n, p=shares / shares.sum())
    x = np.empty((n, len(AXES)))
    for k, name in enumerate(AXES):
        given = [getattr(p, name.lower()) for p in PATTERNS]
        chances = np.array([[*g, 0.0][:4] for g in given])[pattern]
        level = (rng.random(n)[:, None] > chances.cumsum(axis=1)).sum(axis=1)
        part = DUAL_PART if name == "DUAL" else 1.0
        size = part * np.exp(SIZE_SPREAD * rng.standard_normal(n))
        down, kept, up = -DOWN_MEDIAN * size, KEPT_SD * rng.standard_normal(n), UP_MEDIAN * size
        x[:, k] = np.choose(np.minimum(level, 3), [down, kept, up, PARTLY * down])
    state = np.array([NAMES.index(p.state) for p in PATTERNS])[pattern]
    return state, x


def test_quadrature_equals_sampling():
    """300,000 draws of the generative model, weighed by their likelihood, agree."""
    rng = np.random.default_rng(3)
    nan = np.nan
    y = np.array([-1.6, nan, -0.4, -0.9, nan, nan, nan, 0.7, 0.9, nan])
    se = 0.45
    seen = np.flatnonzero(np.isfinite(y))
    n = 300_000
    state, x = draw_truth(rng, n)
    z0, z1 = rng.standard_normal(n), rng.standard_normal((n, 2))
    tail = se * np.sqrt(1e6 / (1e6 - 2))
    weight = np.ones(n)
    for k in seen:
        within = max(WITHIN[k], BETWEEN) if GROUP[k] >= 0 else BETWEEN
        mean = x[:, AXIS[k]] + tail * np.sqrt(BETWEEN) * z0
        if GROUP[k] >= 0:
            mean += tail * np.sqrt(within - BETWEEN) * z1[:, GROUP[k]]
        variance = se**2 * (1 - within) + CHANNELS[k].spread ** 2
        wide = variance + se**2 + ANYWHERE**2
        reports = np.exp(-((y[k] - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
        anywhere = np.exp(-(y[k] ** 2) / (2 * wide)) / np.sqrt(2 * np.pi * wide)
        weight *= (1 - CHANNELS[k].lapse) * reports + CHANNELS[k].lapse * anywhere
    sampled = np.bincount(state, weight, len(NAMES)) / weight.sum()
    ours = infer(channels(y, se, df=1e6)).probability[0]
    assert_allclose(ours, sampled, atol=0.015)


def test_probabilities_mean_what_they_say_under_the_model():
    """Pairs drawn from the model itself: of what it says with p, a share p is true."""
    rng = np.random.default_rng(8)
    n, se = 700, 0.3
    state, x = draw_truth(rng, n)
    spread = np.array([c.spread for c in CHANNELS])
    y = x[:, AXIS] + np.sqrt(se**2 + spread**2) * rng.standard_normal((n, len(CHANNELS)))
    lapsed = rng.random(y.shape) < np.array([c.lapse for c in CHANNELS])
    y = np.where(lapsed, ANYWHERE * rng.standard_normal(y.shape), y)
    y[rng.random(y.shape) < 0.3] = np.nan
    given = channels(y, se, df=1e6, within=0.0, between=0.0)
    p = infer(given, leave_out=False).probability
    sure, right = p.max(axis=1), p.argmax(axis=1) == state
    for low in np.arange(0.3, 1.0, 0.1):
        here = (sure >= low) & (sure < low + 0.1)
        error = np.sqrt(0.25 / max(here.sum(), 1))
        assert abs(right[here].mean() - sure[here].mean()) < 4 * error
    assert right.mean() == pytest.approx(sure.mean(), abs=0.05)


def test_nothing_measured_leaves_the_prior():
    """Without any channel every state is as likely as before, with or without one of them."""
    out = infer(channels(np.full(len(CHANNELS), np.nan), 0.3))
    assert_allclose(out.probability, 1 / 7)
    assert_allclose(out.without, 1 / 7)


def test_leaving_a_channel_out_is_not_measuring_it():
    """The probability without a channel is that of the same data with a gap there."""
    y = np.array([-1.5, -1.0, -0.9, -1.2, -1.0, -0.8, 1.0, 0.6, 0.8, 0.1])
    out = infer(channels(y, 0.3))
    for k in (0, 3, 6):
        gap = y.copy()
        gap[k] = np.nan
        assert_allclose(out.without[0, k], infer(channels(gap, 0.3)).probability[0], atol=1e-12)


def test_one_readout_cannot_decide_alone():
    """However far and precise, a readout moves the odds of two states by a bounded factor."""
    both, kept = NAMES.index("BOTH_OFF"), NAMES.index("MTORC1_KEPT")
    y = np.full((6, len(CHANNELS)), np.nan)
    y[:, 0] = -np.arange(1, 7)
    for se in (0.3, 0.03, 0.003):
        p = infer(channels(y, se)).probability
        assert (p[:, both] / p[:, kept]).max() < 100
    assert p[-1] == pytest.approx(1 / 7, abs=1e-3)  # six log2 are no fall of S6: it lapsed


def test_a_doubted_readout_says_less():
    """Raising the probability that a readout does not report its axis draws to the prior."""
    y = np.full(len(CHANNELS), np.nan)
    y[[0, 3]] = 0.0
    sure = infer(channels(y, 0.2)).probability[0]
    doubted = infer(channels(y, 0.2, lapse=0.5)).probability[0]
    kept = NAMES.index("MTORC1_KEPT")
    assert sure[kept] > doubted[kept] > 1 / 7


def test_subjects_do_not_touch_one_another():
    """A subject's probabilities are the same alone and beside others."""
    rng = np.random.default_rng(1)
    y = rng.normal(-0.5, 1, (5, len(CHANNELS)))
    together = infer(channels(y, 0.3)).probability
    alone = np.concatenate([infer(channels(row, 0.3)).probability for row in y])
    assert_allclose(together, alone, atol=1e-13)
