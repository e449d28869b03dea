"""Self-contained set tests for cohorts: does any member of a set change, whatever the others do?

Under no change the noise of a row has no direction: contrast and residual effects may be rotated
among each other (Langsrud 2005, Stat Comput 15:53, doi 10.1007/s11222-005-4789-5; Wu et al. 2010
(roast), Bioinformatics 26:2176, doi 10.1093/bioinformatics/btq401). All rows are rotated together,
so that their correlation, whatever it is, stays in the reference distribution. For a mean of rows
on fixed scales that distribution is known, and no rotation needs to be drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.linear import fit_contrast, fit_residuals
from phosres.stats.prior import squeeze_variances
from phosres.stats.student import two_sided

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Nodes of the average over a row's share of noise: a smooth function, exact to 1e-12 with these.
NODES = 64
# The oscillating integral of a ratio of quadratic forms is wanted to this absolute error.
ENOUGH = 1e-9


@dataclass(frozen=True)
class RotationTests:
    """Self-contained tests of sets; every array has shape (sets,).

    Parameters
    ----------
    mean
        Mean standardised effect of the members, in standard errors of one row.
    t, p
        Test that the members move one way, on `df` degrees of freedom; NaN without members.
    p_mixed
        Test that members move at all, in whatever directions.
    df
        Residual degrees of freedom, one number.
    n
        Members the test rests on: those measured in every sample.
    """

    mean: FloatArray
    t: FloatArray
    p: FloatArray
    p_mixed: FloatArray
    df: float
    n: IntArray


def rotate_sets(
    values: ArrayLike,
    design: ArrayLike,
    contrast: ArrayLike,
    sets: Sequence[ArrayLike],
    *,
    blocks: ArrayLike | None = None,
    signs: Sequence[ArrayLike] | None = None,
) -> RotationTests:
    """Test each set of rows for a change of its own.

    Each row's contrast effect e (of unit variance in sigma) and residuals are divided by one number
    s that rotation cannot change: its moderated standard deviation averaged over all rotations,
    ``E[sqrt((d0 s0^2 + (e^2 + SS) B) / (d0 + d))]``, B ~ Beta(d / 2, 1 / 2). Then
    ``t = mean(e / s) / sqrt(|mean(r / s)|^2 / d)`` has Student's distribution on d degrees of
    freedom under any correlation between the rows. *Mixed* compares the mean square of e / s with
    its rotations: a ratio of quadratic forms, whose tail is Imhof's integral.

    limma's ``fry`` tests the same hypothesis with another scale of the rows: both are close to
    roast by Monte Carlo, not to each other's digits.

    Parameters
    ----------
    values
        Log2 values, shape (rows, samples). Rows with NaN take no part: a rotation needs all
        effects (`compare_sets` on moderated t is for those).
    design, contrast, blocks
        As in `phosres.stats.moderated`.
    sets
        Row indices of each set; duplicates count once.
    signs
        For each set +1 or -1 for each of its row indices. None: all +1.

    Returns
    -------
    The tests.

    Raises
    ------
    ValueError
        If shapes disagree, or no complete row has residual degrees of freedom.

    References
    ----------
    Imhof 1961, Biometrika 48:419, doi 10.1093/biomet/48.3-4.419
    """
    y = np.asarray(values, dtype=np.float64)
    complete = np.flatnonzero(np.isfinite(y).all(axis=1))
    fit = fit_contrast(y[complete], design, contrast, blocks=blocks)
    usable = np.isfinite(fit.effect) & (fit.df_residual > 0) & (fit.sigma > 0)
    complete, d = complete[usable], float(fit.df_residual[usable].max(initial=0.0))
    if not complete.size:
        raise ValueError("no complete row has residual degrees of freedom")
    effect = (fit.effect / fit.stdev_unscaled)[usable]
    left = fit_residuals(y[complete], design, blocks=blocks)
    scale = _average_scale(effect, fit.sigma[usable], d)
    standard = np.column_stack([effect, left]) / scale[:, None]
    place = np.full(y.shape[0], -1)
    place[complete] = np.arange(complete.size)
    given = [None] * len(sets) if signs is None else signs
    found = [_test(standard, place, one, s, d) for one, s in zip(sets, given, strict=True)]
    mean, t, mixed, n = (
        (np.array(column) for column in zip(*found, strict=True)) if found else (np.zeros((4, 0)))
    )
    return RotationTests(mean, t, two_sided(t, d), mixed, d, n.astype(np.int64))


def _average_scale(effect: FloatArray, sigma: FloatArray, d: float) -> FloatArray:
    """Average each row's moderated standard deviation over all rotations of its effects."""
    from scipy.special import roots_jacobi

    prior = squeeze_variances(sigma**2, np.full(sigma.shape, d))
    total = effect**2 + d * sigma**2
    x, weight = roots_jacobi(NODES, -0.5, d / 2 - 1)
    share = (1 + x) / 2
    d0, s0 = prior.df, prior.variance
    known = np.isfinite(d0)
    least = np.where(known, d0, 1.0)
    posterior = (least * s0)[:, None] + total[:, None] * share
    averaged = np.sqrt(posterior / (least + d)[:, None]) @ (weight / weight.sum())
    return np.asarray(np.where(known, averaged, np.sqrt(s0)))


def _test(
    standard: FloatArray, place: IntArray, rows: ArrayLike, signs: ArrayLike | None, d: float
) -> tuple[float, float, float, int]:
    """Test one set: mean, t, mixed p, members."""
    index, first = np.unique(np.asarray(rows, dtype=np.int64), return_index=True)
    sign = np.ones(index.size) if signs is None else np.asarray(signs, np.float64)[first]
    known = place[index] >= 0
    own = standard[place[index[known]]] * sign[known][:, None]
    if not len(own):
        return np.nan, np.nan, np.nan, 0
    mean = own.mean(axis=0)
    noise = float(np.sqrt((mean[1:] ** 2).sum() / d))
    form: FloatArray = np.linalg.eigvalsh(own.T @ own)[::-1][: int(d) + 1].astype(np.float64)
    mixed = _exceed(form - float((own[:, 0] ** 2).sum()))
    return float(mean[0]), float(mean[0] / noise) if noise > 0 else np.nan, mixed, len(own)


def _exceed(weights: FloatArray) -> float:
    """Return P(sum of weights times squared standard normals > 0)."""
    from scipy.integrate import quad

    size = float(np.abs(weights).max())
    if size == 0 or (weights >= 0).all():
        return 1.0
    if (weights <= 0).all():
        return 0.0
    a = weights / size

    def integrand(u: float) -> float:
        angle = 0.5 * float(np.arctan(a * u).sum())
        return float(np.sin(angle) / (u * np.exp(0.25 * np.log1p((a * u) ** 2).sum())))

    # On log u both ends are smooth.
    value = quad(lambda x: integrand(np.exp(x)) * np.exp(x), -40.0, 40.0, epsabs=ENOUGH, limit=500)[
        0
    ]
    return float(np.clip(0.5 + value / np.pi, 0.0, 1.0))
