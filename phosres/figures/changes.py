"""Changes of one pair of samples against intensity, with the noise that an n of 1 has."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from phosres.figures._names import clean
from phosres.figures._panels import add_legend, make_axes
from phosres.figures._records import NotDrawnError, Sketch
from phosres.figures._samples import parameter
from phosres.figures._style import DOUBLE, INK, SINGLE, settle, styled
from phosres.figures.coverage import describe_scale
from phosres.figures.volcano import (
    classify,
    direction_handles,
    draw_points,
    name_points,
    readout_features,
)
from phosres.results import Contrast, Scores, SiteEffects

MAX_PANELS = 12
"""Most subjects drawn; the site table has the others."""

_BAND_POINTS = 60


def outline_changes(contrast: Contrast, scores: Scores) -> Sketch:
    """Change and mean of every feature of each subject that was compared as an n of 1.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and evidence.

    Raises
    ------
    NotDrawnError
        If no subject has a change of its own.
    """
    effects, left_out = _pairs(contrast)
    own = readout_features(scores)
    parts = [classify(e.table, scores, own).assign(subject=e.subject) for e in effects]
    frame = pd.concat(parts).rename_axis("feature").reset_index()
    alpha = parameter(scores.parameters, "alpha") or 0.05
    counts = [
        f"{e.subject} {int((p['direction'] == 'up').sum()):,} up and "
        f"{int((p['direction'] == 'down').sum()):,} down of {len(p):,}"
        for e, p in zip(effects, parts, strict=True)
    ]
    rest = f" {left_out} further subjects are in the table of sites only." if left_out else ""
    return Sketch(
        frame,
        f"Change of each peptidoform against its mean, one sample a side (n = 1 pre, 1 on), "
        f"normalised log2 values, on − pre ({contrast.name}), {len(effects)} subjects. Lines: "
        f"pointwise limits of noise at {1 - alpha:.0%} (t times standard error). Test, "
        f"{effects[0].method}. Triangles: q < {alpha:g} (Benjamini-Hochberg within the subject); "
        f"such a change tells that the samples differ, not why.{rest}",
        f"At q < {alpha:g}: {'; '.join(counts)}.",
    )


def _pairs(contrast: Contrast) -> tuple[list[SiteEffects], int]:
    """Return the subjects that are drawn, and how many more there are."""
    if contrast.design == "given":
        raise NotDrawnError("changes that the table gives have no amounts to draw them against")
    found = [e for e in contrast.effects if e.level == "subject" and e.table["p"].notna().any()]
    if not found:
        raise NotDrawnError("no subject has a sample on both sides and a test of its own")
    return found[:MAX_PANELS], max(len(found) - MAX_PANELS, 0)


@styled
def draw_changes(
    contrast: Contrast, scores: Scores, *, max_labels: int = 20, ax: Axes | None = None
) -> Figure:
    """Draw change against mean for each subject with one sample a side.

    Parameters
    ----------
    contrast
        The contrast.
    scores
        Its readouts and evidence.
    max_labels
        Most features named, over all panels.
    ax
        Axes to draw in; None for a new figure.
    """
    effects, _ = _pairs(contrast)
    n = len(effects)
    columns = min(n, 3 if n < 7 else 4)
    rows = math.ceil(n / columns)
    width = SINGLE * 1.4 if n == 1 else DOUBLE
    height = SINGLE * 1.2 if n == 1 else 0.7 + 1.9 * rows
    figure, panels = make_axes(
        ax, (width, height), rows=rows, columns=columns, sharex=True, sharey=True
    )
    own = readout_features(scores)
    frames = [classify(e.table, scores, own) for e in effects]
    alpha = parameter(scores.parameters, "alpha") or 0.05
    for panel, effect, frame in zip(panels, effects, frames, strict=False):
        x, y = frame["mean"].to_numpy(dtype=float), frame["log2fc"].to_numpy(dtype=float)
        draw_points(panel, x, y, frame, size=9 if n < 4 else 5)
        _draw_band(panel, frame, alpha)
        panel.set_title(clean(effect.subject))
    _finish(panels, n, columns, frames, describe_scale(contrast.data))
    add_legend(ax, panels[0], direction_handles(pd.concat(frames)))
    if ax is None:
        settle(figure)
    each = max(max_labels // n, 2)
    for panel, frame in zip(panels, frames, strict=False):
        x, y = frame["mean"].to_numpy(dtype=float), frame["log2fc"].to_numpy(dtype=float)
        name_points(panel, x, y, frame, each, size=6 if n < 4 else 5)
    return figure


def _finish(
    panels: list[Axes], n: int, columns: int, frames: list[pd.DataFrame], scale: str
) -> None:
    """Set shared limits and titles, and take away empty panels."""
    limit = 1.1 * max(float(f["log2fc"].abs().max()) for f in frames)
    for i, panel in enumerate(panels):
        if i >= n:
            panel.set_axis_off()
            continue
        panel.axhline(0, color=INK, lw=0.5, zorder=1)
        panel.set_ylim(-limit, limit)
        if i + columns >= n:
            panel.set_xlabel(f"mean {scale}")
            panel.tick_params(labelbottom=True)
        if i % columns == 0:
            panel.set_ylabel("log2 fold change,\non − pre")


def _draw_band(ax: Axes, frame: pd.DataFrame, alpha: float) -> None:
    """Draw the pointwise limits of noise along the mean, as medians of equal bins."""
    from scipy.stats import t as student

    mean = frame["mean"].to_numpy(dtype=float)
    half = student.ppf(1 - alpha / 2, frame["df"].to_numpy(dtype=float)) * frame["se"].to_numpy()
    bins = np.array_split(np.argsort(mean, kind="stable"), min(_BAND_POINTS, len(mean)))
    x = [np.median(mean[rows]) for rows in bins]
    y = np.array([np.median(half[rows]) for rows in bins])
    for sign in (-1, 1):
        ax.plot(x, sign * y, color=INK, lw=0.8, zorder=4, label="_noise")
