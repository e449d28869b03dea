"""Panels, legends and row names, shared by all figures."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from phosres.figures._names import clean
from phosres.figures._style import STATUS_STYLE

_ARM_STYLE = (
    ("o", "#8C8C8C"),
    ("D", "#009E73"),
    ("s", "#CC79A7"),
    ("P", "#E69F00"),
    ("X", "#56B4E9"),
    ("*", "#7A5195"),
    ("h", "#222222"),
)
"""Marker and colour of the arms, away from the colours of up and down."""


def make_axes(
    ax: Axes | None,
    size: tuple[float, float],
    *,
    rows: int = 1,
    columns: int = 1,
    sharex: bool = False,
    sharey: bool = False,
    widths: Sequence[float] | None = None,
) -> tuple[Figure, list[Axes]]:
    """Return a figure and its panels, row by row: a new figure, or panels inside a given axes.

    Parameters
    ----------
    ax
        Axes to draw in, or None for a figure of its own. If there is more than one panel, the axes
        is emptied and the panels are set into it.
    size
        Width and height of a new figure, inches.
    rows, columns
        Panels.
    sharex, sharey
        Whether panels share their axes.
    widths
        Relative widths of the columns.
    """
    if ax is None:
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasAgg(figure)
        grid = figure.subplots(
            rows, columns, sharex=sharex, sharey=sharey, squeeze=False, width_ratios=widths
        )
        return figure, list(grid.ravel())
    figure = ax.figure.figure  # of a subfigure: the figure it is part of
    if rows * columns == 1:
        return figure, [ax]
    return figure, _inset_panels(ax, rows, columns, sharex=sharex, sharey=sharey)


def _inset_panels(ax: Axes, rows: int, columns: int, *, sharex: bool, sharey: bool) -> list[Axes]:
    """Set a grid of panels into an axes that the caller owns."""
    ax.set_axis_off()
    gap_x, gap_y = (0.04 if sharey else 0.12), (0.08 if sharex else 0.25)
    width = (1 - gap_x * (columns - 1)) / columns
    height = (1 - gap_y * (rows - 1)) / rows
    panels: list[Axes] = []
    for i in range(rows * columns):
        row, column = divmod(i, columns)
        where = (column * (width + gap_x), (rows - 1 - row) * (height + gap_y), width, height)
        first = panels[0] if panels else None
        panels.append(
            ax.inset_axes(where, sharex=first if sharex else None, sharey=first if sharey else None)
        )
        if sharey and column:
            panels[-1].tick_params(labelleft=False)
        if sharex and row < rows - 1:
            panels[-1].tick_params(labelbottom=False)
    return panels


def add_legend(ax: Axes | None, panel: Axes, handles: Sequence[Any]) -> None:
    """Put a legend below the panels, never on the data.

    Parameters
    ----------
    ax
        Axes the caller gave; None for a figure of our own.
    panel
        A panel of the figure.
    handles
        Labelled artists.
    """
    columns = min(len(handles), 6)
    if ax is None:
        panel.figure.legend(handles=handles, loc="outside lower center", ncols=columns)
    else:
        ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.25), ncols=columns)


def status_handles(statuses: Sequence[str]) -> list[Line2D]:
    """Return one legend entry for each status that occurs.

    Parameters
    ----------
    statuses
        Values of a `status` column.
    """
    found = set(statuses)
    return [legend_mark(s.replace("_", " "), *STATUS_STYLE[s]) for s in STATUS_STYLE if s in found]


def legend_mark(label: str, marker: str, face: str, edge: str) -> Line2D:
    """Return a legend entry for a mark without a line.

    Parameters
    ----------
    label, marker, face, edge
        Text, marker and colours.
    """
    return Line2D(
        [], [], ls="", marker=marker, mfc=face, mec=edge, mew=0.9, ms=4.5, label=clean(label)
    )


def arm_styles(arms: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return marker and colour of each arm, in the order given.

    Parameters
    ----------
    arms
        Distinct arms; colours begin again after seven.
    """
    return {a: _ARM_STYLE[i % len(_ARM_STYLE)] for i, a in enumerate(arms)}


def name_rows(ax: Axes, names: Sequence[object], *, dense: bool, what: str) -> None:
    """Name the rows 0, 1, ... of a panel from top to bottom; dense panels say only what they are.

    Parameters
    ----------
    ax
        The panel.
    names
        One name a row.
    dense
        Leave the names out.
    what
        What a row is, in the plural, for the axis of dense panels.
    """
    if dense:
        ax.set_yticks([])
        ax.set_ylabel(f"{len(names)} {what}")
    else:
        ax.set_yticks(np.arange(len(names)), [clean(n) for n in names])
        ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(names) - 0.4, -0.6)


def rows_height(n: int, *, extra: float = 1.0) -> float:
    """Return the height of a figure with one row a sample, inches.

    Parameters
    ----------
    n
        Rows.
    extra
        Height of what is not rows.
    """
    return float(np.clip(0.16 * n + extra, 1.5, 6.5))
