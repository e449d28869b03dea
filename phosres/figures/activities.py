"""Complexes and pathways, and kinases, as lollipops with intervals and coverage."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._intervals import draw_rows, effect_limit
from phosres.figures._levels import choose_panels, confidence, describe_test, note_vague, select
from phosres.figures._names import clean
from phosres.figures._panels import add_legend, make_axes, rows_height, status_handles
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._style import DOUBLE, SINGLE, styled
from phosres.results import Contrast, Scores

AXIS = "activity score, log2, on − pre"
"""Axis title of activities: signed so that up means more active."""

MAX_SETS = 30
"""Most sets drawn: as many rows as fit a page; unmeasured and weakest sets are left out first."""

_COLUMNS = [
    "set", "kind", "level", "subject", "status", "log2fc", "ci_low", "ci_high", "q", "n_measured",
    "n_members", "row",
]  # fmt: skip


KINASE = "kinase"
"""Kind of the sets that networks name; they have a figure of their own."""


def outline_activities(contrast: Contrast, scores: Scores) -> Sketch:
    """Score of each complex and pathway with its interval and coverage.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its activities.

    Raises
    ------
    NotDrawnError
        If no set was scored.
    """
    return _outline(contrast, scores, kinases=False)


def outline_kinases(contrast: Contrast, scores: Scores) -> Sketch:
    """Score of each kinase of the networks of the configuration, with interval and coverage.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its activities.

    Raises
    ------
    NotDrawnError
        If no kinase was scored.
    """
    return _outline(contrast, scores, kinases=True)


def _outline(contrast: Contrast, scores: Scores, *, kinases: bool) -> Sketch:
    """Outline the sets that are kinases, or those that are not."""
    frame = scores.activities.rename(columns={"score": "log2fc"})
    frame = frame[(frame["kind"] == KINASE) == kinases]
    panels = choose_panels(contrast)
    drawn = [select(frame, s) for s in panels.subjects]
    if not drawn or not any(len(d) for d in drawn):
        none = "no kinase was scored: the configuration names no network (`networks`)"
        raise NotDrawnError(none if kinases else "no complex or pathway was scored")
    rows = _rows(pd.concat(drawn))
    frame = frame.assign(row=frame["set"].map(rows)).dropna(subset="row")
    frame = frame.sort_values("row", kind="stable").reset_index(drop=True)
    left_out = pd.concat(drawn)["set"].nunique() - len(rows)
    return Sketch(
        frame[_COLUMNS],
        f"Activity of {'kinases' if kinases else 'complexes, their arms and pathways'}, on − pre "
        f"({contrast.name}): "
        "weighted change of the member sites, signed so that up is more active; lines: "
        f"{confidence(scores.parameters)} confidence intervals; beside each name: member sites "
        f"measured / in the set. Status from p adjusted (Benjamini-Hochberg) within its kind. "
        f"{describe_test(contrast)}."
        + (" Grey points: single subjects." if panels.points else "")
        + note_vague(pd.concat(drawn))
        + panels.notice
        + (f" {left_out} sets, unmeasured or weakest, are left out." if left_out else ""),
        _finding(select(frame, panels.subjects[0]), panels.title(panels.subjects[0])),
    )


def _rows(frame: pd.DataFrame) -> dict[str, float]:
    """Place complexes (with their arms) first, then the rest from rising to falling."""
    sets = frame.drop_duplicates("set").set_index("set")
    strength = (frame["log2fc"] / frame["se"]).abs().groupby(frame["set"]).max()
    always = sets.index[sets["kind"].isin(["complex", "arm"]) & _of_complex(sets)]
    others = sets.index.difference(always, sort=False)
    ranked = strength.reindex(others).sort_values(
        ascending=False, na_position="last", kind="stable"
    )
    kept = ranked.index[: max(MAX_SETS - len(always), 0)]
    change = frame.groupby("set")["log2fc"].mean().reindex(kept)
    ordered = change.sort_values(ascending=False, na_position="last", kind="stable").index
    first = sorted(always, key=lambda s: str(s).split("."))
    rows = {str(s): float(i) for i, s in enumerate(first)}
    return rows | {str(s): len(always) + 0.6 + i for i, s in enumerate(ordered)}


def _of_complex(sets: pd.DataFrame) -> pd.Series:
    """Whether each set is a complex or an arm of one."""
    complexes = set(sets.index[sets["kind"] == "complex"])
    return pd.Series([str(s).split(".")[0] in complexes for s in sets.index], index=sets.index)


def _finding(rows: pd.DataFrame, who: str) -> str:
    """Name what is up and what is down, complexes first."""
    parts = []
    for status in ("up", "down"):
        sets = rows[rows["status"] == status]
        named = [f"{s} ({v:+.2f})" for s, v in zip(sets["set"], sets["log2fc"], strict=True)]
        parts.append(f"{status}: {', '.join(named[:8]) or 'none'}")
    n = int((rows["status"] == "not_measured").sum())
    return f"Activities, {who}: {'; '.join(parts)}; {n} of {len(rows)} sets not measured."


@styled
def draw_activities(contrast: Contrast, scores: Scores, *, ax: Axes | None = None) -> Figure:
    """Draw complexes and pathways as lollipops with confidence intervals and coverage.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its activities.
    ax
        Axes to draw in; None for a new figure.
    """
    return _draw(outline_activities(contrast, scores).table, contrast, ax)


@styled
def draw_kinases(contrast: Contrast, scores: Scores, *, ax: Axes | None = None) -> Figure:
    """Draw kinases as lollipops with confidence intervals and coverage.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its activities.
    ax
        Axes to draw in; None for a new figure.
    """
    return _draw(outline_kinases(contrast, scores).table, contrast, ax)


def _draw(frame: pd.DataFrame, contrast: Contrast, ax: Axes | None) -> Figure:
    """Draw the rows of an outline."""
    panels = choose_panels(contrast)
    drawn = [select(frame, s) for s in panels.subjects]
    n = len(drawn)
    best = frame.loc[frame["n_measured"].astype(float).groupby(frame["row"]).idxmax()]
    names = {
        float(at): f"{clean(s)}  {int(np.nan_to_num(m))}/{int(t)}"
        for at, s, m, t in zip(
            best["row"],
            best["set"],
            best["n_measured"].astype(float),
            best["n_members"],
            strict=True,
        )
    }
    figure, axes = make_axes(
        ax,
        (SINGLE * 1.4 if n == 1 else DOUBLE, rows_height(len(names), extra=1.3)),
        columns=n,
        sharex=True,
        sharey=True,
    )
    points = frame[frame["subject"] != ""] if panels.points else None
    limit = effect_limit(drawn, points)
    for panel, subject, part in zip(axes, panels.subjects, drawn, strict=True):
        draw_rows(panel, part, names, limit, points=points, stem=True)
        panel.set_title(clean(panels.title(subject)))
        panel.set_xlabel(AXIS if n < 3 else "activity score\nlog2, on − pre")
    add_legend(ax, axes[0], status_handles(list(pd.concat(drawn)["status"])))
    return figure
