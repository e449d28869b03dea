"""Repeated samples of subjects over time: a random level a subject, for a handful of rows.

The variance components are estimated by restricted maximum likelihood over the one ratio that
matters (Patterson & Thompson 1971, Biometrika 58:545, doi 10.1093/biomet/58.3.545). With few
subjects a z test on them is wrong (18.9 % false calls at 5 % with three pairs, 10.7 % with six), so
standard errors and degrees of freedom are those of Kenward & Roger 1997, Biometrics 53:983,
doi 10.2307/2533558. A subject variance of zero needs no other rule: complete pairs then have n - 1
degrees of freedom, as in the paired t test.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.checks import check_blocks, check_design
from phosres.stats.student import two_sided

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Intraclass correlations at which the likelihood is first looked at, 0 included.
GRID = np.linspace(0.0, 0.98, 50)
# Above this the subjects' own levels leave nothing to estimate.
LIMIT = 1.0 - 1e-8
# Below this a correlation is that of a fit without a subject variance.
SINGULAR = 1e-6


@dataclass(frozen=True)
class Longitudinal:
    """Coefficients of a design with random subject levels; one row a row of values.

    Parameters
    ----------
    effect, se, df, t, p
        Estimates, Kenward-Roger standard errors and df, tests; shape (rows, coefficients). NaN
        where the row's observed samples cannot estimate the model.
    subject_variance, residual_variance
        Between and within subjects, shape (rows,).
    singular
        Whether the subject variance was estimated as zero, shape (rows,).
    n_obs, n_subjects
        Observed samples, and subjects that have any; shape (rows,).
    """

    effect: FloatArray
    se: FloatArray
    df: FloatArray
    t: FloatArray
    p: FloatArray
    subject_variance: FloatArray
    residual_variance: FloatArray
    singular: NDArray[np.bool_]
    n_obs: IntArray
    n_subjects: IntArray


def fit_longitudinal(values: ArrayLike, design: ArrayLike, subjects: ArrayLike) -> Longitudinal:
    """Fit each row with a random level a subject and test every coefficient.

    Meant for tens of rows: each is a search. For whole tables use blocks (`moderated`).

    Parameters
    ----------
    values
        Log2 values, shape (rows, samples), NaN where not measured; or one row.
    design
        Shape (samples, coefficients), intercept included: time as indicator columns (`time_design`)
        or as a number.
    subjects
        Integer code of the subject of each sample.

    Returns
    -------
    Estimates and tests. A row needs two subjects, a sample more than coefficients, and a subject
    with two samples.

    Raises
    ------
    ValueError
        If shapes disagree or values are infinite.
    """
    y = np.atleast_2d(np.asarray(values, dtype=np.float64))
    x = check_design(y, design)
    codes = check_blocks(subjects, x.shape[0])
    fits = [_fit_row(row, x, codes) for row in y]
    shape = (len(y), x.shape[1])
    effect, se, df = (np.array([f[k] for f in fits]).reshape(shape) for k in range(3))
    between, within, n_obs, n_subjects = np.array([f[3] for f in fits]).reshape(-1, 4).T
    with np.errstate(divide="ignore", invalid="ignore"):
        t = effect / se
    return Longitudinal(
        effect=effect,
        se=se,
        df=df,
        t=t,
        p=two_sided(t, df),
        subject_variance=between,
        residual_variance=within,
        singular=between <= SINGULAR * within,
        n_obs=n_obs.astype(np.int64),
        n_subjects=n_subjects.astype(np.int64),
    )


def time_design(times: ArrayLike) -> FloatArray:
    """Return an intercept, the level at time 0, and one column a later time.

    Parameters
    ----------
    times
        Code of the time point of each sample: 0 before treatment, then 1, 2, ...

    Returns
    -------
    Shape (samples, times); the coefficient of column k is the change from time 0 to time k.
    """
    codes = check_blocks(times, np.asarray(times).size)
    columns = (codes[:, None] == np.arange(1, codes.max(initial=0) + 1)).astype(np.float64)
    return np.column_stack([np.ones(len(codes)), columns])


def _fit_row(
    y: FloatArray, design: FloatArray, codes: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray, tuple[float, float, int, int]]:
    """Return effects, errors, df, and (subject variance, residual variance, samples, subjects)."""
    seen = np.isfinite(y)
    y, x = y[seen], design[seen]
    _, subject, sizes = np.unique(codes[seen], return_inverse=True, return_counts=True)
    nothing = np.full(design.shape[1], np.nan)
    n, q = x.shape
    usable = n > q and sizes.size > 1 and sizes.max(initial=0) > 1
    if not usable or np.linalg.matrix_rank(x) < q:
        return nothing, nothing, nothing, (np.nan, np.nan, n, sizes.size)
    z = np.column_stack([x, y])
    rho = _search(z, subject)
    _, within, beta = _profile(rho, z, subject)
    between = within * rho / (1.0 - rho)
    if not within > 0:
        return nothing, nothing, nothing, (np.nan, np.nan, n, sizes.size)
    se, df = _kenward_roger(x, subject, between, within)
    return beta, se, df, (between, within, n, sizes.size)


def _profile(rho: float, z: FloatArray, codes: IntArray) -> tuple[float, float, FloatArray]:
    """Return the REML criterion (-2 log likelihood) at rho, the residual variance, the effects.

    `z` holds the design and, last, the values; `codes` run from 0. Subtracting a share of each
    subject's mean makes the errors independent: with m samples and ratio = rho / (1 - rho) it is
    1 - 1 / sqrt(1 + m ratio), and the determinant of a subject's covariance 1 + m ratio.
    """
    n, q = z.shape[0], z.shape[1] - 1
    size = np.bincount(codes)
    inflated = 1.0 + size * rho / (1.0 - rho)
    totals = np.zeros((size.size, q + 1))
    np.add.at(totals, codes, z)
    share = (1.0 - 1.0 / np.sqrt(inflated)) / size
    white = z - (totals * share[:, None])[codes]
    gram = white[:, :q].T @ white[:, :q]
    beta = np.linalg.solve(gram, white[:, :q].T @ white[:, q])
    rest = white[:, q] - white[:, :q] @ beta
    within = float(rest @ rest) / (n - q)
    with np.errstate(divide="ignore"):
        scale = (n - q) * (1.0 + np.log(2.0 * np.pi * within))
    return float(scale + np.log(inflated).sum() + np.linalg.slogdet(gram)[1]), within, beta


def _search(z: FloatArray, codes: IntArray) -> float:
    """Return the intraclass correlation of the highest restricted likelihood, 0 included."""
    from scipy.optimize import minimize_scalar

    def loss(rho: float) -> float:
        return _profile(rho, z, codes)[0]

    at = [loss(rho) for rho in GRID]
    best = int(np.argmin(at))
    low = GRID[max(best - 1, 0)]
    high = GRID[best + 1] if best + 1 < len(GRID) else LIMIT
    found = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-10})
    # On the edge the search stops short of it.
    return float(found.x) if found.fun < at[0] and found.x > SINGULAR else 0.0


def _kenward_roger(
    x: FloatArray, codes: IntArray, between: float, within: float
) -> tuple[FloatArray, FloatArray]:
    """Return each coefficient's adjusted standard error and its degrees of freedom.

    The covariance is linear in the two variances, so its second derivatives vanish. For a single
    coefficient the scaled F of Kenward & Roger (1997) reduces to t on 2 / A with a scale of 1.
    """
    together = (codes[:, None] == codes).astype(np.float64)
    pieces = (together, np.eye(len(x)))
    inverse = np.linalg.inv(between * together + within * pieces[1])
    solved = inverse @ x
    phi = np.linalg.inv(x.T @ solved)
    carried = [inverse @ g for g in pieces]
    p = [-solved.T @ g @ solved for g in pieces]
    q = [[solved.T @ g @ inverse @ h @ solved for h in pieces] for g in pieces]
    information = np.array(
        [
            [
                np.trace(carried[i] @ carried[j])
                - 2.0 * np.trace(phi @ q[i][j])
                + np.trace(phi @ p[i] @ phi @ p[j])
                for j in range(2)
            ]
            for i in range(2)
        ]
    )
    w = 2.0 * np.linalg.pinv(information)
    bias = sum(w[i, j] * (q[i][j] - p[i] @ phi @ p[j]) for i in range(2) for j in range(2))
    adjusted = phi + 2.0 * phi @ bias @ phi
    change = np.array([np.diag(phi @ p[i] @ phi) / np.diag(phi) for i in range(2)])
    a = np.einsum("ik,ij,jk->k", change, w, change)
    return np.sqrt(np.diag(adjusted)), np.asarray(2.0 / a)
