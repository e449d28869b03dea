"""Quality at a glance: every check of every sample and pair as a light, and signs of ischemia."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._intervals import draw_rows, effect_limit
from phosres.figures._levels import confidence, describe_test, note_vague
from phosres.figures._names import clean
from phosres.figures._panels import add_legend, legend_mark, make_axes, rows_height, status_handles
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._samples import notice_dense
from phosres.figures._style import DENSE, DOUBLE, SINGLE, styled
from phosres.figures.activities import AXIS
from phosres.results import Contrast, Quality, Scores

LIGHTS = {"ok": ("o", "#009E73"), "warn": ("^", "#E69F00"), "fail": ("X", "#D55E00")}
"""Mark and colour of each light: the mark alone tells them apart."""

ISCHEMIA = "QC_ISCHEMIA"
"""Set of the sites that rise with handling time."""


def outline_lights(quality: Quality) -> Sketch:
    """Light of every check of the run, of each sample and of each pair.

    Parameters
    ----------
    quality
        The checks.

    Raises
    ------
    NotDrawnError
        If nothing was checked.
    """
    frame = quality.table
    if frame.empty:
        raise NotDrawnError("no quality check was made")
    counts = frame["light"].value_counts()
    bad = frame[frame["light"] != "ok"]
    worst = "; ".join(
        f"{str(c).replace('_', ' ')} of {', '.join(map(str, rows['name'].head(3)))}"
        + (f" and {len(rows) - 3} more" if len(rows) > 3 else "")
        for c, rows in bad.groupby("check", sort=False)
    )
    return Sketch(
        frame[["scope", "name", "check", "value", "limit", "light"]].reset_index(drop=True),
        f"Quality lights: {len(frame)} checks, one row a check, one column a sample, pair or the "
        "run; circle: in order, triangle: needs a look, cross: failed. Values and limits are in "
        "the table of quality. No test." + notice_dense(frame["name"].nunique(), "columns"),
        f"{counts.get('ok', 0)} of {len(frame)} checks in order, {counts.get('warn', 0)} need a "
        f"look, {counts.get('fail', 0)} failed{': ' + worst if worst else ''}.",
    )


@styled
def draw_lights(quality: Quality, *, ax: Axes | None = None) -> Figure:
    """Draw the lights as a grid: checks by samples and pairs.

    Parameters
    ----------
    quality
        The checks.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_lights(quality).table
    scope = {"run": 0, "sample": 1, "pair": 2}
    frame = frame.assign(order=frame["scope"].map(scope).fillna(3))
    frame = frame.sort_values("order", kind="stable")
    columns = list(dict.fromkeys(zip(frame["scope"], frame["name"], strict=True)))
    checks = list(dict.fromkeys(frame["check"]))
    dense = len(columns) > DENSE
    at: dict[tuple[str, str], float] = {}
    x, before = 0.0, ""
    for key in columns:
        x += 0.8 if before and key[0] != before else 0.0
        at[key], before = x, key[0]
        x += 1.0
    height = rows_height(len(checks), extra=1.2 if dense else 2.0)
    figure, (panel,) = make_axes(ax, (DOUBLE, height))
    for light, (marker, color) in LIGHTS.items():
        here = frame[frame["light"] == light]
        if len(here):
            panel.scatter(
                [at[k] for k in zip(here["scope"], here["name"], strict=True)],
                [checks.index(c) for c in here["check"]],
                marker=marker, s=(9 if dense else 22) * (1 if light == "ok" else 1.6), color=color,
                linewidths=0, zorder=3 if light == "ok" else 4, label=f"_{light}",
            )  # fmt: skip
    panel.set_yticks(range(len(checks)), [clean(c, 40).replace("_", " ") for c in checks])
    panel.set_ylim(len(checks) - 0.4, -0.6)
    panel.set_xlim(-0.7, x - 0.3)
    if dense:
        panel.set_xticks([])
        panel.set_xlabel(_describe_columns(columns))
    else:
        panel.set_xticks(list(at.values()), [clean(n, 18) or s for s, n in columns], rotation=90)
    panel.tick_params(length=0)
    panel.grid(axis="y", color="#E5E5E5", lw=0.5)
    panel.set_axisbelow(True)
    words = {"ok": "in order", "warn": "needs a look", "fail": "failed"}
    found = [v for v in LIGHTS if (frame["light"] == v).any()]
    add_legend(ax, panel, [legend_mark(words[v], LIGHTS[v][0], *[LIGHTS[v][1]] * 2) for v in found])
    return figure


def _describe_columns(columns: list[tuple[str, str]]) -> str:
    counts = pd.Series([s for s, _ in columns]).value_counts(sort=False)
    said = [f"{n} {s}s" if n > 1 else f"the {s}" for s, n in counts.items()]
    return f"from left to right: {', '.join(said)}"


def outline_ischemia(contrast: Contrast, scores: Scores) -> Sketch:
    """Change of the stress sites, which rise with handling time, of the cohort and each subject.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its activities.

    Raises
    ------
    NotDrawnError
        If none of these sites was measured.
    """
    frame = scores.activities[scores.activities["set"] == ISCHEMIA]
    if frame.empty or (frame["status"] == "not_measured").all():
        raise NotDrawnError("no site that rises with ischemia was measured")
    frame = frame.rename(columns={"score": "log2fc"})
    minutes = _minutes(contrast)
    frame = frame.assign(
        minutes=frame["subject"].map(minutes).astype(float),
        row=range(len(frame)),
    )
    up = frame[(frame["status"] == "up") & (frame["level"] == "subject")]
    cohort = frame[frame["level"] == "cohort"]["status"]
    known = " Beside each name: minutes of ischemia on treatment minus before, from the sheet."
    return Sketch(
        frame[["level", "subject", "row", "status", "log2fc", "ci_low", "ci_high", "minutes",
               "n_measured", "n_members"]].reset_index(drop=True),
        f"Sites that rise with the time between excision and freezing, as a set, on − pre "
        f"({contrast.name}); lines: {confidence(scores.parameters)} confidence intervals. A rise "
        "can imitate resistance: ERK, p38 and EGFR T693 rise with it."
        + (known if minutes else " The sheet gives no minutes of ischemia.")
        + f" {describe_test(contrast)}." + note_vague(frame)
        + notice_dense(len(frame), "rows"),
        (f"Cohort: {cohort.iloc[0].replace('_', ' ')}. " if len(cohort) else "")
        + f"Up in {len(up)} of {int((frame['level'] == 'subject').sum())} subjects.",
    )  # fmt: skip


def _minutes(contrast: Contrast) -> dict[str, float]:
    """Return the difference in minutes of ischemia of each subject, where the sheet gives both."""
    sheet, arms = contrast.data.samples, contrast.arms
    if "ischemia_min" not in sheet:
        return {}
    minutes = pd.to_numeric(sheet["ischemia_min"], errors="coerce")
    means = {a: minutes[arms["arm"] == a].groupby(arms["subject"]).mean() for a in ("pre", "on")}
    change = (means["on"] - means["pre"]).dropna()
    return {str(k): float(v) for k, v in change.items()}


@styled
def draw_ischemia(contrast: Contrast, scores: Scores, *, ax: Axes | None = None) -> Figure:
    """Draw the stress sites of the cohort and each subject.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its activities.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_ischemia(contrast, scores).table
    dense = len(frame) > DENSE
    figure, (panel,) = make_axes(ax, (SINGLE * 1.45, rows_height(len(frame), extra=1.2)))
    names = {
        float(r["row"]): (clean(r["subject"], 18) or "cohort")
        + (f"  {r['minutes']:+.0f} min" if pd.notna(r["minutes"]) else "")
        for r in frame.to_dict("records")
    }
    draw_rows(panel, frame, names, effect_limit([frame]))
    if dense:
        panel.set_yticks([])
        panel.set_ylabel(f"{len(frame)} rows, cohort first")
    panel.set_xlabel(AXIS.replace("activity score", "stress sites"))
    add_legend(ax, panel, status_handles(list(frame["status"])))
    return figure
