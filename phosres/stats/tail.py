"""A t distribution whose scale and tail may depend on what is known of each value beforehand.

Sites differ in how noisy they are, and a t distribution is what a mixture of normals with scattered
variances looks like. If strong sites have heavier tails than weak ones, or multiply phosphorylated
forms are noisier than single ones, one tail for all is right on average and wrong for each: so its
logarithms of scale and degrees of freedom are linear in what is known (distributional regression,
Rigby & Stasinopoulos 2005, doi 10.1111/j.1467-9876.2005.00510.x), fitted by maximum likelihood
(Lange, Little & Taylor 1989, doi 10.1080/01621459.1989.10478852).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

# Fewer values cannot show the tail of their own distribution (stated minimum).
MIN_SITES = 50
# Tails heavier than Cauchy (1) allow no test at all; above 100 no p value that matters changes.
DF_BOUNDS = (1.0, 100.0)
# A tail fitted too light costs false calls, one too heavy only power: the lower end of the
# one-sided 95 % confidence interval of log df is used (standard normal quantile).
CAUTION = 1.6448536269514722
# A flat likelihood (nearly normal data) knows the df only to within a factor of e: the information
# of one value with a standard error of 1 on the log scale is the least there is.
LEAST_INFORMATION = 1.0
# The tail is evaluated at so many positions (it is smooth in them).
LEVELS = 32
# Fisher scoring needs about five steps; a gain of log likelihood a value below this ends it. A step
# changes no df more than e-fold, and while steps are taken df stay within wider bounds, so that one
# that went too far finds its way back.
MAX_STEPS, SETTLED, FARTHEST = 50, 1e-9, 1.0
SEARCH = (0.2, 1000.0)


@dataclass(frozen=True)
class TailFit:
    """A scaled t distribution fitted to standardised differences.

    Parameters
    ----------
    scale
        Of the t distribution, in units of the standardised differences, shape (n,).
    df
        Degrees of freedom used, shape (n,): the cautious lower bound.
    df_estimate
        Their maximum-likelihood estimate, shape (n,).
    n
        Values fitted.
    """

    scale: FloatArray
    df: FloatArray
    df_estimate: FloatArray
    n: int


def fit_t(
    z: ArrayLike, position: ArrayLike | None = None, groups: ArrayLike | None = None
) -> TailFit:
    """Fit scale and degrees of freedom of a t distribution centred on 0 by maximum likelihood.

    Parameters
    ----------
    z
        Standardised differences, shape (n,); NaN is ignored.
    position
        Where each value lies on a scale from -1 to 1, shape (n,), or None: scale and tail are
        log-linear in it.
    groups
        True where a value belongs to a group that may have a scale of its own, shape (n, k). A
        group counts if at least 50 values lie in it and 50 outside.

    Returns
    -------
    The fit, for all n; df within 1 .. 100 and cautious: the lower end of its one-sided 95 %
    interval.

    Raises
    ------
    ValueError
        If shapes disagree or fewer than 50 values are given.
    """
    x = np.asarray(z, dtype=np.float64)
    u = np.zeros(x.shape) if position is None else np.asarray(position, dtype=np.float64)
    member = np.zeros((x.size, 0)) if groups is None else np.asarray(groups, dtype=np.float64)
    if x.ndim != 1 or u.shape != x.shape or member.shape[:1] != x.shape:
        raise ValueError(f"values have shape {x.shape}, positions {u.shape}, groups {member.shape}")
    used = np.isfinite(x)
    n = int(used.sum())
    if n < MIN_SITES:
        raise ValueError(f"{n} values; at least {MIN_SITES} are needed to fit a tail")
    inside = member[used].sum(axis=0)
    known = member[:, (inside >= MIN_SITES) & (n - inside >= MIN_SITES)]
    terms = [np.ones((x.size, 1)), *([] if position is None else [u[:, None]])]
    tail_terms = np.hstack(terms)
    scale_terms = _independent(np.hstack([tail_terms, known]), used)
    scale, tail, covariance = _score(x[used], scale_terms[used], tail_terms[used])
    log_df = tail_terms @ tail
    error = np.sqrt(np.einsum("ij,jk,ik->i", tail_terms, covariance, tail_terms))
    return TailFit(
        scale=np.exp(scale_terms @ scale),
        df=np.exp(np.clip(log_df - CAUTION * error, *np.log(DF_BOUNDS))),
        df_estimate=np.exp(np.clip(log_df, *np.log(DF_BOUNDS))),
        n=n,
    )


def _independent(terms: FloatArray, used: NDArray[np.bool_]) -> FloatArray:
    """Drop terms that the earlier ones determine: their effect cannot be told apart."""
    kept: list[int] = []
    for i in range(terms.shape[1]):
        if np.linalg.matrix_rank(terms[used][:, [*kept, i]]) > len(kept):
            kept.append(i)
    return terms[:, kept]


def _score(
    x: FloatArray, scale_terms: FloatArray, tail_terms: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return coefficients of log scale and log df, and the covariance of the latter.

    Fisher scoring with the expected information of Lange, Little & Taylor 1989 (appendix B), steps
    halved until the likelihood does not fall. df depends on a position only, which is rounded to
    one of a few levels so that the gamma functions are evaluated there alone.
    """
    levels, where = np.unique(
        np.round(tail_terms * (LEVELS / 2)) / (LEVELS / 2), axis=0, return_inverse=True
    )
    where = where.ravel()
    q = scale_terms.shape[1]
    beta = np.zeros(q + tail_terms.shape[1])
    # The median of |t| is about 0.74 scales at four df, in the middle of what is met.
    beta[0] = np.log(np.median(np.abs(x)) / 0.74 + np.finfo(float).tiny)
    beta[q] = np.log(4.0)
    squares = x**2
    current = _Likelihood(squares, scale_terms @ beta[:q], levels @ beta[q:], where)
    for _ in range(MAX_STEPS):
        gradient, information = current.derivatives(scale_terms, tail_terms)
        step = np.linalg.solve(information, gradient)
        step /= max(1.0, float(np.abs(levels @ step[q:]).max()) / FARTHEST)
        for _halving in range(20):
            trial = beta + step
            new = _Likelihood(squares, scale_terms @ trial[:q], levels @ trial[q:], where)
            if new.value >= current.value:
                break
            step /= 2
        else:
            break
        gain, beta, current = new.value - current.value, trial, new
        if gain < SETTLED * x.size:
            break
    _, information = current.derivatives(scale_terms, tail_terms)
    return beta[:q], beta[q:], np.asarray(np.linalg.inv(information)[q:, q:], dtype=np.float64)


class _Likelihood:
    """Log likelihood of a t distribution at given log scales and log df, with derivatives."""

    def __init__(
        self,
        squares: FloatArray,
        log_scale: FloatArray,
        log_df: FloatArray,
        where: NDArray[np.intp],
    ) -> None:
        from scipy.special import gammaln

        self.nu = np.exp(np.clip(log_df, *np.log(SEARCH)))
        self.where = where
        self.ratio = squares / (self.nu[where] * np.exp(2 * log_scale))
        self.log_ratio = np.log1p(self.ratio)
        nu = self.nu
        constant = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * np.log(np.pi * nu)
        power = ((nu + 1) / 2)[where]
        self.value = float((constant[where] - log_scale - power * self.log_ratio).sum())

    def derivatives(
        self, scale_terms: FloatArray, tail_terms: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return gradient and expected information of all coefficients."""
        from scipy.special import digamma, polygamma

        nu, where = self.nu, self.where
        share = self.ratio / (1 + self.ratio)
        by_scale = (nu + 1)[where] * share - 1
        psi = nu / 2 * (digamma((nu + 1) / 2) - digamma(nu / 2) - 1 / nu)
        by_df = psi[where] - (nu / 2)[where] * self.log_ratio + (nu + 1)[where] / 2 * share
        both = (nu + 1) * (nu + 3)
        curve = polygamma(1, nu / 2) - polygamma(1, (nu + 1) / 2)
        ss = (2 * nu / (nu + 3))[where, None]
        st = (-2 * nu / both)[where, None]
        tt = (nu**2 * (curve / 4 - (nu + 5) / (2 * nu * both)))[where, None]
        cross = scale_terms.T @ (tail_terms * st)
        tail = tail_terms.T @ (tail_terms * tt)
        information = np.block(
            [
                [scale_terms.T @ (scale_terms * ss), cross],
                [cross.T, tail + LEAST_INFORMATION * np.eye(len(tail))],
            ]
        )
        return np.r_[scale_terms.T @ by_scale, tail_terms.T @ by_df], information
