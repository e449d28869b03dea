"""The noise of a laboratory, learnt from replicates elsewhere, for a pair that has none.

Replicates tell how much rows of one intensity vary (s0) and how much rows differ in that (d0, Smyth
2004, doi 10.2202/1544-6115.1027). A row whose own variance is unknown is a draw from that prior, so
its difference has a t distribution on d0 degrees of freedom with scale s0: the test knows no more
than the panel does, and makes no more false calls than nominal.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.linear import fit_contrast
from phosres.stats.prior import squeeze_variances
from phosres.stats.single import PairNoise
from phosres.stats.tail import MIN_SITES

FloatArray = NDArray[np.float64]

# Knots of the stored curve: quantiles of the panel's intensities. The spline behind them has four
# coefficients, so eleven knots keep it within a percent.
KNOTS = 11


@dataclass(frozen=True)
class NoiseModel:
    """Standard deviation between replicates by intensity, and how sure one is of it.

    Parameters
    ----------
    intensity
        Mean log2 intensities of the knots, increasing, shape (k,): those at equal steps of the
        panel's quantiles, from its weakest to its strongest row. One knot is a constant.
    s0
        Standard deviation of one sample at each knot, log2, shape (k,).
    d0
        Prior degrees of freedom, inf if all rows vary alike.
    n
        Rows of the panel.
    """

    intensity: FloatArray
    s0: FloatArray
    d0: float
    n: int

    def __post_init__(self) -> None:
        """Refuse curves that cannot be evaluated."""
        if self.intensity.shape != self.s0.shape or self.intensity.ndim != 1 or not self.s0.size:
            raise ValueError(f"{self.intensity.shape} knots have {self.s0.shape} deviations")
        if not np.isfinite(self.intensity).all() or (np.diff(self.intensity) <= 0).any():
            raise ValueError("the intensities of the knots must be finite and increase")
        if not (np.isfinite(self.s0) & (self.s0 > 0)).all() or not self.d0 > 0:
            raise ValueError("s0 and d0 must be positive")

    def at(self, intensity: ArrayLike) -> FloatArray:
        """Return s0 at an intensity: log-linear between knots, constant beyond.

        Parameters
        ----------
        intensity
            Mean log2 intensity, any shape.

        Returns
        -------
        Standard deviations, NaN where the intensity is.
        """
        a = np.asarray(intensity, dtype=np.float64)
        return np.asarray(np.exp(np.interp(a, self.intensity, np.log(self.s0))))


def fit_noise_model(values: ArrayLike, groups: ArrayLike, *, trend: bool = True) -> NoiseModel:
    """Fit the noise of replicates, for use on pairs of the same laboratory and method.

    Parameters
    ----------
    values
        Normalised log2 values, shape (rows, samples), NaN where not measured.
    groups
        Integer code of the condition of each sample; samples of one code are replicates.
    trend
        Let s0 follow the intensity; False for ratios, which hold none.

    Returns
    -------
    The model.

    Raises
    ------
    ValueError
        If shapes disagree, or fewer than 50 rows have two values in a group.
    """
    y = np.asarray(values, dtype=np.float64)
    within = fit_contrast(y, np.ones((y.shape[-1], 1)), 0, blocks=groups)
    used = within.df_residual > 0
    if used.sum() < MIN_SITES:
        raise ValueError(
            f"{int(used.sum())} rows have replicates; at least {MIN_SITES} are needed for a "
            "noise model"
        )
    a = within.mean[used]
    prior = squeeze_variances(
        within.sigma[used] ** 2, within.df_residual[used], covariate=a if trend else None
    )
    order = np.argsort(a, kind="stable")
    knots = np.unique(np.quantile(a, np.linspace(0, 1, KNOTS) if trend else [0.5]))
    log_variance = np.interp(knots, a[order], np.log(prior.variance[order]))
    return NoiseModel(knots, np.exp(log_variance / 2), float(prior.df[0]), int(used.sum()))


def align_intensity(model: NoiseModel, intensity: ArrayLike) -> FloatArray:
    """Place intensities of another run on the scale of the panel, by their rank.

    What an instrument calls an intensity is arbitrary: detectors, gain, and the unit of a quantity
    differ, often by more than a factor. The rank within a run does not depend on them. So the
    weakest site measured on both sides is looked up as the panel's weakest, the median one as its
    median one. A run that sees much deeper than the panel has weaker sites at every rank; how the
    depths differ must be looked at (`phosres.noise` warns).

    Parameters
    ----------
    model
        From `fit_noise_model`.
    intensity
        Mean log2 intensity of each site, shape (sites,), NaN where not measured on both sides.

    Returns
    -------
    Intensities of the panel at the same quantiles, NaN with `intensity`.
    """
    from scipy.stats import rankdata

    a = np.asarray(intensity, dtype=np.float64)
    known = np.isfinite(a)
    out = np.full(a.shape, np.nan)
    quantile = (rankdata(a[known]) - 0.5) / max(int(known.sum()), 1)
    out[known] = np.interp(quantile, np.linspace(0, 1, model.intensity.size), model.intensity)
    return out


def apply_noise_model(
    model: NoiseModel,
    mean_intensity: ArrayLike,
    *,
    n_pre: ArrayLike = 1,
    n_on: ArrayLike = 1,
    biopsy_sd: float = 0.0,
) -> PairNoise:
    """Return the noise of a difference between two (means of) samples.

    ``scale^2 = s0(A)^2 (1 / n_pre + 1 / n_on) + 2 biopsy_sd^2`` on d0 degrees of freedom.

    Parameters
    ----------
    model
        From `fit_noise_model`.
    mean_intensity
        Mean log2 intensity of each site, shape (sites,); NaN where not measured on both sides.
    n_pre, n_on
        Replicates measured of each side; numbers or shape (sites,).
    biopsy_sd
        Standard deviation between untreated biopsies of one tumour, log2. At 0 only the two
        samples are compared, not the states of the tumour.

    Returns
    -------
    The noise, to be used like that of `fit_pair_noise`.

    Raises
    ------
    ValueError
        If `biopsy_sd` is negative or not finite.
    """
    if not 0 <= biopsy_sd < np.inf:
        raise ValueError(f"biopsy_sd is {biopsy_sd!r}; it must be 0 or more")
    runs = [np.asarray(n, dtype=np.float64) for n in (n_pre, n_on)]
    with np.errstate(divide="ignore"):
        share = sum((np.where(n > 0, 1.0 / n, np.nan) for n in runs), start=np.zeros(()))
    scale = np.sqrt(model.at(mean_intensity) ** 2 * share + 2.0 * biopsy_sd**2)
    df = np.where(np.isfinite(scale), model.d0, np.nan)
    return PairNoise(scale, df, model.n, 0.0, bool(model.s0.size > 1))
