"""Two smoothers of y on x: a natural cubic spline and robust local regression (lowess)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Trend:
    """A fitted constant or natural spline.

    Parameters
    ----------
    coefficients
        Of the basis; a single one is a constant.
    knots
        Shape (K,); empty for a constant.
    residual_variance
        (Weighted) residual sum of squares over the rows minus the coefficients.
    """

    coefficients: FloatArray
    knots: FloatArray
    residual_variance: float

    def at(self, x: FloatArray) -> FloatArray:
        """Evaluate at x, linearly beyond the outer knots.

        Parameters
        ----------
        x
            Shape (n,).

        Returns
        -------
        Shape (n,).
        """
        if self.knots.size == 0:
            return np.full(x.shape, self.coefficients[0])
        return np.asarray(natural_spline_basis(x, self.knots) @ self.coefficients)


def fit_trend(x: FloatArray | None, y: FloatArray, weights: FloatArray | None = None) -> Trend:
    """Fit a natural spline with 1, 2, 3 or 4 coefficients from 1, 3, 6 and 30 points.

    Inner knots are at equally spaced quantiles of x.

    Parameters
    ----------
    x
        Shape (n,), or None for a constant.
    y
        Shape (n,).
    weights
        Shape (n,), relative precision; default equal.

    Returns
    -------
    The fit.
    """
    n = y.size
    knots = np.empty(0)
    basis = np.ones((n, 1))
    if x is not None:
        distinct = np.unique(x)
        columns = min(1 + (n >= 3) + (n >= 6) + (n >= 30), distinct.size)
        if columns >= 2:
            inner = np.quantile(x, np.linspace(0, 1, columns))[1:-1]
            knots = np.unique(np.r_[distinct[0], inner, distinct[-1]])
            basis = natural_spline_basis(x, knots)
    root = np.ones(n) if weights is None else np.sqrt(weights)
    solution = np.linalg.lstsq(basis * root[:, None], y * root, rcond=None)[0]
    coefficients = np.asarray(solution, dtype=np.float64)
    residual = root * (y - basis @ coefficients)
    freedom = n - basis.shape[1]
    spread = float(residual @ residual) / freedom if freedom > 0 else 0.0
    return Trend(coefficients, knots, spread)


def natural_spline_basis(x: FloatArray, knots: FloatArray) -> FloatArray:
    """Return a basis (with constant) of the natural cubic splines with the given knots.

    A natural spline is cubic between knots and linear beyond the outer ones, so K knots give K
    columns. Any basis of that space gives the same fitted values; this is the truncated-power
    one on a unit interval.

    Parameters
    ----------
    x
        Shape (n,).
    knots
        Increasing, boundary knots included, shape (K,), K >= 2.

    Returns
    -------
    Shape (n, K).

    References
    ----------
    Hastie, Tibshirani & Friedman 2009, The Elements of Statistical Learning, section 5.2.1.
    """
    low, high = knots[0], knots[-1]
    u = (x - low) / (high - low)
    t = (knots - low) / (high - low)

    def hinge(k: int) -> FloatArray:
        cubes = np.maximum(u - t[k], 0.0) ** 3 - np.maximum(u - t[-1], 0.0) ** 3
        return np.asarray(cubes / (t[-1] - t[k]))

    last = hinge(len(t) - 2)
    curved = [hinge(k) - last for k in range(len(t) - 2)]
    return np.column_stack([np.ones_like(u), u, *curved])


def lowess(
    x: FloatArray, y: FloatArray, *, span: float, iterations: int = 3, delta: float | None = None
) -> FloatArray:
    """Smooth y on x by local lines with tricube weights and bisquare robustness iterations.

    Parameters
    ----------
    x, y
        Shape (n,), finite.
    span
        Share of the points in each local fit.
    iterations
        Robustness iterations after the first fit.
    delta
        Distance on x within which fits are interpolated linearly; default 1 % of the range.

    Returns
    -------
    Fitted values in the order of `x`.

    References
    ----------
    Cleveland 1979, J Am Stat Assoc 74:829, doi 10.1080/01621459.1979.10481038
    """
    order = np.argsort(x, kind="stable")
    xs, ys = x[order], y[order]
    n = xs.size
    if n < 2 or xs[0] == xs[-1]:
        return np.full(n, y.mean()) if n else np.empty(0)
    width = min(n, max(2, int(span * n + 1e-7)))
    delta = 0.01 * (xs[-1] - xs[0]) if delta is None else delta
    anchors = _anchors(xs, delta)
    left = _window_starts(xs, anchors, width)
    robustness = np.ones(n)
    for iteration in range(iterations + 1):
        fits = [
            _local_line(xs, ys, robustness, i, start, start + width - 1)
            for i, start in zip(anchors, left, strict=True)
        ]
        fitted = np.interp(xs, xs[anchors], fits)
        if iteration == iterations:
            break
        residual = np.abs(ys - fitted)
        scale = 6.0 * np.median(residual)
        if scale < 1e-7 * residual.mean():
            break
        robustness = np.where(
            residual <= 0.001 * scale,
            1.0,
            np.where(residual <= 0.999 * scale, (1.0 - (residual / scale) ** 2) ** 2, 0.0),
        )
    out = np.empty(n)
    out[order] = fitted
    return out


def _anchors(x: FloatArray, delta: float) -> list[int]:
    """Choose the points to fit: at most `delta` apart, always the first and the last x."""
    anchors = [0]
    while True:
        last = int(np.searchsorted(x, x[anchors[-1]], side="right")) - 1
        if last >= x.size - 1:
            return anchors
        within = int(np.searchsorted(x, x[last] + delta, side="right")) - 1
        anchors.append(max(last + 1, within))


def _window_starts(x: FloatArray, anchors: list[int], width: int) -> list[int]:
    """Slide the window of nearest neighbours along the anchors (first, leftmost optimum)."""
    starts, left = [], 0
    for i in anchors:
        while left + width < x.size and x[i] - x[left] > x[left + width] - x[i]:
            left += 1
        starts.append(left)
    return starts


def _local_line(
    x: FloatArray, y: FloatArray, robustness: FloatArray, i: int, left: int, right: int
) -> float:
    """Fit the weighted line at x[i] over the window (and ties with its reach)."""
    h = max(x[i] - x[left], x[right] - x[i])
    stop = max(int(np.searchsorted(x, x[i] + 0.999 * h, side="right")), i + 1)
    near = slice(left, stop)
    distance = np.abs(x[near] - x[i])
    if h > 0:
        tricube = (1.0 - (distance / h) ** 3) ** 3
        tricube[distance <= 0.001 * h] = 1.0
        weight = np.where(distance <= 0.999 * h, tricube, 0.0) * robustness[near]
    else:
        weight = robustness[near].copy()
    total = weight.sum()
    if total <= 0:
        return float(y[i])
    weight /= total
    centre = weight @ x[near]
    spread = weight @ (x[near] - centre) ** 2
    if np.sqrt(spread) > 0.001 * (x[-1] - x[0]):
        weight = weight * ((x[i] - centre) / spread * (x[near] - centre) + 1.0)
    return float(weight @ y[near])
