"""Every kind of figure of a run, in the order of the report."""

from phosres.figures._records import FigureRecord
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

_SCORED = ("contrast", "scores")

FIGURES: tuple[FigureRecord, ...] = (
    FigureRecord(
        "map_{contrast}", "answer", "Pathway map: {contrast}",
        draw_map, outline_map, _SCORED, scene=sketch_map,
    ),
    FigureRecord(
        "quadrant_{contrast}", "answer", "mTORC1 against mTORC2: {contrast}",
        draw_quadrant, outline_quadrant, _SCORED,
    ),
    FigureRecord(
        "overview_{contrast}", "answer", "Readouts and sets by subject: {contrast}",
        draw_overview, outline_overview, _SCORED,
    ),
    FigureRecord(
        "courses", "answer", "Readouts over time", draw_courses, outline_courses,
        ("trajectories",),
    ),
    FigureRecord(
        "forest_{contrast}", "readouts", "Readouts: {contrast}",
        draw_forest, outline_forest, _SCORED,
    ),
    FigureRecord(
        "waterfall_{contrast}", "readouts", "Readouts, subject by subject: {contrast}",
        draw_waterfall, outline_waterfall, _SCORED,
    ),
    FigureRecord(
        "slopes_{contrast}", "readouts", "Readouts before and on treatment: {contrast}",
        draw_slopes, outline_slopes, _SCORED,
    ),
    FigureRecord(
        "peptidoforms_{contrast}", "readouts", "Peptidoforms behind the readouts: {contrast}",
        draw_peptidoforms, outline_peptidoforms, _SCORED,
    ),
    FigureRecord(
        "activities_{contrast}", "activities", "Complexes and pathways: {contrast}",
        draw_activities, outline_activities, _SCORED,
    ),
    FigureRecord(
        "kinases_{contrast}", "activities", "Kinases: {contrast}",
        draw_kinases, outline_kinases, _SCORED,
    ),
    FigureRecord(
        "volcano_{contrast}", "sites", "Changes of all sites, cohort: {contrast}",
        draw_volcano, outline_volcano, _SCORED, labelled=True,
    ),
    FigureRecord(
        "changes_{contrast}", "sites", "Changes of all sites, single subjects: {contrast}",
        draw_changes, outline_changes, _SCORED, labelled=True,
    ),
    FigureRecord(
        "lights", "quality", "Quality lights", draw_lights, outline_lights, ("quality",),
    ),
    FigureRecord(
        "ischemia_{contrast}", "quality", "Signs of ischemia: {contrast}",
        draw_ischemia, outline_ischemia, _SCORED,
    ),
    FigureRecord(
        "site_counts", "quality", "Peptidoforms per sample",
        draw_site_counts, outline_site_counts, ("raw", "arms"),
    ),
    FigureRecord(
        "missingness", "quality", "Missing values",
        draw_missingness, outline_missingness, ("raw", "arms"),
    ),
    FigureRecord(
        "intensities", "normalization", "Values before and after normalisation",
        draw_intensities, outline_intensities, ("raw", "normalized", "arms"),
    ),
    FigureRecord(
        "normalization_shifts", "normalization", "Shift of each sample by normalisation method",
        draw_shifts, outline_shifts, ("audit", "arms"),
    ),
    FigureRecord(
        "normalization_audit", "normalization", "Readouts under each normalisation",
        draw_audit, outline_audit, ("audit",),
    ),
    FigureRecord(
        "pca", "quality", "Principal components of the samples",
        draw_pca, outline_pca, ("normalized", "arms"),
    ),
    FigureRecord(
        "sample_correlation", "quality", "Correlation of the samples",
        draw_correlation, outline_correlation, ("normalized", "arms"),
    ),
)  # fmt: skip
"""Every kind of figure, in the order of the report."""
