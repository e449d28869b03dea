"""Rows of estimates with intervals and status marks: forest, peptidoforms and activities."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.markers import CARETLEFT, CARETRIGHT
from numpy.typing import NDArray

from phosres.figures._style import FAINT, MUTED, STATUS_STYLE

Array = NDArray[np.float64]

_MARK_SIZE = 24.0
_LIMIT_FLOOR = 2.0
"""Intervals up to this far are always drawn whole, log2: where estimates are small, they matter."""


def effect_limit(frames: Sequence[pd.DataFrame], points: pd.DataFrame | None = None) -> float:
    """Return the half width of an axis of changes, symmetric about zero.

    Parameters
    ----------
    frames
        Tables with log2fc, ci_low and ci_high.
    points
        Further estimates that are drawn without an interval: a table with log2fc.

    Returns
    -------
    Room for every estimate and for intervals up to 1.6 times as far as the farthest estimate;
    longer ones are cut, with an arrowhead, so that a vague estimate does not flatten the others.
    """
    every = pd.concat([f[["log2fc", "ci_low", "ci_high"]] for f in frames])
    more = [] if points is None else [points["log2fc"]]
    values = np.abs(pd.concat([every["log2fc"], *more]).dropna().to_numpy(dtype=float))
    ends = np.abs(every[["ci_low", "ci_high"]].to_numpy(dtype=float))
    ends = ends[np.isfinite(ends)]
    farthest = values.max() if values.size else 0.0
    room = max(1.6 * farthest, _LIMIT_FLOOR)
    return float(1.08 * max(farthest, min(ends.max(), room) if ends.size else room))


def draw_intervals(
    ax: Axes,
    y: Sequence[float],
    rows: pd.DataFrame,
    limit: float,
    *,
    stem: bool = False,
    dense: bool = False,
) -> None:
    """Draw one estimate a row: interval, then the mark of its status.

    What was seen without giving an estimate gets a dotted line over the whole axis: a mark would
    claim a value. What was not measured gets its cross at zero.

    Parameters
    ----------
    ax
        The panel.
    y
        Position of each row.
    rows
        Columns log2fc, ci_low, ci_high (NaN if not measured) and status.
    limit
        Half width of the axis.
    stem
        Draw a line from zero to the estimate.
    dense
        Smaller marks.
    """
    at = np.asarray(y, dtype=float)
    value = rows["log2fc"].to_numpy(dtype=float)
    low, high = rows["ci_low"].to_numpy(dtype=float), rows["ci_high"].to_numpy(dtype=float)
    status = rows["status"].to_numpy(dtype=object)
    edge = np.array([STATUS_STYLE[s][2] for s in status], dtype=object)
    seen = np.isfinite(value)
    size = _MARK_SIZE / 3 if dense else _MARK_SIZE
    ax.axvline(0, color=MUTED, lw=0.6, zorder=1, label="_zero")
    if stem:
        ax.hlines(at[seen], 0, value[seen], colors=FAINT, lw=3.0, zorder=1.5, label="_stem")
    known = seen & np.isfinite(low) & np.isfinite(high)
    shown = np.clip(low, -limit, limit), np.clip(high, -limit, limit)
    ax.hlines(
        at[known],
        shown[0][known],
        shown[1][known],
        colors=list(edge[known]),
        lw=0.6 if dense else 1.0,
        zorder=2,
        label="_interval",
    )
    _draw_cuts(ax, at, known & (low < -limit), edge, CARETLEFT, -limit)
    _draw_cuts(ax, at, known & (high > limit), edge, CARETRIGHT, limit)
    vague = ~seen & (status != "not_measured")
    if vague.any():
        ax.hlines(
            at[vague], -limit, limit, colors=MUTED, lw=0.8, linestyles=":", zorder=2, label="_open"
        )
    for name, (marker, face, rim) in STATUS_STYLE.items():
        here = (status == name) & (seen | (name == "not_measured"))
        if here.any():
            x = np.where(np.isfinite(value[here]), value[here], 0.0)
            colors: dict[str, Any] = {"facecolors": face, "edgecolors": rim}
            if marker == "x":
                colors = {"c": rim}
            ax.scatter(
                x, at[here], s=size, marker=marker, linewidths=0.9, zorder=3,
                label=f"_status_{name}", **colors,
            )  # fmt: skip
    ax.set_xlim(-limit, limit)


def _draw_cuts(
    ax: Axes, y: Array, cut: NDArray[np.bool_], colors: NDArray[Any], caret: Any, side: float
) -> None:
    """Draw an arrowhead at the edge of the panel where an interval goes on."""
    if cut.any():
        ax.scatter(
            np.full(int(cut.sum()), side), y[cut], s=12, marker=caret, c=list(colors[cut]),
            linewidths=0, zorder=2, label="_cut", clip_on=False,
        )  # fmt: skip


def draw_rows(
    ax: Axes,
    rows: pd.DataFrame,
    names: Mapping[float, str],
    limit: float,
    *,
    points: pd.DataFrame | None = None,
    stem: bool = False,
) -> None:
    """Draw named rows of estimates in one panel.

    Parameters
    ----------
    ax
        The panel.
    rows
        Columns row, log2fc, ci_low, ci_high and status.
    names
        Name of each row by its position.
    limit
        Half width of the axis.
    points
        Single subjects to show behind the estimates: columns row and log2fc.
    stem
        Draw a line from zero to each estimate.
    """
    at = list(names)
    if points is not None:
        ax.scatter(
            points["log2fc"], points["row"], s=5, color="#B5B5B5", linewidths=0, zorder=1.8,
            label="_subjects",
        )  # fmt: skip
    draw_intervals(ax, list(rows["row"]), rows, limit, stem=stem)
    ax.set_yticks(at, list(names.values()))
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(max(at) + 0.7, min(at) - 0.7)


def shade_margin(ax: Axes, margin: float | None) -> None:
    """Shade the changes that count as none, where the scoring has such a margin.

    Parameters
    ----------
    ax
        The panel.
    margin
        Half width of the band, log2; None draws nothing.
    """
    if margin is not None and np.isfinite(margin):
        ax.axvspan(-margin, margin, color="#EFEFEF", lw=0, zorder=0, label="_margin")
