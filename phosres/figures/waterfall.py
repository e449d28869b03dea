"""Readouts of the subjects side by side, from the highest to the lowest change."""

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._levels import confidence, describe_test
from phosres.figures._names import clean, nice_readout
from phosres.figures._panels import add_legend, legend_mark, make_axes, status_handles
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._samples import notice_dense
from phosres.figures._style import DENSE, DOUBLE, FAINT, INK, MUTED, STATUS_STYLE, styled
from phosres.results import Contrast, Scores

_COLUMNS = [
    "readout", "subject", "place", "status", "log2fc", "ci_low", "ci_high", "mdc", "detection",
]  # fmt: skip


def outline_waterfall(contrast: Contrast, scores: Scores) -> Sketch:
    """Change of each readout in each subject, in falling order, with what limits it.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts.

    Raises
    ------
    NotDrawnError
        With fewer than 3 subjects.
    """
    frame = scores.readouts[scores.readouts["level"] == "subject"]
    n = frame["subject"].nunique()
    if n < 3:
        raise NotDrawnError(f"a waterfall needs at least 3 subjects with readouts, not {n}")
    frame = frame.sort_values(["readout", "log2fc"], ascending=[True, False], kind="stable")
    frame = frame.assign(place=frame.groupby("readout").cumcount())
    order = {r: i for i, r in enumerate(dict.fromkeys(scores.readouts["readout"]))}
    frame = frame.sort_values("readout", key=lambda r: r.map(order), kind="stable")
    parts = []
    for readout, rows in frame.groupby("readout", sort=False):
        counts = rows["status"].value_counts()
        said = [f"{counts[s]} {s.replace('_', ' ')}" for s in STATUS_STYLE if s in counts]
        parts.append(f"{nice_readout(str(readout))}: {', '.join(said)}")
    return Sketch(
        frame[_COLUMNS].reset_index(drop=True),
        f"Change of each readout in each of {n} subjects, normalised log2 values, on − pre "
        f"({contrast.name}), in falling order; lines: {confidence(scores.parameters)} confidence "
        "intervals; grey steps: the smallest change that would be found in 80 of 100 cases. "
        "×: not measured. ◇: peptidoforms seen on one side only, which gives no change. "
        f"{describe_test(contrast, 'subject')}." + notice_dense(n, "subjects"),
        f"{'; '.join(parts)}.",
    )


@styled
def draw_waterfall(contrast: Contrast, scores: Scores, *, ax: Axes | None = None) -> Figure:
    """Draw the readouts of all subjects, a panel a readout.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_waterfall(contrast, scores).table
    readouts = list(dict.fromkeys(frame["readout"]))
    columns = min(2, len(readouts))
    rows = math.ceil(len(readouts) / columns)
    dense = frame["subject"].nunique() > DENSE
    figure, panels = make_axes(
        ax, (DOUBLE, 0.7 + (1.7 if dense else 2.1) * rows), rows=rows, columns=columns, sharey=True
    )
    values = frame["log2fc"].abs().to_numpy(dtype=float)
    farthest = float(np.nanmax(values)) if np.isfinite(values).any() else 1.0
    limit = max(1.0, 1.5 * farthest)
    for panel, readout in zip(panels, readouts, strict=False):
        _draw_panel(panel, frame[frame["readout"] == readout], dense=dense, limit=limit)
        panel.set_title(nice_readout(readout))
    for panel in panels[len(readouts) :]:
        panel.set_axis_off()
    for panel in panels[::columns]:
        panel.set_ylabel("log2 fold change,\non − pre")
    handles: list[object] = list(status_handles(list(frame["status"])))
    if (frame["detection"].fillna("") != "").any():
        handles.append(legend_mark("one side only", "D", "white", MUTED))
    add_legend(ax, panels[0], handles)
    return figure


def _draw_panel(panel: Axes, rows: pd.DataFrame, *, dense: bool, limit: float) -> None:
    """Draw one readout."""
    at = rows["place"].to_numpy(dtype=float)
    value = rows["log2fc"].to_numpy(dtype=float)
    status = rows["status"].to_numpy(dtype=object)
    seen = np.isfinite(value)
    colors = [STATUS_STYLE[s][2] for s in status]
    panel.axhline(0, color=INK, lw=0.6, zorder=1)
    mdc = np.clip(rows["mdc"].to_numpy(dtype=float), 0, limit)
    for sign in (-1, 1):
        panel.hlines(
            sign * mdc[seen], at[seen] - 0.45, at[seen] + 0.45, colors=FAINT, lw=1.2, zorder=1.5,
            label="_mdc",
        )  # fmt: skip
    panel.bar(
        at[seen], value[seen], width=0.7, color=[c for c, s in zip(colors, seen, strict=True) if s],
        alpha=0.35, zorder=2,
    )  # fmt: skip
    low, high = rows["ci_low"].to_numpy(dtype=float), rows["ci_high"].to_numpy(dtype=float)
    known = seen & np.isfinite(low) & np.isfinite(high)
    panel.vlines(
        at[known], np.clip(low[known], -limit, limit), np.clip(high[known], -limit, limit),
        colors=[c for c, k in zip(colors, known, strict=True) if k], lw=0.6 if dense else 1.0,
        zorder=3, label="_interval",
    )  # fmt: skip
    for name, (marker, face, edge) in STATUS_STYLE.items():
        here = (status == name) & (seen | (name == "not_measured"))
        if here.any():
            paint: dict[str, Any] = {"facecolors": face, "edgecolors": edge}
            if marker == "x":
                paint = {"c": edge}
            panel.scatter(
                at[here], np.where(seen[here], value[here], 0.0), marker=marker,
                s=7 if dense else 18, linewidths=0.8, zorder=4, label=f"_status_{name}", **paint,
            )  # fmt: skip
    gone = rows["detection"].fillna("").ne("").to_numpy() & ~seen
    if gone.any():
        panel.scatter(at[gone], np.zeros(int(gone.sum())), marker="D", s=16, facecolors="white",
                      edgecolors=MUTED, linewidths=0.8, zorder=5, label="_one_side")  # fmt: skip
    panel.set_ylim(-limit, limit)
    panel.set_xlim(-0.8, len(rows) - 0.2)
    if dense:
        panel.set_xticks([])
        panel.set_xlabel(f"{len(rows)} subjects")
    else:
        names = [clean(s, 14) for s in rows["subject"]]
        panel.set_xticks(at, names, rotation=90 if len(names) > 6 else 0)
        panel.tick_params(axis="x", length=0)
