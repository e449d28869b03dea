"""Readouts with confidence intervals: a panel a readout, a row for the cohort and each subject."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._intervals import draw_intervals, effect_limit, shade_margin
from phosres.figures._levels import confidence, describe_test, note_vague
from phosres.figures._names import clean, nice_readout
from phosres.figures._panels import add_legend, make_axes, name_rows, rows_height, status_handles
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._samples import notice_dense, parameter
from phosres.figures._style import DENSE, DOUBLE, FAINT, SINGLE, styled
from phosres.results import Contrast, Scores

AXIS = "log2 fold change, on − pre"
"""Axis title of every change."""

COHORT = "cohort"
"""Name of the row of the cohort."""

_COLUMNS = ["readout", "level", "subject", "row", "status", "log2fc", "ci_low", "ci_high", "mdc"]


def outline_forest(contrast: Contrast, scores: Scores) -> Sketch:
    """Readouts of the cohort and each subject, subjects ordered by change like a waterfall.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts.

    Raises
    ------
    NotDrawnError
        If there is no readout.
    """
    frame = scores.readouts
    if frame.empty:
        raise NotDrawnError("there is no readout to show")
    order = _order(frame)
    frame = frame.assign(row=frame["subject"].map({s: i for i, s in enumerate(order)}))
    n = sum(s != "" for s in order)
    margin = margin_of(scores)
    band = f", shaded: within ±{margin:.2f}, counts as unchanged" if margin else ""
    sort = " Subjects in the order of their change of the first measured readout." if n > 1 else ""
    return Sketch(
        frame.sort_values(["readout", "row"], kind="stable")[_COLUMNS].reset_index(drop=True),
        f"Change of each readout, normalised log2 values, on − pre ({contrast.name}); lines: "
        f"{confidence(scores.parameters)} confidence intervals (an arrowhead where one is cut)"
        f"{band}. {describe_test(contrast)}; p adjusted over the readouts."
        f"{note_vague(frame)}{sort}" + notice_dense(n, "subjects"),
        _finding(frame),
    )


def margin_of(scores: Scores) -> float | None:
    """Return the change that still counts as none, log2; None if the scoring has no such margin.

    Parameters
    ----------
    scores
        Scores with their parameters.
    """
    fold = parameter(scores.parameters, "unchanged_fold")
    return math.log2(fold) if fold and fold > 1 else None


def _order(frame: pd.DataFrame) -> list[str]:
    """Order subjects by the change of the readout that most of them have, cohort first."""
    subjects = list(dict.fromkeys(frame["subject"]))
    own = frame[frame["subject"] != ""]
    counts = own.dropna(subset="log2fc").groupby("readout", sort=False).size()
    if len(counts):
        key = own[own["readout"] == counts.idxmax()].set_index("subject")["log2fc"]
        subjects = sorted(
            subjects, key=lambda s: (s != "", np.nan_to_num(key.get(s, 0), nan=np.inf))
        )
    return subjects


def _finding(frame: pd.DataFrame) -> str:
    """Say the status of each readout, of the cohort and counted over subjects."""
    parts = []
    for readout, rows in frame.groupby("readout", sort=False):
        own = rows[rows["subject"] != ""]
        text = nice_readout(str(readout))
        cohort = rows[rows["subject"] == ""]
        for status, change in zip(cohort["status"], cohort["log2fc"], strict=True):
            text += f" {status.replace('_', ' ')}"
            text += f" ({change:+.2f} log2)" if np.isfinite(change) else ""
        if len(own):
            counts = own["status"].value_counts(sort=False)
            text += ": " + ", ".join(f"{n} {str(s).replace('_', ' ')}" for s, n in counts.items())
            text += f" of {len(own)} subjects"
        parts.append(text)
    return "; ".join(parts) + "."


@styled
def draw_forest(contrast: Contrast, scores: Scores, *, ax: Axes | None = None) -> Figure:
    """Draw the readouts with intervals and status marks.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_forest(contrast, scores).table
    readouts = list(dict.fromkeys(scores.readouts["readout"]))
    limit, margin = effect_limit([frame]), margin_of(scores)
    rows = frame.drop_duplicates("row").sort_values("row")
    if len(rows) == 1:
        return _draw_one(frame, readouts, limit, margin, rows["subject"].iloc[0] or COHORT, ax)
    dense = len(rows) > DENSE
    size = (DOUBLE, rows_height(len(rows), extra=1.2))
    figure, panels = make_axes(ax, size, columns=len(readouts), sharex=True, sharey=True)
    for panel, readout in zip(panels, readouts, strict=True):
        part = frame[frame["readout"] == readout]
        shade_margin(panel, margin)
        draw_intervals(panel, list(part["row"]), part, limit, dense=dense)
        if (rows["subject"] == "").any():
            panel.axhline(0.5, color=FAINT, lw=0.8)
        panel.set_title(nice_readout(readout))
        panel.tick_params(axis="y", length=0)
        panel.set_xlabel("log2 fold change,\non − pre")
    names = [s or COHORT for s in rows["subject"]]
    name_rows(panels[0], names, dense=dense, what="rows, cohort on top" if dense else "")
    add_legend(ax, panels[0], status_handles(list(frame["status"])))
    return figure


def _draw_one(
    frame: pd.DataFrame,
    readouts: list[str],
    limit: float,
    margin: float | None,
    who: str,
    ax: Axes | None,
) -> Figure:
    """Draw one row a readout, where there is only the cohort or only one subject."""
    figure, (panel,) = make_axes(ax, (SINGLE * 1.3, rows_height(len(readouts), extra=1.4)))
    part = frame.set_index("readout").loc[readouts]
    shade_margin(panel, margin)
    draw_intervals(panel, list(range(len(part))), part, limit)
    name_rows(panel, [nice_readout(r) for r in readouts], dense=False, what="readouts")
    panel.set_title(clean(who))
    panel.set_xlabel(AXIS)
    add_legend(ax, panel, status_handles(list(part["status"])))
    return figure
