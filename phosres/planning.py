"""How many pairs a planned cohort needs, from the noise that a cohort showed.

The noise is that of the fitted prior, never of the effect that was observed. It is what a
peptidoform of typical noise shows; a readout of several forms needs fewer, a noisy form more.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from phosres import stats
from phosres.results import Contrast

EFFECTS = (1.0, 0.585)
"""Changes that a cohort is usually planned for: two-fold, and the margin of `unchanged`."""

MOST = 10_000


def plan(
    contrast: Contrast,
    *,
    effects: Sequence[float] = EFFECTS,
    tests: int = 4,
    alpha: float = 0.05,
    power: float = 0.8,
) -> pd.DataFrame:
    """Plan a cohort with the noise of this one.

    Parameters
    ----------
    contrast
        A contrast with a cohort.
    effects
        True changes to be found, log2.
    tests
        Tests the level is divided by: the readouts of the panel.
    alpha
        Level of the family.
    power
        Probability with which a change is to be found.

    Returns
    -------
    One row a change: ``log2fc``, ``unit`` (pairs, or samples a group), ``n`` needed (missing if
    10,000 are too few), ``sd`` (of a difference within a pair, or between samples of a group),
    ``df_prior``, ``n_now`` and ``power_now`` (of the cohort at hand).

    Raises
    ------
    ValueError
        If the contrast has no cohort, or none whose noise was fitted.
    """
    cohort = contrast.cohort
    if cohort is None or not np.isfinite(cohort.parameters.get("s2_prior", np.nan)):
        raise ValueError(f"contrast {contrast.name!r} has no cohort with a fitted prior")
    paired = contrast.design == "paired"
    sd = float(np.sqrt(cohort.parameters["s2_prior"] * (2 if paired else 1)))
    prior_df = min(float(cohort.parameters["df_prior"]), 1e6)
    sizes = contrast.arms.groupby("arm")["subject"].nunique()
    now = int(sizes.min())
    compute = stats.plan_pairs if paired else stats.plan_groups
    rows = []
    for effect in effects:
        here = compute(now, sd, effect=effect, prior_df=prior_df, alpha=alpha, tests=tests)
        rows.append(
            {
                "log2fc": effect,
                "unit": "pairs" if paired else "samples a group",
                "n": _count(effect, sd, prior_df, alpha, tests, power, paired=paired),
                "sd": sd,
                "df_prior": prior_df,
                "n_now": now,
                "power_now": float(here.power),
            }
        )
    return pd.DataFrame(rows).astype({"n": "Int64"})


def state_plan(contrast: Contrast, *, tests: int, alpha: float = 0.05) -> Contrast:
    """Add to the parameters of a contrast, as ``plan``, what a cohort with its noise would need.

    Parameters
    ----------
    contrast
        Any contrast; without a cohort it stays as it is.
    tests
        Readouts of the panel.
    alpha
        Level of the family.
    """
    said = _describe(contrast, tests, alpha)
    return replace(contrast, parameters={**contrast.parameters, "plan": said}) if said else contrast


def _describe(contrast: Contrast, tests: int, alpha: float) -> str:
    """Say what a cohort with this noise would need; empty without a cohort."""
    try:
        table = plan(contrast, tests=tests, alpha=alpha)
    except ValueError:
        return ""
    first = table.iloc[0]
    numbers = zip(table["n"].to_list(), table["unit"], table["log2fc"].to_list(), strict=True)
    needs = [
        f"{'more than 10,000' if n is pd.NA else n} {unit} for a change of {change:.2g} log2"
        for n, unit, change in numbers
    ]
    return (
        f"With this noise (standard deviation {first['sd']:.2f} log2 of a peptidoform's "
        f"{'difference within a pair' if first['unit'] == 'pairs' else 'value in a group'}, prior "
        f"df {first['df_prior']:.3g}) a panel of {tests} readouts would need {' and '.join(needs)} "
        f"to find it in 80 of 100 cases; this cohort has {first['n_now']}."
    )


def _count(
    effect: float,
    sd: float,
    prior_df: float,
    alpha: float,
    tests: int,
    power: float,
    *,
    paired: bool,
) -> int | None:
    """Return the fewest pairs, or samples a group, that reach the power."""
    if paired:
        return stats.count_pairs(
            effect, sd, prior_df=prior_df, alpha=alpha, tests=tests, power=power
        )
    sizes = np.unique(np.geomspace(2, MOST, 400).astype(np.int64))
    planned = stats.plan_groups(
        sizes, sd, effect=effect, prior_df=prior_df, alpha=alpha, tests=tests
    )
    reached = np.flatnonzero(planned.power >= power)
    if not reached.size:
        return None
    last = int(sizes[reached[0]])
    near = np.arange(int(sizes[max(reached[0] - 1, 0)]), last + 1)
    fine = stats.plan_groups(near, sd, effect=effect, prior_df=prior_df, alpha=alpha, tests=tests)
    return int(near[fine.power >= power][0])
