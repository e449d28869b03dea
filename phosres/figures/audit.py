"""What each readout would be under every normalisation: the audit of the drug's effect."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._names import clean, nice_readout
from phosres.figures._panels import add_legend, legend_mark, make_axes, rows_height
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._style import DOUBLE, FAINT, MUTED, styled
from phosres.figures.forest import AXIS
from phosres.figures.intensities import METHOD_STYLE
from phosres.results import Audit

MAX_ROWS = 36
"""Most readouts drawn: cohorts first, then those whose status differs between methods."""


def outline_audit(audit: Audit) -> Sketch:
    """Change and status of each readout under each normalisation method.

    Parameters
    ----------
    audit
        The audit.

    Raises
    ------
    NotDrawnError
        If one method was used only, or no readout has a change.
    """
    frame = audit.readouts
    if frame.empty or frame["method"].nunique() < 2:
        raise NotDrawnError("no other normalisation was compared")
    keys = ["contrast", "level", "subject", "readout"]
    frame = frame.assign(subject=frame["subject"].fillna(""))
    frame = frame[frame["log2fc"].notna()]
    if frame.empty:
        raise NotDrawnError("no readout has a change")
    flips = frame.groupby(keys, sort=False)["status"].nunique().gt(1).rename("differs")
    every = flips.reset_index()
    rank = every.assign(c=every["level"] != "cohort", d=~every["differs"])
    chosen = rank.sort_values(["c", "d"], kind="stable").head(MAX_ROWS).index.sort_values()
    shown = every.loc[chosen].assign(row=range(len(chosen)))
    table = frame.merge(shown, on=keys)
    n = int(flips.sum())
    left = len(every) - len(shown)
    return Sketch(
        table,
        "Change of each readout under each normalisation method, log2, on − pre; the mark of the "
        "method used is filled. A row in bold has another status under another method, and is "
        f"therefore called inconclusive. {len(every)} readouts with a change"
        + (f", {left} of them not drawn" if left else "")
        + f". Test as in the table of readouts. {audit.text}",
        f"{n} of {len(every)} readouts would have another status under another normalisation.",
    )


@styled
def draw_audit(audit: Audit, *, ax: Axes | None = None) -> Figure:
    """Draw the readouts under each normalisation.

    Parameters
    ----------
    audit
        The audit.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_audit(audit).table
    used = set(audit.shifts.loc[audit.shifts["used"].astype(bool), "method"])
    rows = frame.drop_duplicates("row").sort_values("row")
    several = rows["contrast"].nunique() > 1
    names = [
        f"{nice_readout(r['readout'])}, {clean(r['subject'], 14) or 'cohort'}"
        + (f", {clean(r['contrast'], 12)}" if several else "")
        for r in rows.to_dict("records")
    ]
    figure, (panel,) = make_axes(
        ax, (DOUBLE * 0.75 if len(rows) < 9 else DOUBLE, rows_height(len(rows), extra=1.3))
    )
    panel.axvline(0, color=MUTED, lw=0.6, zorder=1)
    ends = frame.groupby("row")["log2fc"].agg(["min", "max"])
    panel.hlines(ends.index, ends["min"], ends["max"], colors=FAINT, lw=2, zorder=1.5)
    handles = []
    methods = list(dict.fromkeys(frame["method"]))
    for i, method in enumerate(methods):
        here = frame[frame["method"] == method]
        marker, color = METHOD_STYLE[i % len(METHOD_STYLE)]
        face = color if method in used else "white"
        panel.scatter(
            here["log2fc"], here["row"] + 0.12 * (i - (len(methods) - 1) / 2), marker=marker, s=18,
            facecolors=face, edgecolors=color, linewidths=0.9, zorder=3 if method in used else 2,
            label=f"_{method}",
        )  # fmt: skip
        title = str(method).replace("_", " ") + (" (used)" if method in used else "")
        handles.append(legend_mark(title, marker, face, color))
    panel.set_yticks(np.arange(len(rows)), names)
    panel.set_ylim(len(rows) - 0.4, -0.6)
    panel.tick_params(axis="y", length=0)
    for label, differs in zip(panel.get_yticklabels(), rows["differs"], strict=True):
        label.set_fontweight("bold" if differs else "normal")
    panel.set_xlabel(AXIS)
    add_legend(ax, panel, handles)
    return figure
