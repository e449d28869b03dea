"""Values of each sample before and after normalisation, and the normalisation audit."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._panels import (
    add_legend,
    arm_styles,
    legend_mark,
    make_axes,
    name_rows,
    rows_height,
)
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._samples import arm_handles, count_arms, notice_dense, span, used_arms
from phosres.figures._style import DENSE, DOUBLE, FAINT, SINGLE, styled
from phosres.figures.coverage import describe_scale
from phosres.results import Audit
from phosres.table import PhosphoTable

_QUANTILES = {"p05": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}
METHOD_STYLE = (
    ("o", "#0072B2"),
    ("s", "#D55E00"),
    ("^", "#009E73"),
    ("D", "#CC79A7"),
    ("v", "#222222"),
)

_ASIDE = 0.2
"""Rows between the marks of two methods, so that equal shifts are both seen."""


def outline_intensities(raw: PhosphoTable, normalized: PhosphoTable, arms: pd.DataFrame) -> Sketch:
    """Quantiles of the values of each sample, before and after normalisation.

    Parameters
    ----------
    raw, normalized
        The table before and after.
    arms
        Arm and subject of the samples, as from `sample_arms`.
    """
    parts = []
    for stage, table in (("before", raw), ("after", normalized)):
        shared = [s for s in arms.index if s in table.values.columns]
        values = table.values[shared]
        part = values.quantile(list(_QUANTILES.values())).T.set_axis(list(_QUANTILES), axis=1)
        part.insert(0, "n", values.notna().sum())
        parts.append(part.rename_axis("sample").reset_index().assign(stage=stage))
    frame = pd.concat(parts, ignore_index=True)
    frame["arm"] = frame["sample"].map(arms["arm"])
    if not frame["n"].any():
        raise NotDrawnError("no sample has a value")
    medians = frame.groupby("stage")["median"].agg(lambda m: m.max() - m.min())
    return Sketch(
        frame,
        f"Distribution of the {describe_scale(normalized)} of each sample before (left) and after "
        f"(right) normalisation: median (mark), middle half (thick) and 5th to 95th percentile "
        f"(thin); {span(frame['n'])} peptidoforms a sample, {len(arms)} samples "
        f"({count_arms(arms)}). No test." + notice_dense(len(arms), "samples"),
        f"Medians of the samples lie {medians['before']:.2f} log2 apart before and "
        f"{medians['after']:.2f} log2 apart after normalisation.",
    )


@styled
def draw_intensities(
    raw: PhosphoTable, normalized: PhosphoTable, arms: pd.DataFrame, *, ax: Axes | None = None
) -> Figure:
    """Draw the distribution of each sample before and after normalisation.

    Parameters
    ----------
    raw, normalized
        The table before and after.
    arms
        Arm and subject of the samples, as from `sample_arms`.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_intensities(raw, normalized, arms).table
    dense = len(arms) > DENSE
    figure, panels = make_axes(
        ax, (DOUBLE, rows_height(len(arms), extra=1.1)), columns=2, sharex=True, sharey=True
    )
    rows = pd.Series(np.arange(len(arms), dtype=float), index=arms.index)
    for panel, stage in zip(panels, ("before", "after"), strict=True):
        part = frame[frame["stage"] == stage]
        for arm, (marker, color) in arm_styles(used_arms(arms)).items():
            here = part[part["arm"] == arm]
            at = rows[here["sample"]].to_numpy()
            panel.hlines(at, here["p05"], here["p95"], colors=color, lw=0.5 if dense else 0.9)
            panel.hlines(
                at, here["p25"], here["p75"], colors=color, lw=1.2 if dense else 4, alpha=0.6
            )
            panel.scatter(
                here["median"], at, marker=marker, s=5 if dense else 14, zorder=3,
                facecolors="white", edgecolors=color, linewidths=0.9,
            )  # fmt: skip
        panel.set_title(f"{stage} normalisation")
        panel.set_xlabel(describe_scale(normalized))
    name_rows(panels[0], list(arms.index), dense=dense, what="samples")
    panels[1].tick_params(axis="y", length=0)
    add_legend(ax, panels[0], arm_handles(arms))
    return figure


def outline_shifts(audit: Audit, arms: pd.DataFrame) -> Sketch:
    """Shift of each sample under each normalisation method.

    Parameters
    ----------
    audit
        The normalisation audit.
    arms
        Arm and subject of the samples, as from `sample_arms`.
    """
    frame = audit.shifts.copy()
    frame["shift"] = frame["shift"].astype(float)
    frame = frame[frame["sample"].isin(arms.index) & frame["shift"].notna()]
    if frame.empty:
        raise NotDrawnError("there are no shifts of samples to show")
    frame["centred_shift"] = frame["shift"] - frame.groupby("method")["shift"].transform("mean")
    estimated = frame[frame.groupby("method")["shift"].transform("std").fillna(0) > 0]
    wide = estimated.pivot_table(index="sample", columns="method", values="centred_shift")
    apart = wide.max(axis=1) - wide.min(axis=1)
    used = ", ".join(frame.loc[frame["used"].astype(bool), "method"].unique()) or "none of these"
    finding = (
        f"Methods agree to within {apart.max():.2f} log2 for every sample; they differ most for "
        f"{apart.idxmax()}."
        if wide.shape[1] > 1
        else "There is one method to compare only."
    )
    return Sketch(
        frame.reset_index(drop=True),
        f"Shift that each normalisation method takes from each sample, less the method's mean (a "
        f"constant that cancels in every contrast); {frame['sample'].nunique()} samples "
        f"({count_arms(arms)}). Used in this run (filled): {used}. No test. {audit.text}".strip()
        + notice_dense(len(arms), "samples"),
        finding,
    )


@styled
def draw_shifts(audit: Audit, arms: pd.DataFrame, *, ax: Axes | None = None) -> Figure:
    """Draw each sample's shift under each normalisation method.

    Parameters
    ----------
    audit
        The normalisation audit.
    arms
        Arm and subject of the samples, as from `sample_arms`.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_shifts(audit, arms).table
    dense = len(arms) > DENSE
    figure, (panel,) = make_axes(ax, (SINGLE * 1.3, rows_height(len(arms))))
    rows = pd.Series(np.arange(len(arms), dtype=float), index=arms.index)
    ends = frame.groupby("sample")["centred_shift"].agg(["min", "max"])
    panel.hlines(rows[ends.index], ends["min"], ends["max"], colors=FAINT, lw=1.5, zorder=1)
    handles = []
    methods = list(dict.fromkeys(frame["method"]))
    for i, method in enumerate(methods):
        part = frame[frame["method"] == method]
        marker, color = METHOD_STYLE[i % len(METHOD_STYLE)]
        used = bool(part["used"].astype(bool).any())
        face = color if used else "white"
        panel.scatter(
            part["centred_shift"],
            rows[part["sample"]] + _ASIDE * (i - (len(methods) - 1) / 2),
            marker=marker, s=8 if dense else 20,
            facecolors=face, edgecolors=color, linewidths=0.9, zorder=3 if used else 2,
        )  # fmt: skip
        title = str(method).replace("_", " ") + (" (used)" if used else "")
        handles.append(legend_mark(title, marker, face, color))
    name_rows(panel, list(arms.index), dense=dense, what="samples")
    panel.set_xlabel("shift of the sample (log2)")
    add_legend(ax, panel, handles)
    return figure
