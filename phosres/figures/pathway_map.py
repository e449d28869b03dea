"""The pathway map: receptors to S6 and 4E-BP1, coloured by what the run found."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._levels import confidence, describe_test
from phosres.figures._map_layout import EDGES, HEIGHT, MEMBRANE, NODE, NODES, RECEPTOR, WIDTH, Node
from phosres.figures._names import clean
from phosres.figures._panels import make_axes
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._scene import PIXELS, Scene, Shape, Words, arrow, box, draw_scene, mark
from phosres.figures._style import DOWN, INK, MUTED, UP, styled
from phosres.results import Contrast, Scores

FULL = 2.0
"""Change that gets the full colour, log2: a fourth or four times of what it was."""

_CLEAR = 0.3
"""How much of its colour a node keeps that is inconclusive."""

_COLUMNS = [
    "node", "label", "source", "key", "level", "subject", "status", "log2fc", "ci_low", "ci_high",
    "q", "n_measured", "n_members",
]  # fmt: skip


def outline_map(contrast: Contrast, scores: Scores, subject: str | None = None) -> Sketch:
    """Status and change of every node, for the cohort and each subject.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and activities.
    subject
        Whom the map is of: a subject, or ``""`` for the cohort; by default the cohort, or the only
        subject.

    Raises
    ------
    NotDrawnError
        If there are several subjects and no cohort, or nothing was scored.
    """
    whom = _whom(contrast) if subject is None else subject
    if subject is not None:  # of many subjects, each has a map: the others are not looked through
        readouts, sets = scores.readouts, scores.activities
        scores = replace(
            scores,
            readouts=readouts[readouts["subject"] == subject],
            activities=sets[sets["subject"] == subject],
        )
    table = _rows(scores)
    mine = table[table["subject"] == whom]
    if mine.empty:
        raise NotDrawnError("no node of the map was scored")
    who = f"subject {whom}" if whom else "cohort"
    counts = mine["status"].value_counts()
    said = [f"{counts[s]} {s.replace('_', ' ')}" for s in _ORDER if s in counts]
    return Sketch(
        table,
        f"Pathway map, {who}, on − pre ({contrast.name}). Sets: signed weighted change of the "
        "curated sites, so that up is more active, with member sites measured / in the set; the "
        f"lower three and AKT S473: readouts. Status from {confidence(scores.parameters)} "
        "confidence intervals and adjusted p, as in the tables. Colour: change; mark: status; "
        "hatched: not measured; dashed box: for orientation, no site is scored; dashed line: "
        f"feedback. {_test(contrast, whom)}. Arrows are textbook relations.",
        f"Of {len(mine)} nodes {', '.join(said)}. {_finding(mine)}",
    )


def _test(contrast: Contrast, whom: str) -> str:
    """Name n and the test behind the numbers of the cohort or of one subject."""
    return describe_test(contrast, "subject" if whom else "cohort", subject=whom)


_ORDER = ("up", "down", "unchanged", "inconclusive", "not_measured")


def _whom(contrast: Contrast) -> str:
    if contrast.cohort is not None:
        return ""
    if len(contrast.subjects) == 1:
        return contrast.subjects[0]
    raise NotDrawnError("there is no cohort; the page of each subject has its own map")


def _rows(scores: Scores) -> pd.DataFrame:
    """Return one row a node, level and subject."""
    parts = []
    for node in NODES:
        if node.source == "activities":
            rows = scores.activities[scores.activities["set"] == node.key]
            rows = rows.rename(columns={"score": "log2fc"})
        elif node.source == "readouts":
            rows = scores.readouts[scores.readouts["readout"] == node.key]
            unknown = pd.Series(pd.NA, index=rows.index, dtype="Int64")
            rows = rows.assign(n_measured=rows["n_features"], n_members=unknown)
        else:
            continue
        said = {"node": node.id, "label": node.label, "source": node.source, "key": node.key}
        parts.append(rows.assign(**said)[_COLUMNS])
    filled = [p for p in parts if len(p)]
    if not filled:
        return pd.DataFrame(columns=_COLUMNS)
    frame = pd.concat(filled, ignore_index=True)
    numbers = dict.fromkeys(("log2fc", "ci_low", "ci_high", "q"), "float64")
    counts = dict.fromkeys(("n_measured", "n_members"), "Int64")
    order = frame["subject"].map({s: i for i, s in enumerate(frame["subject"].unique())})
    return frame.astype(numbers | counts).iloc[order.argsort(kind="stable")].reset_index(drop=True)


def _finding(rows: pd.DataFrame) -> str:
    """Name what rises and what falls."""
    parts = []
    for status, word in (("up", "Up"), ("down", "Down")):
        names = rows.loc[rows["status"] == status, "label"]
        parts.append(f"{word}: {', '.join(names) or 'none'}.")
    return " ".join(parts)


def sketch_map(contrast: Contrast, scores: Scores, subject: str | None = None) -> Scene:
    """Lay out the map as a scene, for SVG or for axes.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and activities.
    subject
        As for `outline_map`.
    """
    whom = _whom(contrast) if subject is None else subject
    table = outline_map(contrast, scores, whom).table
    by_node = {r["node"]: r for r in table.to_dict("records")}
    parts: list[Shape | Words] = [
        Shape(((8, MEMBRANE), (WIDTH - 8, MEMBRANE)), edge="#C9B458", width=4, closed=False),
        Words(10, MEMBRANE + 14, "cell membrane", 7.5, "start", color=MUTED),
    ]
    for points, inhibits, dashed in EDGES:
        parts += arrow(points, inhibits=inhibits, dashed=dashed)
    for node in NODES:
        parts += _draw_node(node, by_node.get(node.id))
    return Scene(WIDTH, HEIGHT, (*parts, *_legend()), f"Pathway map: {clean(whom or 'cohort', 40)}")


def _draw_node(node: Node, row: Mapping[Any, Any] | None) -> list[Shape | Words]:
    """Draw a box with its name, the mark of its status, its change and its coverage."""
    w, h = RECEPTOR if node.id.startswith("RTK_") and node.y < MEMBRANE else NODE
    corners = box(node.x, node.y, w, h)
    if row is None:
        what = "for orientation" if not node.source else "not scored"
        return [
            Shape(corners, "#FFFFFF", MUTED, dashed=True, id=f"node-{node.id}",
                  title=f"{node.label}: {what}"),
            Words(node.x, node.y + 3, node.label, 10, color=MUTED),
        ]  # fmt: skip
    status = str(row["status"])
    change = float(row["log2fc"])
    fill = colour(change, status)
    bold = status in ("up", "down", "unchanged")
    known = np.isfinite(change) and status != "not_measured"
    number = signed(change) if known else "no estimate"
    seen = "" if pd.isna(row["n_members"]) else f"{int(row['n_measured'])}/{int(row['n_members'])}"
    ink = "#FFFFFF" if _is_dark(fill) else INK
    title = f"{node.label}: {status.replace('_', ' ')}"
    title += f", {signed(change)} log2" if known else ""
    title += f", {seen} sites measured" if seen else ""
    below = node.y + 12
    parts: list[Shape | Words] = [
        Shape(corners, fill, INK if bold else MUTED, 1.6 if bold else 1.0,
              hatched=status == "not_measured", id=f"node-{node.id}", title=title),
    ]  # fmt: skip
    if status == "not_measured":
        parts.append(Shape(box(node.x, node.y, w - 8, h - 8), "#FFFFFF", "none"))
    parts.append(Words(node.x, node.y - 4, node.label, 10, bold=bold, color=ink))
    if status == "not_measured":
        return [*parts, Words(node.x, below, "× not measured", 8, color=MUTED)]
    text = f"{number}  {seen}" if known else number
    left = node.x - 2.6 * len(text) - 2
    face = ink if status != "inconclusive" else "none"
    parts.append(Shape(mark(left, below - 3, 3.4, status), face, ink, 1.0))
    return [*parts, Words(node.x + 4, below, text, 8.5, color=ink)]


def signed(change: float) -> str:
    """Write a change with its sign.

    Parameters
    ----------
    change
        Change, log2.
    """
    return f"{change:+.2f}".replace("-", "−")


def colour(change: float, status: str) -> str:
    """Return the face of a node: white at no change, to the full colour at `FULL`; paler if open.

    Parameters
    ----------
    change
        Change, log2; NaN is white.
    status
        Status of the node.
    """
    if not np.isfinite(change) or status in ("not_measured", "unchanged"):
        return "#FFFFFF"
    share = min(abs(change) / FULL, 1.0) ** 0.7 * (_CLEAR if status == "inconclusive" else 1.0)
    full = UP if change > 0 else DOWN
    mixed = [round(255 + (int(full[i : i + 2], 16) - 255) * share) for i in (1, 3, 5)]
    return "#" + "".join(f"{v:02X}" for v in mixed)


def _is_dark(fill: str) -> bool:
    """Tell whether white text reads better on a colour: relative luminance (WCAG 2) below 0.18."""
    parts = [int(fill[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < 0.18


def _legend() -> list[Shape | Words]:
    """Explain colours and marks below the map."""
    y, parts = 488.0, list[Shape | Words]()
    for i in range(21):
        change = FULL * (i - 10) / 10
        parts.append(Shape(box(24 + 7 * i, y, 7.4, 10), colour(change, "up"), "none"))
    parts += [
        Words(24 + 7 * i, y + 19, f"{v:+g}".replace("-", "−") if v else "0", 8)
        for i, v in ((0, -FULL), (10, 0), (20, FULL))
    ]
    parts.append(Words(94, y + 31, "log2 change, on − pre", 8))
    x = 210.0
    for status in ("up", "down", "unchanged", "inconclusive"):
        face = INK if status != "inconclusive" else "none"
        parts.append(Shape(mark(x, y, 4, status), face, INK))
        parts.append(Words(x + 9, y + 3, status, 8.5, "start"))
        x += 24 + 6 * len(status)
    parts.append(Shape(box(x + 6, y, 22, 12), "#FFFFFF", MUTED, hatched=True))
    parts.append(Words(x + 22, y + 3, "not measured", 8.5, "start"))
    parts.append(Shape(box(x + 106, y, 22, 12), "#FFFFFF", MUTED, dashed=True))
    parts.append(Words(x + 122, y + 3, "orientation", 8.5, "start"))
    parts += arrow(((210.0, y + 22), (234.0, y + 22)), inhibits=False)
    parts.append(Words(240, y + 25, "activates", 8.5, "start"))
    parts += arrow(((300.0, y + 22), (324.0, y + 22)), inhibits=True)
    parts.append(Words(331, y + 25, "inhibits", 8.5, "start"))
    parts += arrow(((382.0, y + 22), (406.0, y + 22)), inhibits=True, dashed=True)
    parts.append(Words(413, y + 25, "feedback; 12/14: sites measured / in the set", 8.5, "start"))
    return parts


@styled
def draw_map(
    contrast: Contrast, scores: Scores, subject: str | None = None, *, ax: Axes | None = None
) -> Figure:
    """Draw the pathway map of the cohort or of one subject.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and activities.
    subject
        As for `outline_map`.
    ax
        Axes to draw in; None for a new figure.
    """
    scene = sketch_map(contrast, scores, subject)
    figure, (panel,) = make_axes(ax, (scene.width / PIXELS, scene.height / PIXELS))
    draw_scene(scene, panel)
    return figure
