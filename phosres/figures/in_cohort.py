"""Where one subject stands within the cohort: every readout and complex, all others behind."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._levels import confidence
from phosres.figures._names import clean, nice_readout
from phosres.figures._panels import make_axes
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._scene import PIXELS, Scene, Shape, Words, box, draw_scene, mark
from phosres.figures._style import INK, MUTED, STATUS_STYLE, styled
from phosres.figures.pathway_map import signed
from phosres.results import Contrast, Scores

SETS = ("MTORC1", "MTORC2", "AKT", "ERK", "RSK", "CDK46_RB", "AMPK_LKB1")
"""Sets shown below the readouts."""

WIDTH, ROW, TOP, LEFT, RIGHT = 720.0, 26.0, 22.0, 130.0, 190.0

_WORDS = ("COMPENSATORY", "REACTIVATION", "FEEDBACK", "BYPASS", "INPUT", "GENERIC", "MARKER")
"""Parts of an id that are words, not names."""

_COLUMNS = ["row", "label", "subject", "status", "log2fc", "ci_low", "ci_high", "rank", "n_seen"]


def outline_in_cohort(contrast: Contrast, scores: Scores, subject: str) -> Sketch:
    """Change of each readout and of the main sets, of every subject.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and activities.
    subject
        The subject that is marked.

    Raises
    ------
    NotDrawnError
        If there is no other subject.
    """
    if len(contrast.subjects) < 2:
        raise NotDrawnError("there is no other subject to compare with")
    table = _rows(scores)
    mine = table[table["subject"] == subject]
    parts = [
        f"{r['label']} {signed(r['log2fc'])}, rank {int(r['rank'])} of {int(r['n_seen'])}"
        for r in mine.to_dict("records")
        if np.isfinite(r["log2fc"])
    ]
    n = len(contrast.subjects)
    return Sketch(
        table,
        f"{subject} among {n} subjects, on − pre ({contrast.name}): change of each readout and "
        f"score of each set (up is more active) with {confidence(scores.parameters)} confidence "
        "interval; grey: the other subjects; bar: their median. Rank 1 is the lowest. No test "
        "between subjects.",
        f"{subject}: {'; '.join(parts) or 'nothing was measured'}.",
    )


def _rows(scores: Scores) -> pd.DataFrame:
    """Return one row a readout or set and subject, with its rank among the subjects."""
    readouts = scores.readouts.rename(columns={"readout": "key"})
    sets = scores.activities[scores.activities["set"].isin(SETS)]
    sets = sets.rename(columns={"set": "key", "score": "log2fc"})
    columns = ["key", "level", "subject", "status", "log2fc", "ci_low", "ci_high"]
    frame = pd.concat([readouts[columns], sets[columns]], ignore_index=True)
    frame = frame[frame["level"] == "subject"].drop(columns="level")
    keys = [*dict.fromkeys(readouts["key"]), *(s for s in SETS if s in set(sets["key"]))]
    frame["row"] = frame["key"].map({k: i for i, k in enumerate(keys)})
    frame["label"] = [label_of(k) for k in frame["key"]]
    grouped = frame.groupby("row")["log2fc"]
    frame["rank"] = grouped.rank(method="min")
    frame["n_seen"] = grouped.transform("count")
    return frame.sort_values("row", kind="stable").reset_index(drop=True)[_COLUMNS]


def label_of(key: str) -> str:
    """Write the id of a readout or set as people do.

    Parameters
    ----------
    key
        Id of a readout or set.
    """
    if key.startswith(("S6_", "4EBP", "AKT_S")):
        return nice_readout(key)
    words = clean(key).replace("MTORC", "mTORC").replace("CDK46", "CDK4/6").split("_")
    return " ".join(w.lower() if w in _WORDS else w for w in words)


def sketch_in_cohort(contrast: Contrast, scores: Scores, subject: str) -> Scene:
    """Lay out the figure as a scene, for SVG or for axes.

    Parameters
    ----------
    contrast, scores, subject
        As for `outline_in_cohort`.
    """
    table = outline_in_cohort(contrast, scores, subject).table
    ends = table.loc[table["subject"] == subject, ["ci_low", "ci_high"]].abs().to_numpy(dtype=float)
    values = table["log2fc"].abs().to_numpy(dtype=float)
    farthest = float(np.nanmax(values)) if np.isfinite(values).any() else 1.0
    widest = float(np.nanmax(ends)) if np.isfinite(ends).any() else 1.0
    limit = max(1.0, 1.05 * farthest, min(widest, 1.6 * farthest))
    n = int(table["row"].max()) + 1
    height = TOP + ROW * n + 44
    scale = (WIDTH - LEFT - RIGHT) / (2 * limit)

    def at(value: float) -> float:
        return LEFT + (min(max(value, -limit), limit) + limit) * scale

    bottom = TOP + ROW * n
    parts: list[Shape | Words] = [
        Shape(((at(0), TOP - 6), (at(0), bottom)), edge=MUTED, width=0.8, closed=False)
    ]
    for row, rows in table.groupby("row"):
        y = TOP + ROW * (float(str(row)) + 0.5)
        parts += _draw_row(rows, subject, y, at)
    for value in _ticks(limit):
        x = at(value)
        parts.append(Shape(((x, bottom), (x, bottom + 4)), edge=MUTED, width=0.8, closed=False))
        text = f"{value:+g}".replace("-", "−") if value else "0"
        parts.append(Words(x, bottom + 15, text, 8.5))
    parts.append(
        Shape(((LEFT, bottom), (WIDTH - RIGHT, bottom)), edge=MUTED, width=0.8, closed=False)
    )
    parts.append(Words(at(0), bottom + 31, "log2 change, on − pre; score for sets", 9))
    return Scene(WIDTH, height, tuple(parts), f"{clean(subject, 40)} within the cohort")


def _ticks(limit: float) -> list[float]:
    step = next(s for s in (0.5, 1.0, 2.0, 4.0, 8.0, 64.0) if limit / s <= 4)
    n = int(limit // step)
    return [step * i for i in range(-n, n + 1)]


def _draw_row(
    rows: pd.DataFrame, subject: str, y: float, at: Callable[[float], float]
) -> list[Shape | Words]:
    """Draw the others in grey, their median, and the subject with its interval and rank."""
    label = str(rows["label"].iloc[0])
    others = rows[rows["subject"] != subject]["log2fc"].dropna().to_numpy(dtype=float)
    parts: list[Shape | Words] = [Words(LEFT - 12, y + 3, label, 9.5, "end")]
    shaken = 5.0 * (((np.arange(len(others)) * 5) % 7) / 3 - 1)
    parts += [
        Shape(box(at(v), y + s, 4, 4), "#BDBDBD", "none")
        for v, s in zip(np.sort(others), shaken, strict=True)
    ]
    if len(others):
        x = at(float(np.median(others)))
        parts.append(Shape(((x, y - 10), (x, y + 10)), edge="#8C8C8C", width=1.6, closed=False))
    mine = rows[rows["subject"] == subject].to_dict("records")
    if not mine:
        return parts
    row = mine[0]
    status, value = str(row["status"]), float(row["log2fc"])
    x = WIDTH - RIGHT + 12
    if not np.isfinite(value):
        text = "× not measured" if status == "not_measured" else "○ no estimate"
        return [*parts, Words(x, y + 3, text, 9, "start", color=MUTED)]
    _, face, edge = STATUS_STYLE[status]
    if np.isfinite(row["ci_low"]) and np.isfinite(row["ci_high"]):
        line = ((at(float(row["ci_low"])), y), (at(float(row["ci_high"])), y))
        parts.append(Shape(line, edge=edge, width=1.6, closed=False))
    parts.append(Shape(mark(at(value), y, 6, status), face, INK, 1.0, title=label))
    said = f"{signed(value)} {status}, rank {int(row['rank'])} of {int(row['n_seen'])}"
    return [*parts, Words(x, y + 3, said, 9, "start")]


@styled
def draw_in_cohort(
    contrast: Contrast, scores: Scores, subject: str, *, ax: Axes | None = None
) -> Figure:
    """Draw one subject within the cohort.

    Parameters
    ----------
    contrast, scores, subject
        As for `outline_in_cohort`.
    ax
        Axes to draw in; None for a new figure.
    """
    scene = sketch_in_cohort(contrast, scores, subject)
    figure, (panel,) = make_axes(ax, (scene.width / PIXELS, scene.height / PIXELS))
    draw_scene(scene, panel)
    return figure
