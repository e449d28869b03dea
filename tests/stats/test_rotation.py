"""Self-contained set tests: the rotations they stand for, their size, and limma's neighbours."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from phosres.stats import fit_contrast, fit_residuals, moderated, rotate_sets
from phosres.stats.rotation import _exceed


@pytest.fixture(scope="module")
def members(synthetic_sets):
    """Rows of the synthetic sets by name."""
    return {n: rows["index1"].to_numpy() - 1 for n, rows in synthetic_sets.groupby("set")}


def test_p_values_are_those_of_drawn_rotations(synthetic, members):
    """20,000 random rotations of contrast and residual effects give both p values."""
    d = synthetic("complete")
    values, rows = d.values.to_numpy(), members["set03"]
    out = rotate_sets(values, d.design, 6, [rows])
    q = np.linalg.qr(d.design, mode="complete")[0]
    effects = (values @ q)[:, 6:]
    prior = moderated(values, d.design, 6)
    d0, s0 = prior.df_prior[0], prior.s2_prior[0]
    rng = np.random.default_rng(0)
    turns = rng.normal(size=(20_000, 6))
    turns /= np.linalg.norm(turns, axis=1, keepdims=True)
    total = (effects**2).sum(axis=1)
    left = total[:, None] * (1 - turns[:2000, 0] ** 2)
    scale = np.sqrt((d0 * s0 + left) / (d0 + 5)).mean(axis=1)
    own = (effects / scale[:, None])[rows]
    rotated = own @ turns.T
    more = np.abs(rotated.mean(axis=0)) >= abs(own[:, 0].mean())
    assert out.p[0] == pytest.approx(more.mean(), abs=0.015)
    mixed = (rotated**2).mean(axis=0) >= (own[:, 0] ** 2).mean()
    assert out.p_mixed[0] == pytest.approx(mixed.mean(), abs=0.015)


def test_one_row_is_its_own_t(synthetic):
    """A single row cannot be compared but with itself: its ordinary t, and mixed the same p."""
    d = synthetic("complete")
    values = d.values.to_numpy()
    out = rotate_sets(values, d.design, 6, [[7]])
    fit = fit_contrast(values[7:8], d.design, 6)
    assert_allclose(out.t, fit.effect / (fit.sigma * fit.stdev_unscaled))
    assert_allclose(out.p_mixed, out.p, atol=1e-8)
    assert out.df == 5


def test_blocks_are_the_dummies(synthetic, members):
    """Patients as blocks give what patients as columns give."""
    d = synthetic("complete")
    one = rotate_sets(d.values.to_numpy(), d.design, 6, list(members.values()))
    other = rotate_sets(
        d.values.to_numpy(), d.treated, 0, list(members.values()), blocks=d.patients
    )
    assert_allclose(other.p, one.p, atol=1e-9)
    assert_allclose(other.p_mixed, one.p_mixed, atol=1e-7)


def test_nearer_to_roast_than_fry_is(limma, synthetic, members):
    """limma's fry is not reproduced; on average our p is nearer to roast's by Monte Carlo."""
    d = synthetic("complete")
    out = rotate_sets(d.values.to_numpy(), d.design, 6, list(members.values()))
    fry = limma("3.54.1", "synth_complete__fry").loc[list(members)]
    roast = limma("3.54.1", "synth_complete__mroast_nrot19999_seed1_MONTECARLO").loc[list(members)]
    for ours, name in ((out.p, "PValue"), (out.p_mixed, "PValue.Mixed")):
        distance = np.abs(ours - roast[name])
        assert distance.mean() < np.abs(fry[name] - roast[name]).mean()
        assert distance.max() < 0.17
    assert np.abs(out.p - fry["PValue"]).max() == pytest.approx(0.205, abs=0.001)


def test_size_under_correlation():
    """3 pairs, rows that share .3: both p values are below .05 in 3 to 7 % of null sets."""
    rng = np.random.default_rng(1)
    treated, blocks = np.tile([0.0, 1.0], 3), np.repeat(np.arange(3), 2)
    sets = [np.arange(20 * i, 20 * i + 20) for i in range(10)]
    p, mixed = [], []
    for _ in range(60):
        noise = np.repeat(rng.normal(size=(10, 6)), 20, axis=0)
        y = np.sqrt(0.3) * noise + np.sqrt(0.7) * rng.normal(size=(200, 6))
        out = rotate_sets(y * rng.gamma(4, 0.2, (200, 1)), treated, 0, sets, blocks=blocks)
        p.append(out.p)
        mixed.append(out.p_mixed)
    assert 0.03 <= (np.array(p) < 0.05).mean() <= 0.07
    assert 0.03 <= (np.array(mixed) < 0.05).mean() <= 0.07


def test_power_and_signs():
    """A common change is found, with the signs its members have; without signs it cancels."""
    rng = np.random.default_rng(2)
    treated, blocks = np.tile([0.0, 1.0], 6), np.repeat(np.arange(6), 2)
    y = rng.normal(0, 0.5, (300, 12))
    signs = np.resize([1.0, -1.0], 20)
    y[:20] += signs[:, None] * treated
    rows = np.arange(20)
    signed = rotate_sets(y, treated, 0, [rows], blocks=blocks, signs=[signs])
    plain = rotate_sets(y, treated, 0, [rows], blocks=blocks)
    assert signed.p[0] < 0.001
    assert signed.mean[0] > 0
    assert plain.p[0] > 0.05
    assert plain.p_mixed[0] < 0.001


def test_incomplete_rows_take_no_part(synthetic):
    """A row with a gap is as if it were not there; a set of such rows has no p."""
    d = synthetic("complete")
    gaps = d.values.to_numpy().copy()
    gaps[[3, 5], 2] = np.nan
    out = rotate_sets(gaps, d.design, 6, [[1, 2, 3], [3, 5], []])
    shorter = rotate_sets(np.delete(gaps, [3, 5], axis=0), d.design, 6, [[1, 2]])
    assert_allclose(out.p[0], shorter.p[0], atol=1e-12)
    assert out.n.tolist() == [2, 0, 0]
    assert np.isnan(out.p[1:]).all()


def test_nothing_to_rotate_is_refused():
    """Without residual df or complete rows there is no test."""
    with pytest.raises(ValueError, match="no complete row"):
        rotate_sets(np.full((4, 4), np.nan), np.tile([0.0, 1.0], 2), 0, [[0]])
    with pytest.raises(ValueError, match="no complete row"):
        rotate_sets(np.ones((3, 2)), [0.0, 1.0], 0, [[0]], blocks=[0, 0])


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([1.0, -1.0], 0.5),
        ([1.0, -3.0], 1 / 3),  # P(F(1, 1) > 3)
        ([1.0, 1.0, -2.0, -2.0], 1 / 3),  # P(F(2, 2) > 2)
        ([2.0, 1.0], 1.0),
        ([-2.0, 0.0], 0.0),
    ],
)
def test_ratios_of_quadratic_forms_by_hand(weights, expected):
    """Equal weights on each side are an F distribution."""
    assert _exceed(np.array(weights)) == pytest.approx(expected, abs=1e-7)


def test_residuals_hold_what_rotation_needs(synthetic):
    """Residual and contrast effects together are all of a row but its nuisance part."""
    d = synthetic("complete")
    values = d.values.to_numpy()
    fit = fit_contrast(values, d.design, 6)
    left = fit_residuals(values, d.design)
    nuisance = fit_residuals(values, d.design[:, :6])
    total = (fit.effect / fit.stdev_unscaled) ** 2 + (left**2).sum(axis=1)
    assert_allclose(total, (nuisance**2).sum(axis=1), rtol=1e-9)
