"""Quality: lights for the run, its samples and its pairs.

Lights never change a number. They tell which calls stand on thin ice; the gates of
`phosres.resistance` decide what a light blocks.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from phosres import stats
from phosres.columns import QUALITY
from phosres.knowledge import Knowledge, load
from phosres.quality._pairs import handling, left_out, pair_counts, pair_integrity, replicates
from phosres.quality._rows import MIN_COMPLETE, Row, make_row
from phosres.quality._stress import sample_stress, stress
from phosres.results import Contrast, Quality, Scores
from phosres.stats.envelope import MIN_SAMPLES
from phosres.table import PhosphoTable

FEW_SHARE = 0.5
"""A sample with fewer than half the features of the median sample is a warning: its missing values
are then more likely a failed injection or enrichment than biology (stated estimate)."""

LARGE_SHIFT = 1.0
"""A normalisation shift of more than one log2 unit means half or double the material."""

METHOD_DIFFERENCE = 0.2
"""Difference between two methods' shifts, log2, above which readouts near zero may flip."""

OUTLYING = 0.01
"""Chance of naming any sample of a sound set as lying apart, if samples were independent. They come
in pairs: of 300 simulated sound cohorts of 6 to 10 pairs 4 % had one named (11 % at 0.05), while a
sample with a profile of its own was found in 59 of 60."""


def assess(
    raw: PhosphoTable,
    shifts: pd.DataFrame,
    contrasts: Mapping[str, Contrast],
    scores: Mapping[str, Scores],
    knowledge: Knowledge | None = None,
) -> Quality:
    """Check the run, its samples and its pairs.

    Parameters
    ----------
    raw
        The table before normalisation.
    shifts
        Shift of each sample under each normalisation method (`columns.NORMALIZATION`).
    contrasts, scores
        By name of the contrast.
    knowledge
        Stress sites; the package's own by default.

    Returns
    -------
    One row a check, and a sentence that names what is not ok.
    """
    rows: list[Row] = []
    for check in (
        _completeness(raw),
        _shift_rows(shifts),
        _outlying_samples(raw),
        left_out(contrasts),
        pair_counts(raw, contrasts),
        pair_integrity(contrasts),
        replicates(contrasts),
        handling(contrasts),
        sample_stress(raw, contrasts, knowledge or load()),
        stress(scores),
    ):
        rows += check
    table = QUALITY.order(pd.DataFrame(rows))
    return Quality(table, _sentence(table))


def _completeness(raw: PhosphoTable) -> Iterator[Row]:
    """Share of missing values of the run, and features per sample against the median sample."""
    missing = float(np.isnan(raw.values.to_numpy()).mean())
    reason = f"{missing:.0%} of {raw.n_features:,} x {raw.n_samples} values are missing"
    yield make_row("run", "", "missing values", missing, np.nan, "ok", reason)
    counts = raw.values.notna().sum()
    middle = float(counts.median())
    for sample, n in counts.items():
        share = n / middle if middle else 0.0
        light = "warn" if share < FEW_SHARE else "ok"
        reason = f"{n:,} features, {share:.0%} of the median sample"
        yield make_row(
            "sample", str(sample), "features", float(n), FEW_SHARE * middle, light, reason
        )


def _shift_rows(shifts: pd.DataFrame) -> Iterator[Row]:
    """Size of each sample's shift, and how far the methods disagree about it."""
    used = shifts[shifts["used"]].set_index("sample")["shift"]
    # Beside a single other method, leaving the values as they are is the method to compare with.
    alone = shifts.loc[shifts["method"] != "none", "method"].nunique() < 2
    compared = (alone | (shifts["method"] != "none")) & ~_is_scatter(shifts)
    others = shifts[compared].pivot_table(
        index="sample", columns="method", values="shift", sort=False
    )
    spread = others.max(axis=1) - others.min(axis=1)
    for sample, shift in used.items():
        light = "warn" if abs(shift) > LARGE_SHIFT else "ok"
        reason = f"aligned by {shift:+.2f} log2"
        yield make_row("sample", str(sample), "shift", float(shift), LARGE_SHIFT, light, reason)
        apart = float(spread.get(sample, np.nan))
        light = "warn" if apart > METHOD_DIFFERENCE else "ok"
        reason = f"normalisation methods differ by {apart:.2f} log2"
        yield make_row(
            "sample", str(sample), "methods differ", apart, METHOD_DIFFERENCE, light, reason
        )


def _is_scatter(shifts: pd.DataFrame) -> "pd.Series[bool]":
    """Mark modes of ratios that differ from the median no more than their own error explains.

    A mode is far less certain than a median; three standard errors apart it shows that the ratios
    lean to one side, as they do when a drug moves many features.
    """
    middle = shifts[shifts["method"] == "median_of_ratios"].set_index("sample")["shift"]
    apart = (shifts["shift"] - shifts["sample"].map(middle)).abs()
    return (shifts["method"] == "mode_of_ratios") & ~(apart > 3 * shifts["se"])


def _outlying_samples(raw: PhosphoTable) -> Iterator[Row]:
    """Name samples that lie apart from all others, by robust distance.

    Principal components of complete features, each sample less its median: what is told is an
    unlike profile, not an amount of material.
    """
    check, values = "outlying samples", raw.values.dropna()
    envelope = None
    if raw.scale != "log2_change" and len(values) >= MIN_COMPLETE:
        centred = values - values.median()
        conditions = pd.factorize(raw.samples["condition"])[0]
        envelope = stats.find_outlying_samples(centred.to_numpy(), conditions, alpha=OUTLYING)
    if envelope is None:
        reason = f"not judged: {raw.n_samples} samples with {len(values):,} features in all of them"
        reason += f" (at least {MIN_SAMPLES} and {MIN_COMPLETE} are needed)"
        yield make_row("run", "", check, np.nan, np.nan, "ok", reason)
        return
    for sample, p, outlying in zip(values.columns, envelope.p, envelope.outlying, strict=True):
        light = "warn" if outlying else "ok"
        reason = "lies apart from" if outlying else "lies among"
        reason += f" the other samples of {len(values):,} complete features (adjusted p {p:.2g})"
        yield make_row("sample", str(sample), check, float(p), OUTLYING, light, reason)


def _sentence(table: pd.DataFrame) -> str:
    """Name the checks that are not ok."""
    bad = table[table["light"] != "ok"]
    if bad.empty:
        return f"All {len(table)} quality checks are ok."
    kinds = bad.groupby("check", sort=False).size()
    parts = [f"{check} ({n})" for check, n in kinds.items()]
    return f"{len(bad)} of {len(table)} quality checks need a look: {', '.join(parts)}."
