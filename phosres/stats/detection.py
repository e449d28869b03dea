"""How likely a site is missed where nothing changed: the false rate of "not detected".

A site seen before treatment and not on it may have fallen, or may have been missed again: between
replicates of one condition half of the weak sites come and go. The curve P(detected | intensity)
is learnt on held-out samples, predicted from others as it will be used, so the winner's curse (a
single seen value is too high, because low ones are not seen) is part of it.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Fewer held-out samples, or fewer misses or hits among them, fix no curve (stated minimum).
MIN_CASES, MIN_OUTCOMES = 200, 20
# Bounds of the slope per log2 (at 0 intensity says nothing, at 50 detection is a cut) and of the
# share missed at any intensity.
SLOPES, LAPSES = (0.0, 50.0), (0.0, 0.9)
# The likelihood is that of held-out values in this many bins of equal count.
BINS = 500


@dataclass(frozen=True)
class DetectionCurve:
    """P(detected) = (1 - lapse) / (1 + exp(-(intercept + slope (intensity - centre)))).

    Parameters
    ----------
    intercept, slope, centre
        Of the logistic curve; intensity is the mean log2 value of the samples it was seen in.
    lapse
        Share missed however intense: without it the misses of strong sites look impossible.
    runs
        Samples the intensity is the mean of.
    overdispersion
        How misses of one site go together beyond its intensity: 0 independent, inf always
        together; NaN where the table cannot tell (then several misses count as one).
    n
        Held-out samples it was fitted on.
    """

    intercept: float
    slope: float
    centre: float
    lapse: float
    runs: int
    overdispersion: float
    n: int

    def at(self, intensity: ArrayLike) -> FloatArray:
        """Return the probability of detection in one more sample.

        Parameters
        ----------
        intensity
            Mean log2 value where it was seen, any shape.

        Returns
        -------
        Probabilities, NaN where the intensity is.
        """
        from scipy.special import expit

        a = np.asarray(intensity, dtype=np.float64)
        return np.asarray((1 - self.lapse) * expit(self.intercept + self.slope * (a - self.centre)))


def fit_detection(values: ArrayLike, groups: ArrayLike, *, runs: int = 1) -> DetectionCurve:
    """Fit the detection curve of a table.

    Every sample is predicted from the `runs` others of its group that follow it, for the sites
    that all of them saw. Groups of one condition give the rate of chance misses. Where there are
    no replicates the two samples of a pair can be a group: real losses then count as misses, and
    the calls become fewer, never more.

    Parameters
    ----------
    values
        Normalised log2 values, shape (rows, samples), NaN where not measured.
    groups
        Integer code of each sample; samples of one code are alike. Codes below 0 are left out.
    runs
        Samples in which a site is seen before one asks about the next.

    Returns
    -------
    The curve.

    Raises
    ------
    ValueError
        If shapes disagree, no group has more than `runs` samples, there are fewer than 200
        held-out cases, or fewer than 20 of them are hits or misses.

    References
    ----------
    Detection as a logistic function of log intensity: Li & Smyth 2023, Bioinformatics 39:btad200,
    doi 10.1093/bioinformatics/btad200.
    """
    y, codes = np.asarray(values, dtype=np.float64), np.asarray(groups)
    if y.ndim != 2 or codes.shape != y.shape[1:] or runs < 1:
        raise ValueError(f"values have shape {y.shape}, groups {codes.shape}, runs is {runs!r}")
    columns = [np.flatnonzero(codes == c) for c in np.unique(codes[codes >= 0])]
    cases = [_hold_out(y[:, c], runs) for c in columns if c.size > runs]
    if not cases:
        raise ValueError(f"no group has more than {runs} samples: detection cannot be learnt")
    x, hit = np.concatenate([c[0] for c in cases]), np.concatenate([c[1] for c in cases])
    few = min(int(hit.sum()), int((~hit).sum()))
    if x.size < MIN_CASES or few < MIN_OUTCOMES:
        raise ValueError(
            f"{x.size} held-out values with {few} of the rarer outcome; a detection curve needs "
            f"{MIN_CASES} and {MIN_OUTCOMES}"
        )
    centre = float(x.mean())
    curve = DetectionCurve(*_fit_logistic(x - centre, hit, centre), runs, np.nan, x.size)
    spread = _fit_overdispersion(curve, [c for c in cases if c[2].size])
    return replace(curve, overdispersion=spread)


def miss_probability(
    curve: DetectionCurve, intensity: ArrayLike, misses: ArrayLike = 1
) -> FloatArray:
    """Return the probability that an unchanged site is missed in all of several samples.

    With q the probability of one miss and f the overdispersion: prod_i (q + i f) / (1 + i f), i = 0
    .. misses - 1 (beta-binomial); with f = 0 it is q^misses.

    Parameters
    ----------
    curve
        From `fit_detection`, with `runs` the samples behind `intensity` (or fewer: careful).
    intensity
        Mean log2 value where the site was seen, any shape.
    misses
        Samples in which it was not, all of those measured; broadcast with `intensity`.

    Returns
    -------
    Probabilities: the false rate of the statement "not detected", never a fold change. NaN where
    the intensity is.

    Raises
    ------
    ValueError
        If a number of misses is below 1.

    References
    ----------
    Beta-binomial: Skellam 1948, J R Stat Soc B 10:257.
    """
    k = np.asarray(misses)
    if (k < 1).any():
        raise ValueError("a probability of misses needs at least one")
    q = 1.0 - curve.at(intensity)
    f = np.inf if np.isnan(curve.overdispersion) else curve.overdispersion
    out = np.broadcast_to(q, np.broadcast_shapes(q.shape, k.shape)).copy()
    for i in range(1, int(k.max(initial=1))):
        more = 1.0 if np.isinf(f) else (q + i * f) / (1.0 + i * f)
        out = np.where(k > i, out * more, out)
    return out


Cases = tuple[FloatArray, NDArray[np.bool_], NDArray[np.bool_]]


def _hold_out(y: FloatArray, runs: int) -> Cases:
    """Return intensity and hit of every held-out value and, where two can be held out, both hits.

    The pairs have shape (cases, 2), or (0, 2).
    """
    n = y.shape[1]
    intensity, hit, pairs = [], [], []
    for j in range(n):
        seen = y[:, [(j + i) % n for i in range(1, runs + 1)]]
        use = np.isfinite(seen).all(axis=1)
        intensity.append(seen[use].mean(axis=1))
        hit.append(np.isfinite(y[use, j]))
        if n > runs + 1:
            pairs.append(np.isfinite(y[use][:, [j, (j + runs + 1) % n]]))
    both = np.concatenate(pairs) if pairs else np.empty((0, 2), dtype=bool)
    return np.concatenate(intensity), np.concatenate(hit), both


def _fit_logistic(
    x: FloatArray, hit: NDArray[np.bool_], centre: float
) -> tuple[float, float, float, float]:
    """Fit intercept, slope and lapse by maximum likelihood; returns them with the centre."""
    from scipy.optimize import minimize
    from scipy.special import expit

    order = np.argsort(x, kind="stable")
    starts = np.unique(np.linspace(0, x.size, min(BINS, x.size) + 1).astype(np.int64)[:-1])
    n = np.diff(np.r_[starts, x.size])
    middle = np.add.reduceat(x[order], starts) / n
    hits = np.add.reduceat(hit[order].astype(np.float64), starts)
    tiny = np.finfo(float).tiny

    def loss(b: FloatArray) -> float:
        p = (1.0 - b[2]) * expit(b[0] + b[1] * middle)
        lost = n - hits
        return -float(hits @ np.log(p + tiny) + lost @ np.log1p(-p + tiny)) / x.size

    rate = float(hit.mean())
    start = np.array([np.log(rate / (1.0 - rate)), 1.0 / max(float(x.std()), 0.1), 0.01])
    bounds = [(-50.0, 50.0), SLOPES, LAPSES]
    found = minimize(loss, start, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-13})
    intercept, slope, lapse = (float(v) for v in found.x)
    return intercept, slope, centre, lapse


def _fit_overdispersion(curve: DetectionCurve, cases: list[Cases]) -> float:
    """Match the number of double misses: sum(q (q + f) / (1 + f)) = sum(both missed)."""
    if not cases:
        return np.nan
    q = np.concatenate([1.0 - curve.at(x) for x, _, _ in cases])
    both = sum(float((~pairs).all(axis=1).sum()) for _, _, pairs in cases)
    independent, together = float(q @ q), float(q.sum())
    if both >= together:
        return np.inf
    return max(both - independent, 0.0) / (together - both)
