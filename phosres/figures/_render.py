"""All figures of a run, drawn, saved and described; one that fails does not stop the others."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from phosres.figures._list import FIGURES
from phosres.figures._names import clean, file_stems
from phosres.figures._records import FigureRecord, NotDrawnError, Sketch
from phosres.figures._samples import sample_arms
from phosres.figures._scene import Scene, format_svg
from phosres.figures._style import save
from phosres.figures.in_cohort import outline_in_cohort, sketch_in_cohort
from phosres.figures.pathway_map import outline_map, sketch_map
from phosres.results import Rendered, RunResult

log = logging.getLogger(__name__)


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
        "quality": result.quality,
        "trajectories": result.trajectories,
        "arms": sample_arms(result),
    }
    stems = dict(zip(result.contrasts, file_stems(list(result.contrasts)), strict=True))
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


def render_subject(result: RunResult, contrast: str, subject: str) -> tuple[Rendered, ...]:
    """Draw the figures of one subject for its page, as SVG written by ourselves.

    Parameters
    ----------
    result
        The run.
    contrast
        Name of the contrast.
    subject
        The subject.

    Returns
    -------
    The pathway map of the subject and its place within the cohort; their numbers are in the
    tables of readouts and activities. What cannot be drawn says why, as in `render_all`.
    """
    nouns = (result.contrasts[contrast], result.scores[contrast], subject)
    said = clean(contrast, 40)
    kinds: tuple[tuple[str, str, Callable[..., Sketch], Callable[..., Scene]], ...] = (
        ("map", f"Pathway map: {said}", outline_map, sketch_map),
        ("in_cohort", f"Within the cohort: {said}", outline_in_cohort, sketch_in_cohort),
    )
    drawn = []
    for id_, title, outline, scene in kinds:
        try:
            sketch = outline(*nouns)
            svg = format_svg(scene(*nouns))
            drawn.append(
                Rendered(id_, "answer", title, sketch.caption, sketch.alt, svg, b"", sketch.table)
            )
        except NotDrawnError as reason:
            drawn.append(_failed(id_, "answer", title, f"not drawn: {reason}"))
        except Exception as failure:
            log.debug("figure %s failed", id_, exc_info=True)
            error = f"failed: {type(failure).__name__}: {clean(failure, 300)}"
            drawn.append(_failed(id_, "answer", title, error))
    return tuple(drawn)


def _failed(id_: str, section: str, title: str, error: str) -> Rendered:
    """Describe a figure that is not there."""
    return Rendered(id_, section, title, "", error, b"", b"", pd.DataFrame(), error)


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
        svg, png, pdf = save(record.function(*nouns, **options))
        if record.scene is not None:
            svg = format_svg(record.scene(*nouns))
    except NotDrawnError as reason:
        error = f"not drawn: {reason}"
    except Exception as failure:
        log.debug("figure %s failed", id_, exc_info=True)
        error = f"failed: {type(failure).__name__}: {clean(failure, 300)}"
    else:
        said = (sketch.caption, sketch.alt)
        return Rendered(id_, record.section, title, *said, svg, png, sketch.table, pdf=pdf)
    return _failed(id_, record.section, title, error)
