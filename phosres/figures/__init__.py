"""Figures: one function each, from the nouns of a run to a matplotlib Figure.

Every ``draw_`` function takes ``ax=`` and leaves matplotlib's global state alone; the ``outline_``
function of the same name returns the numbers it draws, its caption and its finding in words.
"""

from phosres.figures._records import FigureRecord, NotDrawnError, Sketch
from phosres.figures._render import FIGURES, render_all
from phosres.figures._samples import sample_arms
from phosres.figures._style import STATUS_GLYPH, save
from phosres.figures.activities import draw_activities, outline_activities
from phosres.figures.changes import draw_changes, outline_changes
from phosres.figures.correlation import draw_correlation, outline_correlation
from phosres.figures.coverage import (
    draw_missingness,
    draw_site_counts,
    outline_missingness,
    outline_site_counts,
)
from phosres.figures.forest import draw_forest, outline_forest
from phosres.figures.intensities import (
    draw_intensities,
    draw_shifts,
    outline_intensities,
    outline_shifts,
)
from phosres.figures.pca import draw_pca, outline_pca
from phosres.figures.peptidoforms import draw_peptidoforms, outline_peptidoforms
from phosres.figures.slopes import draw_slopes, outline_slopes
from phosres.figures.volcano import draw_volcano, outline_volcano

__all__ = [
    "FIGURES",
    "STATUS_GLYPH",
    "FigureRecord",
    "NotDrawnError",
    "Sketch",
    "draw_activities",
    "draw_changes",
    "draw_correlation",
    "draw_forest",
    "draw_intensities",
    "draw_missingness",
    "draw_pca",
    "draw_peptidoforms",
    "draw_shifts",
    "draw_site_counts",
    "draw_slopes",
    "draw_volcano",
    "outline_activities",
    "outline_changes",
    "outline_correlation",
    "outline_forest",
    "outline_intensities",
    "outline_missingness",
    "outline_pca",
    "outline_peptidoforms",
    "outline_shifts",
    "outline_site_counts",
    "outline_slopes",
    "outline_volcano",
    "render_all",
    "sample_arms",
    "save",
]
