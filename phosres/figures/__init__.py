"""Figures: one function each, from the nouns of a run to a matplotlib Figure.

Every ``draw_`` function takes ``ax=`` and leaves matplotlib's global state alone; the ``outline_``
function of the same name returns the numbers it draws, its caption and its finding in words.
"""

from phosres.figures._list import FIGURES
from phosres.figures._names import file_stems
from phosres.figures._records import FigureRecord, NotDrawnError, Sketch
from phosres.figures._render import render_all, render_subject
from phosres.figures._samples import sample_arms
from phosres.figures._scene import Scene, format_svg
from phosres.figures._style import STATUS_GLYPH, save
from phosres.figures.activities import (
    draw_activities,
    draw_kinases,
    outline_activities,
    outline_kinases,
)
from phosres.figures.audit import draw_audit, outline_audit
from phosres.figures.changes import draw_changes, outline_changes
from phosres.figures.correlation import draw_correlation, outline_correlation
from phosres.figures.courses import draw_courses, outline_courses
from phosres.figures.coverage import (
    draw_missingness,
    draw_site_counts,
    outline_missingness,
    outline_site_counts,
)
from phosres.figures.forest import draw_forest, outline_forest
from phosres.figures.in_cohort import draw_in_cohort, outline_in_cohort, sketch_in_cohort
from phosres.figures.intensities import (
    draw_intensities,
    draw_shifts,
    outline_intensities,
    outline_shifts,
)
from phosres.figures.lights import draw_ischemia, draw_lights, outline_ischemia, outline_lights
from phosres.figures.overview import draw_overview, outline_overview
from phosres.figures.pathway_map import draw_map, outline_map, sketch_map
from phosres.figures.pca import draw_pca, outline_pca
from phosres.figures.peptidoforms import draw_peptidoforms, outline_peptidoforms
from phosres.figures.quadrant import draw_quadrant, outline_quadrant
from phosres.figures.slopes import draw_slopes, outline_slopes
from phosres.figures.volcano import draw_volcano, outline_volcano
from phosres.figures.waterfall import draw_waterfall, outline_waterfall

__all__ = [
    "FIGURES",
    "STATUS_GLYPH",
    "FigureRecord",
    "NotDrawnError",
    "Scene",
    "Sketch",
    "draw_activities",
    "draw_audit",
    "draw_changes",
    "draw_correlation",
    "draw_courses",
    "draw_forest",
    "draw_in_cohort",
    "draw_intensities",
    "draw_ischemia",
    "draw_kinases",
    "draw_lights",
    "draw_map",
    "draw_missingness",
    "draw_overview",
    "draw_pca",
    "draw_peptidoforms",
    "draw_quadrant",
    "draw_shifts",
    "draw_site_counts",
    "draw_slopes",
    "draw_volcano",
    "draw_waterfall",
    "file_stems",
    "format_svg",
    "outline_activities",
    "outline_audit",
    "outline_changes",
    "outline_correlation",
    "outline_courses",
    "outline_forest",
    "outline_in_cohort",
    "outline_intensities",
    "outline_ischemia",
    "outline_kinases",
    "outline_lights",
    "outline_map",
    "outline_missingness",
    "outline_overview",
    "outline_pca",
    "outline_peptidoforms",
    "outline_quadrant",
    "outline_shifts",
    "outline_site_counts",
    "outline_slopes",
    "outline_volcano",
    "outline_waterfall",
    "render_all",
    "render_subject",
    "sample_arms",
    "save",
    "sketch_in_cohort",
    "sketch_map",
]
