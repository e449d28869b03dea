"""Noise and missing values of a label-free phosphoproteome of biopsies.

Every part has its own stream of random numbers, drawn as uniform or normal numbers whatever the
parameters are. So runs that differ in one parameter share all the rest, and the values missing at
20 % are among those missing at 40 %.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

DETECTION_SLOPE = 0.52
"""Log odds of being measured per log2 of intensity: .519 in a label-free data set of cell lines;
the detection curves of Li & Smyth 2023 (doi:10.1093/bioinformatics/btad200) have the same shape."""

NOISE_DF = 5
"""Degrees of freedom of the t-distributed noise: replicate noise is heavy-tailed, with prior
degrees of freedom of 2.5 to 5.5 in limma's sense in three label-free data sets."""

# Technical noise falls with intensity, by a fifth in two log2, within a factor of 2 either way; and
# differs between peptidoforms by about a quarter.
_NOISE_TREND, _NOISE_SPREAD = -0.15, 0.25
# Variance of the difference between two biopsies that pathways, proteins and peptidoforms carry.
_BIOPSY_SHARES = (0.1, 0.2, 0.7)
# Missing values: shares that are at random and that miss a whole batch; the rest is by intensity.
_AT_RANDOM, _BY_BATCH = 0.15, 0.2


@dataclass(frozen=True, eq=False)
class Layout:
    """Who shares what.

    Parameters
    ----------
    protein, module
        Code of the protein and of the group of co-varying proteins of each peptidoform.
    subject, batch
        Code of the subject and of the batch of each sample.
    """

    protein: Codes
    module: Codes
    subject: Codes
    batch: Codes


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviations, log2.

    Parameters
    ----------
    noise
        Technical, at the median intensity.
    biopsy
        Between two biopsies of one tumour.
    batch
        Between batches, per peptidoform.
    subject
        Between patients, per peptidoform.
    loading
        Between samples, common to all peptidoforms.
    """

    noise: float
    biopsy: float
    batch: float
    subject: float
    loading: float


def add_noise(level: Array, layout: Layout, spread: Spread, seed: np.random.SeedSequence) -> Array:
    """Add what differs between patients, biopsies, batches, samples and measurements.

    Parameters
    ----------
    level
        Log2 abundance, peptidoforms x samples.
    layout
        Who shares what.
    spread
        Standard deviations.
    seed
        Seed of this part.
    """
    streams = [np.random.Generator(np.random.PCG64(s)) for s in seed.spawn(5)]
    n_samples = level.shape[1]
    between = _nested(streams[0], layout, layout.subject, (0.0, 0.5, 0.5)) * spread.subject
    biopsy = _nested(streams[1], layout, np.arange(n_samples), _BIOPSY_SHARES) * spread.biopsy
    batch = _nested(streams[2], layout, layout.batch, (0.0, 0.0, 1.0)) * spread.batch
    loading = streams[3].standard_normal(n_samples) * spread.loading
    true = level + between + biopsy + batch + loading
    return np.asarray(true + spread.noise * _measure(streams[4], true))


def _nested(
    draw: np.random.Generator, layout: Layout, group: Codes, shares: tuple[float, float, float]
) -> Array:
    """Unit-variance deviations by group of samples, shared within modules and proteins."""
    n_groups = int(group.max()) + 1
    rows = (layout.module, layout.protein, np.arange(len(layout.protein)))
    parts = [
        np.sqrt(share) * draw.standard_normal((int(codes.max()) + 1, n_groups))[codes]
        for share, codes in zip(shares, rows, strict=True)
    ]
    return np.asarray(sum(parts))[:, group]


def _measure(draw: np.random.Generator, true: Array) -> Array:
    """t-distributed noise of unit variance at the median, larger below it."""
    bell = draw.standard_normal(true.shape)
    chi2 = np.square(draw.standard_normal((NOISE_DF, *true.shape))).sum(axis=0)
    tailed = bell / np.sqrt(chi2 / (NOISE_DF - 2))
    scale = np.exp2(np.clip(_NOISE_TREND * (true - np.median(true)), -1.0, 1.0))
    own = np.exp(_NOISE_SPREAD * draw.standard_normal((len(true), 1)))
    return np.asarray(tailed * scale * own)


def detect(values: Array, missing: float, layout: Layout, seed: np.random.SeedSequence) -> Array:
    """Remove values: the weak ones more often, some at random, some for a whole batch.

    Parameters
    ----------
    values
        Log2 intensity, peptidoforms x samples.
    missing
        Share to remove, 0 to 0.9.
    layout
        Who shares what.
    seed
        Seed of this part.

    Returns
    -------
    The values, NaN where missing. The share missing is met in expectation.
    """
    if missing == 0:
        return values
    random, blocks, strength = (np.random.Generator(np.random.PCG64(s)) for s in seed.spawn(3))
    at_random = random.random(values.shape) < _AT_RANDOM * missing
    whole = blocks.random((len(values), int(layout.batch.max()) + 1)) < _BY_BATCH * missing
    left = (1 - _AT_RANDOM * missing) * (1 - _BY_BATCH * missing)
    half = _find_half_point(values, (1 - missing) / left)
    weak = strength.random(values.shape) > _probability(values, half)
    return np.where(at_random | whole[:, layout.batch] | weak, np.nan, values)


def _probability(values: Array, half: float) -> Array:
    return np.asarray(1 / (1 + np.exp(-DETECTION_SLOPE * (values - half))))


def _find_half_point(values: Array, wanted: float) -> float:
    """Find by bisection the intensity at which half is measured, so that `wanted` is in all."""
    low, high = float(values.min()) - 60, float(values.max()) + 60
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if _probability(values, middle).mean() > wanted else (low, middle)
        )
    return (low + high) / 2
