"""All figures of a run, drawn, saved and described; one that fails does not stop the others."""

import hashlib
import logging
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from phosres.figures._names import clean
from phosres.figures._records import FigureRecord, NotDrawnError
from phosres.figures._samples import sample_arms
from phosres.figures._style import save
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
from phosres.results import Rendered, RunResult

log = logging.getLogger(__name__)

_SCORED = ("contrast", "scores")

FIGURES: tuple[FigureRecord, ...] = (
    FigureRecord(
        "forest_{contrast}", "readouts", "Readouts: {contrast}",
        draw_forest, outline_forest, _SCORED,
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
        "activities_{contrast}", "activities", "Complexes, pathways and kinases: {contrast}",
        draw_activities, outline_activities, _SCORED,
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
        "site_counts", "quality", "Peptidoforms per sample",
        draw_site_counts, outline_site_counts, ("raw", "arms"),
    ),
    FigureRecord(
        "missingness", "quality", "Missing values",
        draw_missingness, outline_missingness, ("raw", "arms"),
    ),
    FigureRecord(
        "intensities", "quality", "Values before and after normalisation",
        draw_intensities, outline_intensities, ("raw", "normalized", "arms"),
    ),
    FigureRecord(
        "normalization_shifts", "quality", "Shift of each sample by normalisation method",
        draw_shifts, outline_shifts, ("audit", "arms"),
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


def render_all(result: RunResult, *, max_labels: int = 20) -> tuple[Rendered, ...]:
    """Draw every figure of a run.

    Parameters
    ----------
    result
        The run.
    max_labels
        Most features named in one figure.

    Returns
    -------
    One record a figure, in the order of `FIGURES` and of the contrasts. A figure that does not
    apply or fails has an empty image and says why in ``error``: ``not drawn: ...`` or
    ``failed: ...``.
    """
    nouns: dict[str, Any] = {
        "raw": result.raw,
        "normalized": result.normalized,
        "audit": result.audit,
        "arms": sample_arms(result),
    }
    stems = dict(zip(result.contrasts, _stems(list(result.contrasts)), strict=True))
    rendered = []
    for record, contrast in _jobs(result):
        own = nouns | (
            {"contrast": result.contrasts[contrast], "scores": result.scores.get(contrast)}
            if record.per_contrast
            else {}
        )
        id_ = record.id.replace("{contrast}", stems.get(contrast, ""))
        title = record.title.replace("{contrast}", clean(contrast, 40))
        options = {"max_labels": max_labels} if record.labelled else {}
        rendered.append(_render(record, id_, title, [own[n] for n in record.needs], options))
    return tuple(rendered)


def _jobs(result: RunResult) -> Iterator[tuple[FigureRecord, str]]:
    """Yield each kind of figure with the contrast it is drawn for, empty for figures of the run."""
    for record in FIGURES:
        for contrast in result.contrasts if record.per_contrast else [""]:
            yield record, contrast


def _render(
    record: FigureRecord, id_: str, title: str, nouns: list[Any], options: dict[str, Any]
) -> Rendered:
    """Draw and save one figure; say why if it cannot be drawn."""
    try:
        sketch = record.outline(*nouns)
        svg, png = save(record.function(*nouns, **options))
    except NotDrawnError as reason:
        error = f"not drawn: {reason}"
    except Exception as failure:
        log.debug("figure %s failed", id_, exc_info=True)
        error = f"failed: {type(failure).__name__}: {clean(failure, 300)}"
    else:
        return Rendered(
            id_, record.section, title, sketch.caption, sketch.alt, svg, png, sketch.table
        )
    return Rendered(id_, record.section, title, "", error, b"", b"", pd.DataFrame(), error)


def _stems(names: list[str]) -> list[str]:
    """Turn names into distinct file stems, distinct on file systems that ignore case too."""
    stems: list[str] = []
    for name in names:
        stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.")[:40]
        if stem != name or stem.lower() in {s.lower() for s in stems}:
            stem = f"{stem}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".lstrip("-")
        stems.append(stem)
    return stems
