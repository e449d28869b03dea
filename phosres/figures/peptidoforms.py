"""Every measured form of the readouts with its change, so that disagreement is seen."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._intervals import draw_rows, effect_limit
from phosres.figures._levels import choose_panels, confidence, describe_test, note_vague, select
from phosres.figures._names import clean, nice_readout
from phosres.figures._panels import add_legend, make_axes, rows_height, status_handles
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._style import DOUBLE, SINGLE, styled
from phosres.figures.forest import AXIS
from phosres.results import Contrast, Scores

MAX_FORMS = 36
"""Most forms drawn: as many rows as fit a page; those that weigh least are left out first."""

_COLUMNS = [
    "readout", "level", "subject", "feature", "status", "log2fc", "ci_low", "ci_high", "weight",
    "note", "row",
]  # fmt: skip


def outline_peptidoforms(contrast: Contrast, scores: Scores) -> Sketch:
    """Change of each peptidoform behind a readout, with the combined change above its forms.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and their evidence.

    Raises
    ------
    NotDrawnError
        If no readout has a measured form.
    """
    forms = _forms(contrast, scores)
    panels = choose_panels(contrast)
    drawn = pd.concat([select(forms, s) for s in panels.subjects]) if len(forms) else forms
    if drawn.empty:
        raise NotDrawnError("no peptidoform of a readout was measured")
    top = drawn.groupby(["readout", "feature"])["weight"].max().sort_values(ascending=False)
    shown = top.index[:MAX_FORMS]
    forms = forms[pd.MultiIndex.from_frame(forms[["readout", "feature"]]).isin(shown)]
    readouts = scores.readouts[scores.readouts["readout"].isin(forms["readout"])]
    combined = readouts.assign(feature="", weight=np.nan, note="")
    frame = pd.concat([combined[_COLUMNS[:-1]], forms[_COLUMNS[:-1]]], ignore_index=True)
    rows = _rows(select(frame, panels.subjects[0]), frame, list(dict.fromkeys(readouts["readout"])))
    frame["row"] = pd.MultiIndex.from_frame(frame[["readout", "feature"]]).map(rows)
    frame = frame.sort_values("row", kind="stable").reset_index(drop=True)
    left_out = len(top) - len(shown)
    return Sketch(
        frame[_COLUMNS],
        f"Change of each peptidoform of the readouts, normalised log2 values, on − pre "
        f"({contrast.name}); lines: {confidence(scores.parameters)} confidence intervals. A form "
        "is marked up or down if its interval leaves out zero (not adjusted). Bold: the combined "
        "readout with its status. †: not counted in full, the table says why. "
        f"{describe_test(contrast)}."
        + (" Grey points: single subjects." if panels.points else "")
        + note_vague(pd.concat([select(frame, s) for s in panels.subjects]))
        + panels.notice
        + (f" {left_out} forms of least weight are left out." if left_out else ""),
        _finding(select(forms, panels.subjects[0]), panels.title(panels.subjects[0])),
    )


def _forms(contrast: Contrast, scores: Scores) -> pd.DataFrame:
    """Evidence of the readouts with confidence intervals and a mark of direction."""
    from scipy.stats import t as student

    alpha = float(scores.parameters.get("alpha", 0.05))
    forms = scores.evidence[scores.evidence["target"].isin(scores.readouts["readout"])]
    known = ["df", "n_pre", "n_on"]
    parts = [e.table[known].assign(level=e.level, subject=e.subject) for e in contrast.effects]
    df = pd.concat(parts).rename_axis("feature").reset_index()
    forms = forms.merge(df, on=["level", "subject", "feature"], how="left")
    half = student.ppf(1 - alpha / 2, forms["df"].astype(float)) * forms["se"]
    forms = forms.assign(ci_low=forms["log2fc"] - half, ci_high=forms["log2fc"] + half)
    status = np.select(
        [forms["n_pre"] + forms["n_on"] == 0, forms["ci_low"] > 0, forms["ci_high"] < 0],
        ["not_measured", "up", "down"],
        "inconclusive",
    )
    return forms.assign(status=status, readout=forms["target"])


def _rows(
    first: pd.DataFrame, frame: pd.DataFrame, readouts: list[str]
) -> dict[tuple[str, str], float]:
    """Place each readout's combined row, then its forms from rising to falling."""
    change = first.set_index(["readout", "feature"])["log2fc"]
    pairs = frame[["readout", "feature"]].drop_duplicates()
    rows: dict[tuple[str, str], float] = {}
    at = 0.0
    for readout in readouts:
        features = [f for f in pairs.loc[pairs["readout"] == readout, "feature"] if f]
        features.sort(key=lambda f: -np.nan_to_num(change.get((readout, f), np.nan), nan=-np.inf))
        for feature in ["", *features]:
            rows[(readout, feature)] = at
            at += 1.0
        at += 0.6
    return rows


def _finding(forms: pd.DataFrame, who: str) -> str:
    """Count the forms by direction and name the one that moves against the others most."""
    parts = []
    for readout, rows in forms.groupby("readout", sort=False):
        n = rows["status"].value_counts()
        counts = f"{n.get('up', 0)} up, {n.get('down', 0)} down of {len(rows)}"
        text = f"{nice_readout(str(readout))}: {counts}"
        if n.get("up", 0) and n.get("down", 0):
            ranked = rows.dropna(subset="log2fc").sort_values("log2fc")
            low, high = ranked.iloc[0], ranked.iloc[-1]
            text += (
                f", they disagree ({high['feature']} {high['log2fc']:+.2f}, "
                f"{low['feature']} {low['log2fc']:+.2f})"
            )
        parts.append(text)
    return f"Peptidoforms, {who}: " + "; ".join(parts) + "." if parts else "No form in this panel."


@styled
def draw_peptidoforms(contrast: Contrast, scores: Scores, *, ax: Axes | None = None) -> Figure:
    """Draw the change of each peptidoform of the readouts.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and their evidence.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_peptidoforms(contrast, scores).table
    panels = choose_panels(contrast)
    drawn = [select(frame, s) for s in panels.subjects]
    noted = {at for part in drawn for at in part.loc[part["note"] != "", "row"]}
    rows = frame.drop_duplicates("row")
    names = {
        float(at): clean(f, 32) + (" †" if at in noted else "") if f else nice_readout(r)
        for at, f, r in zip(rows["row"], rows["feature"], rows["readout"], strict=True)
    }
    n = len(panels.subjects)
    width = SINGLE * 1.4 if n == 1 else DOUBLE
    figure, axes = make_axes(
        ax, (width, rows_height(len(names), extra=1.2)), columns=n, sharex=True, sharey=True
    )
    points = frame[(frame["subject"] != "") & (frame["feature"] != "")] if panels.points else None
    limit = effect_limit(drawn, points)
    for panel, subject, part in zip(axes, panels.subjects, drawn, strict=True):
        draw_rows(panel, part, names, limit, points=points)
        panel.set_title(clean(panels.title(subject)))
        panel.set_xlabel(AXIS if n < 3 else "log2 fold change\non − pre")
    for label, feature in zip(axes[0].get_yticklabels(), rows["feature"], strict=True):
        label.set_fontweight("normal" if feature else "bold")
    add_legend(ax, axes[0], status_handles(list(pd.concat(drawn)["status"])))
    return figure
