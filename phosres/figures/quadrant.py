"""mTORC1 against mTORC2: which of the two is off, which is on, in whom."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._labels import add_labels
from phosres.figures._levels import confidence, describe_test
from phosres.figures._names import clean
from phosres.figures._panels import add_legend, legend_mark, make_axes
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._style import DENSE, INK, MUTED, SINGLE, settle, styled
from phosres.results import Contrast, Scores

_BOTH = ("MTORC1", "MTORC2")
_CLEAR = ("up", "down", "unchanged")


def outline_quadrant(contrast: Contrast, scores: Scores) -> Sketch:
    """Score of mTORC1 and of mTORC2 with their intervals, for the cohort and each subject.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its activities.

    Raises
    ------
    NotDrawnError
        If nobody has an estimate of both.
    """
    frame = scores.activities[scores.activities["set"].isin(_BOTH)]
    keys = ["level", "subject"]
    values = ["status", "score", "ci_low", "ci_high"]
    table = frame[keys].drop_duplicates()
    for one in _BOTH:
        own = frame[frame["set"] == one].set_index(keys)[values].add_prefix(f"{one.lower()}_")
        table = table.join(own, on=keys)
    order = {s: i for i, s in enumerate(["", *contrast.subjects])}
    table = table.sort_values("subject", key=lambda s: s.map(order), kind="stable")
    table = table.reset_index(drop=True)
    drawn = table.dropna(subset=["mtorc1_score", "mtorc2_score"])
    if drawn.empty:
        raise NotDrawnError("nobody has an estimate of both mTORC1 and mTORC2")
    lacking = table[~table.index.isin(drawn.index)]
    n = len(lacking)
    left_out = f" {n} without an estimate of both are in the table." if n else ""
    return Sketch(
        table,
        f"Score of mTORC2 against that of mTORC1, log2, on − pre ({contrast.name}), up is more "
        f"active; lines: {confidence(scores.parameters)} confidence intervals. Filled: the status "
        "of both is up, down or unchanged; open: that of one or both is inconclusive. "
        f"{describe_test(contrast)}.{left_out}",
        _finding(drawn),
    )


def _finding(drawn: pd.DataFrame) -> str:
    subjects = drawn[drawn["level"] == "subject"]
    parts = [
        f"Cohort: mTORC1 {row['mtorc1_status']} ({row['mtorc1_score']:+.2f}), mTORC2 "
        f"{row['mtorc2_status']} ({row['mtorc2_score']:+.2f})"
        for row in drawn[drawn["level"] == "cohort"].to_dict("records")
    ]
    if len(subjects):
        both = (subjects["mtorc1_score"] < 0) & (subjects["mtorc2_score"] < 0)
        parts.append(f"both scores are negative in {int(both.sum())} of {len(subjects)} subjects")
    return f"{'; '.join(parts)}."


@styled
def draw_quadrant(contrast: Contrast, scores: Scores, *, ax: Axes | None = None) -> Figure:
    """Draw mTORC2 against mTORC1.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its activities.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_quadrant(contrast, scores).table
    frame = frame.dropna(subset=["mtorc1_score", "mtorc2_score"])
    figure, (panel,) = make_axes(ax, (SINGLE * 1.45, SINGLE * 1.35))
    points = frame[["mtorc1_score", "mtorc2_score"]].to_numpy(dtype=float)
    limit = 1.25 * max(float(np.abs(points).max()), 0.8)
    for row in frame.to_dict("records"):
        _draw_point(panel, row, dense=len(frame) > DENSE)
    panel.axhline(0, color=MUTED, lw=0.6, zorder=1)
    panel.axvline(0, color=MUTED, lw=0.6, zorder=1)
    panel.set_xlim(-limit, limit)
    panel.set_ylim(-limit, limit)
    for x, y, text in (
        (-1, -1, "mTORC1 ▼ mTORC2 ▼"), (1, 1, "mTORC1 ▲ mTORC2 ▲"),
        (-1, 1, "mTORC1 ▼ mTORC2 ▲"), (1, -1, "mTORC1 ▲ mTORC2 ▼"),
    ):  # fmt: skip
        panel.text(
            0.97 * x * limit, 0.96 * y * limit, text, size=6.5, color=MUTED,
            ha="left" if x < 0 else "right", va="bottom" if y < 0 else "top",
        )  # fmt: skip
    panel.set_xlabel("mTORC1 score, log2, on − pre")
    panel.set_ylabel("mTORC2 score, log2, on − pre")
    add_legend(ax, panel, _handles(frame))
    named = frame[frame["level"] == "subject"]
    if 0 < len(named) <= DENSE:
        if ax is None:
            settle(figure)
        mine = named[["mtorc1_score", "mtorc2_score"]].to_numpy(dtype=float)
        add_labels(panel, mine, [clean(s, 16) for s in named["subject"]], points, marks=points)
    return figure


def _draw_point(panel: Axes, row: Mapping[Any, Any], *, dense: bool) -> None:
    x, y = row["mtorc1_score"], row["mtorc2_score"]
    cohort = row["level"] == "cohort"
    clear = row["mtorc1_status"] in _CLEAR and row["mtorc2_status"] in _CLEAR
    if cohort or not dense:
        color, width = (INK, 1.2) if cohort else ("#C8C8C8", 0.7)
        ends = (row["mtorc1_ci_low"], row["mtorc1_ci_high"])
        panel.hlines(y, *ends, colors=color, lw=width, zorder=2)
        ends = (row["mtorc2_ci_low"], row["mtorc2_ci_high"])
        panel.vlines(x, *ends, colors=color, lw=width, zorder=2)
    panel.scatter(
        x, y, marker="D" if cohort else "o", s=44 if cohort else 10 if dense else 22,
        facecolors=INK if clear else "white", edgecolors=INK, linewidths=0.9,
        zorder=5 if cohort else 4, label="_cohort" if cohort else "_subject",
    )  # fmt: skip


def _handles(frame: pd.DataFrame) -> list[object]:
    handles: list[object] = []
    if (frame["level"] == "cohort").any():
        handles.append(legend_mark("cohort", "D", "#B5B5B5", INK))
    if (frame["level"] == "subject").any():
        handles.append(legend_mark("subject, both clear", "o", INK, INK))
        handles.append(legend_mark("one or both inconclusive", "o", "white", INK))
    return handles
