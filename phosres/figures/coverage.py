"""How much was measured: sites per sample, and missing values against intensity."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._panels import add_legend, arm_styles, make_axes, name_rows, rows_height
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._samples import arm_handles, count_arms, notice_dense, span, used_arms
from phosres.figures._style import DENSE, DOUBLE, SINGLE, styled
from phosres.table import PhosphoTable

LOCALIZED = 0.75
"""Localisation probability of class I sites (Olsen et al. 2006, doi:10.1016/j.cell.2006.09.026)."""

_BINS = 20
_BIN_FEATURES = 20
"""Fewest features in a bin of intensity: a fraction of 20 has a standard error of about 0.1."""


def outline_site_counts(table: PhosphoTable, arms: pd.DataFrame) -> Sketch:
    """Count the features measured in each sample.

    Parameters
    ----------
    table
        Values, before or after normalisation.
    arms
        Arm and subject of the samples, as from `sample_arms`.
    """
    seen = table.values[list(arms.index)].notna()
    localization = table.features["localization"].astype(float)
    frame = pd.DataFrame(
        {
            "sample": arms.index,
            "subject": arms["subject"].to_numpy(),
            "arm": arms["arm"].to_numpy(),
            "n_measured": seen.sum().to_numpy(),
            "n_localized": seen[(localization >= LOCALIZED).to_numpy()].sum().to_numpy(),
        }
    )
    if frame.empty or not frame["n_measured"].any():
        raise NotDrawnError("no sample has a value")
    known = bool(localization.notna().any())
    if not known:
        frame = frame.drop(columns="n_localized")
    how = f" Dark: localisation probability of at least {LOCALIZED}." if known else ""
    ranked = frame.sort_values("n_measured", kind="stable")
    even = ranked["n_measured"].iloc[0] == ranked["n_measured"].iloc[-1]
    fewest = "" if even else f"; the fewest in {ranked['sample'].iloc[0]}"
    return Sketch(
        frame,
        f"Peptidoforms with a value in each sample, of {table.n_features:,} in the table; "
        f"{len(frame)} samples ({count_arms(arms)}).{how} Counts, no test."
        + notice_dense(len(frame), "samples"),
        f"{span(frame['n_measured'])} of {table.n_features:,} peptidoforms were measured in "
        f"each of {len(frame)} samples{fewest}.",
    )


@styled
def draw_site_counts(table: PhosphoTable, arms: pd.DataFrame, *, ax: Axes | None = None) -> Figure:
    """Draw how many features each sample has a value for, a bar a sample.

    Parameters
    ----------
    table
        Values, before or after normalisation.
    arms
        Arm and subject of the samples, as from `sample_arms`.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_site_counts(table, arms).table
    figure, (panel,) = make_axes(ax, (SINGLE * 1.3, rows_height(len(frame))))
    at = np.arange(len(frame))
    styles = arm_styles(used_arms(arms))
    colors = [styles[a][1] for a in frame["arm"]]
    localized = "n_localized" in frame
    panel.barh(at, frame["n_measured"], height=0.72, color=colors, alpha=0.45 if localized else 1.0)
    if localized:
        panel.barh(at, frame["n_localized"], height=0.72, color=colors)
    name_rows(panel, list(frame["sample"]), dense=len(frame) > DENSE, what="samples")
    panel.set_xlabel(
        "peptidoforms with a value (count)"
        + (f"\ndark: localisation probability ≥ {LOCALIZED}" if localized else "")
    )
    add_legend(ax, panel, arm_handles(arms))
    return figure


def outline_missingness(table: PhosphoTable, arms: pd.DataFrame) -> Sketch:
    """Share of missing values of each sample, and of each arm along mean intensity.

    Parameters
    ----------
    table
        Values, before or after normalisation.
    arms
        Arm and subject of the samples, as from `sample_arms`.
    """
    values = table.values[list(arms.index)]
    seen = values.notna()
    if not seen.to_numpy().any():
        raise NotDrawnError("no sample has a value")
    if seen.to_numpy().all():
        msg = f"no value is missing: each sample has all {table.n_features:,} peptidoforms"
        raise NotDrawnError(msg)
    share = 1 - seen.mean()
    samples = pd.DataFrame(
        {"panel": "sample", "sample": arms.index, "arm": arms["arm"], "missing": share.to_numpy()}
    ).reset_index(drop=True)
    curves = _missing_curves(values, arms)
    low, high = curves["missing"].iloc[[0, -1]] if len(curves) else (np.nan, np.nan)
    overall = float((~seen).to_numpy().mean())
    trend = (
        f" and fall from {low:.0%} at the lowest to {high:.0%} at the highest intensities"
        if len(curves) and low > high
        else " with no fall towards high intensities"
    )
    return Sketch(
        pd.concat([samples, curves], ignore_index=True),
        f"Missing values of {table.n_features:,} peptidoforms in {len(arms)} samples "
        f"({count_arms(arms)}). Left: share a sample. Right: share by mean log2 value, in up to "
        f"{_BINS} bins of equal size. Nothing is imputed. Shares, no test."
        + notice_dense(len(arms), "samples"),
        f"{overall:.0%} of all values are missing ({span(share * 100)} % a sample){trend}.",
    )


def _missing_curves(values: pd.DataFrame, arms: pd.DataFrame) -> pd.DataFrame:
    """Share of missing values per bin of mean intensity, for each arm."""
    mean = values.mean(axis=1)
    some = mean.notna()
    n_bins = int(min(_BINS, some.sum() // _BIN_FEATURES))
    if n_bins < 2:
        return pd.DataFrame(columns=["panel", "arm", "mean", "missing", "n_features"])
    bins = pd.qcut(mean[some].rank(method="first"), n_bins, labels=False)
    missing = values[some].isna()
    parts = []
    for arm in used_arms(arms):
        inside = missing[arms.index[arms["arm"] == arm]].mean(axis=1)
        part = pd.DataFrame({"mean": mean[some], "missing": inside}).groupby(bins).mean()
        parts.append(part.assign(panel="intensity", arm=arm, n_features=bins.value_counts()))
    return pd.concat(parts, ignore_index=True)


@styled
def draw_missingness(table: PhosphoTable, arms: pd.DataFrame, *, ax: Axes | None = None) -> Figure:
    """Draw missing values: share a sample, and share along mean intensity.

    Parameters
    ----------
    table
        Values, before or after normalisation.
    arms
        Arm and subject of the samples, as from `sample_arms`.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_missingness(table, arms).table
    samples = frame[frame["panel"] == "sample"]
    dense = len(samples) > DENSE
    figure, (left, right) = make_axes(
        ax, (DOUBLE, max(2.2, rows_height(len(samples)))), columns=2, widths=(1, 1)
    )
    at = np.arange(len(samples))
    for arm, (marker, color) in arm_styles(used_arms(arms)).items():
        here = (samples["arm"] == arm).to_numpy()
        percent = 100 * samples["missing"].to_numpy(dtype=float)[here]
        left.hlines(at[here], 0, percent, colors=color, lw=0.8 if dense else 1.6)
        left.scatter(percent, at[here], marker=marker, color=color, s=6 if dense else 16, zorder=3)
        curve = frame[(frame["panel"] == "intensity") & (frame["arm"] == arm)]
        right.plot(curve["mean"], 100 * curve["missing"], color=color, marker=marker, ms=3)
    name_rows(left, list(samples["sample"]), dense=dense, what="samples")
    left.set_xlabel("missing values (%)")
    left.set_xlim(left=0)
    right.set_xlabel(f"mean {describe_scale(table)}")
    right.set_ylabel("missing values (%)")
    right.set_ylim(bottom=0)
    add_legend(ax, left, arm_handles(arms))
    return figure


def describe_scale(table: PhosphoTable) -> str:
    """Return the name of the values' scale for an axis.

    Parameters
    ----------
    table
        The table.
    """
    names = {"log2_ratio": "log2 ratio to reference", "log2_change": "log2 change, on − pre"}
    return names.get(table.scale, "log2 intensity")
