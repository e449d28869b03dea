"""What a figure is before it is drawn, and the record that describes a kind of figure."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from phosres.figures._scene import Scene


class NotDrawnError(Exception):
    """The figure does not apply to these data; the message says why in plain words."""


@dataclass(frozen=True, eq=False)
class Sketch:
    """The content of a figure: the numbers it draws and what it says.

    Parameters
    ----------
    table
        The numbers drawn, one row a mark.
    caption
        What is shown: matrix, n, units and test.
    alt
        The finding in words.
    """

    table: pd.DataFrame
    caption: str
    alt: str


@dataclass(frozen=True, slots=True)
class FigureRecord:
    """One kind of figure of a run.

    Parameters
    ----------
    id
        File stem; ``{contrast}`` stands for the contrast.
    section
        Section of the report.
    title
        Title; ``{contrast}`` stands for the contrast.
    function
        Draws it: takes the nouns of `needs` and ``ax=``, returns a matplotlib Figure.
    outline
        Takes the same nouns and returns the `Sketch`.
    needs
        Nouns it is made from, in order: ``raw``, ``normalized``, ``arms``, ``audit``, ``quality``,
        ``trajectories``, ``contrast`` or ``scores``. A figure that needs one of the last two is
        drawn for each contrast.
    labelled
        Whether the function takes ``max_labels``.
    scene
        Takes the same nouns and returns the shapes of which the SVG is written; None if matplotlib
        writes it.
    """

    id: str
    section: str
    title: str
    function: Callable[..., Figure]
    outline: Callable[..., Sketch]
    needs: tuple[str, ...]
    labelled: bool = False
    scene: Callable[..., Scene] | None = None

    @property
    def per_contrast(self) -> bool:
        """Whether there is one figure for each contrast."""
        return "contrast" in self.needs or "scores" in self.needs
