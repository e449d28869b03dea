"""What each normalisation makes of sites that did not change while others fall.

Run with ``python -m tests.benchmarks.normalization [--features N] [--repeats N]``. Six pairs, each
subject with its own levels; a fraction of the features falls by 1.5 log2 on treatment, a fifth of
the values is missing, the lowest first. The number is the mean difference of unchanged features
between the arms: the truth is 0. The stable features are 100 of the unchanged ones, or with 20 of
them exchanged for changed ones, or the least variable ones of the table.
"""

import argparse
from collections.abc import Mapping

import numpy as np

from phosres.normalization import (
    column_median,
    cyclic_loess,
    median_of_ratios,
    mode_of_ratios,
    quantile,
    stable_sites,
)
from phosres.normalization._stable import _least_variable

FALL = -1.5
FRACTIONS = (0.0, 0.05, 0.2, 0.4, 0.6)
PAIRS, MISSING = 6, 0.2


def draw(fraction: float, features: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw values (pre and on beside each other) and which features fell."""
    rng = np.random.default_rng(seed)
    level = rng.normal(24, 2, (features, 1))
    own = rng.normal(0, 0.5, (features, PAIRS)).repeat(2, axis=1)
    noise = rng.normal(0, 0.3, (features, 2 * PAIRS))
    fell = np.arange(features) < fraction * features
    values = level + own + noise + FALL * fell[:, None] * np.tile([0.0, 1.0], PAIRS)
    values += rng.normal(0, 0.3, 2 * PAIRS)  # loading
    limit = np.quantile(values + rng.normal(0, 2, values.shape), MISSING)
    values[values + rng.normal(0, 2, values.shape) < limit] = np.nan
    return values, fell


def bias(aligned: np.ndarray, fell: np.ndarray) -> float:
    """Mean difference of unchanged features between the arms."""
    change = aligned[~fell, 1::2] - aligned[~fell, ::2]
    return float(np.nanmean(change))


def measure(fraction: float, features: int = 3000, seed: int = 0) -> dict[str, float]:
    """Return the bias of every method."""
    values, fell = draw(fraction, features, seed)
    rng = np.random.default_rng(seed + 1)
    stable = np.zeros(features, dtype=bool)
    stable[rng.choice(np.flatnonzero(~fell), 100, replace=False)] = True
    wrong = stable.copy()
    if fell.any():
        wrong[np.flatnonzero(stable)[:20]] = False
        wrong[rng.choice(np.flatnonzero(fell), 20, replace=False)] = True
    derived = _least_variable(values, np.ones(features, dtype=bool))
    aligned: Mapping[str, np.ndarray] = {
        "median of ratios": values - median_of_ratios(values)[0],
        "column median": values - column_median(values)[0],
        "quantile": quantile(values)[0],
        "cyclic loess": cyclic_loess(values)[0],
        "mode of ratios": values - mode_of_ratios(values)[0],
        "100 stable sites": values - stable_sites(values, stable)[0],
        "20 of 100 wrong": values - stable_sites(values, wrong)[0],
        "least variable": values - stable_sites(values, derived)[0],
    }
    return {name: bias(v, fell) for name, v in aligned.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=3000)
    parser.add_argument("--repeats", type=int, default=10)
    given = parser.parse_args()
    for fraction in FRACTIONS:
        every = [measure(fraction, given.features, seed) for seed in range(given.repeats)]
        means = {name: float(np.mean([e[name] for e in every])) for name in every[0]}
        print(f"{fraction:4.0%}", "  ".join(f"{n} {b:+.2f}" for n, b in means.items()))


if __name__ == "__main__":
    main()
