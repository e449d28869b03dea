"""Time courses: readouts over the times on treatment, of the cohort and of each subject."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._names import clean, nice_readout
from phosres.figures._panels import add_legend, arm_styles, make_axes
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._style import DOUBLE, INK, MUTED, styled

NAMED = 6
"""Most subjects that have a colour and a mark of their own; of more, lines are grey."""


def outline_courses(trajectories: pd.DataFrame | None) -> Sketch:
    """Change of each readout at each time on treatment.

    Parameters
    ----------
    trajectories
        Table of `phosres.columns.TRAJECTORIES`; None if there is one time only.

    Raises
    ------
    NotDrawnError
        With one time on treatment.
    """
    if trajectories is None or trajectories.empty:
        raise NotDrawnError("there is one time on treatment only, or nobody has several")
    from scipy.stats import t as student

    frame = trajectories.copy()
    half = student.ppf(0.975, frame["df"].astype(float)) * frame["se"].astype(float)
    frame["ci_low"], frame["ci_high"] = frame["log2fc"] - half, frame["log2fc"] + half
    n = frame.loc[frame["level"] == "subject", "subject"].nunique()
    times = list(frame.sort_values("order")["contrast"].drop_duplicates())
    moves = frame[frame["step_q"] < 0.05]
    said = [
        f"{r['subject'] or 'cohort'} {nice_readout(r['readout'])} {r['step']:+.2f} "
        f"to {r['contrast']}"
        for r in moves.to_dict("records")
    ]
    return Sketch(
        frame,
        f"Change of each readout since before treatment, normalised log2 values, at "
        f"{' > '.join(clean(t, 20) for t in times)}; {n} subjects"
        + (", thick: cohort" if (frame["level"] == "cohort").any() else "")
        + "; bars: 95 % confidence intervals. All times of a subject are compared with the same "
        "samples before treatment. Steps between times are tested by t (Kenward-Roger), adjusted "
        "by Holm; see trajectories.tsv.",
        f"Steps with adjusted p < 0.05: {'; '.join(said[:6]) or 'none'}.",
    )


@styled
def draw_courses(trajectories: pd.DataFrame | None, *, ax: Axes | None = None) -> Figure:
    """Draw the time courses, a panel a readout.

    Parameters
    ----------
    trajectories
        Table of `phosres.columns.TRAJECTORIES`.
    ax
        Axes to draw in; None for a new figure.
    """
    frame = outline_courses(trajectories).table
    readouts = list(dict.fromkeys(frame["readout"]))
    figure, panels = make_axes(ax, (DOUBLE, 2.7), columns=len(readouts), sharey=True)
    subjects = list(dict.fromkeys(frame.loc[frame["level"] == "subject", "subject"]))
    styles = arm_styles(subjects) if len(subjects) <= NAMED else {}
    times = frame.sort_values("order").drop_duplicates("order")
    for panel, readout in zip(panels, readouts, strict=True):
        rows = frame[frame["readout"] == readout]
        panel.axhline(0, color=MUTED, lw=0.6)
        n = max(len(subjects), 1)
        for i, subject in enumerate(subjects):
            aside = 0.16 * (i - (n - 1) / 2) / n if styles else 0.0
            _draw_course(panel, rows[rows["subject"] == subject], styles.get(subject), aside)
        _draw_cohort(panel, rows[rows["level"] == "cohort"])
        panel.set_title(nice_readout(readout))
        panel.set_xticks([0, *times["order"]], ["pre", *(clean(c, 10) for c in times["contrast"])])
        panel.set_xlim(-0.25, float(times["order"].max()) + 0.35)
        if not rows["log2fc"].notna().any():
            panel.text(0.5, 0.6, "× no change\ncould be estimated", transform=panel.transAxes,
                       ha="center", color=MUTED)  # fmt: skip
    panels[0].set_ylabel("log2 change\nsince before treatment")
    handles = _handles(styles, subjects, cohort=bool((frame["level"] == "cohort").any()))
    if handles:
        add_legend(ax, panels[0], handles)
    return figure


def _draw_course(
    panel: Axes, rows: pd.DataFrame, style: tuple[str, str] | None, aside: float
) -> None:
    """Draw one subject, from zero before treatment."""
    seen = rows[rows["log2fc"].notna()].sort_values("order")
    if seen.empty:
        return
    marker, color = style or ("", "#B5B5B5")
    x = seen["order"].to_numpy(dtype=float) + aside
    y = seen["log2fc"].to_numpy(dtype=float)
    panel.plot([aside, *x], [0, *y], color=color, lw=1.0 if style else 0.6, zorder=2, label="_line")
    if style:
        panel.vlines(x, seen["ci_low"], seen["ci_high"], colors=color, lw=0.7, zorder=2)
        panel.scatter(x, y, marker=marker, s=22, color=color, zorder=3, label="_subject")


def _draw_cohort(panel: Axes, rows: pd.DataFrame) -> None:
    seen = rows[rows["log2fc"].notna()].sort_values("order")
    if seen.empty:
        return
    x, y = seen["order"].to_numpy(dtype=float), seen["log2fc"].to_numpy(dtype=float)
    panel.plot([0, *x], [0, *y], color=INK, lw=2.0, zorder=4, label="_cohort")
    panel.vlines(x, seen["ci_low"], seen["ci_high"], colors=INK, lw=1.2, zorder=4)
    panel.scatter(x, y, marker="D", s=30, color=INK, zorder=5)


def _handles(
    styles: dict[str, tuple[str, str]], subjects: list[str], *, cohort: bool
) -> list[object]:
    from matplotlib.lines import Line2D

    handles: list[object] = []
    if cohort:
        handles.append(Line2D([], [], color=INK, lw=2, marker="D", ms=5, label="cohort"))
    handles += [
        Line2D([], [], color=color, marker=marker, ms=4.5, label=clean(subject, 16))
        for subject, (marker, color) in styles.items()
    ]
    if subjects and not styles:
        handles.append(Line2D([], [], color="#B5B5B5", label=f"{len(subjects)} subjects"))
    return handles
