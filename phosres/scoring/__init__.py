"""Scores: the declared readouts, mTORC1 and mTORC2, and pathways, each with its uncertainty."""

import math

import pandas as pd

from phosres.columns import ACTIVITIES, DETECTIONS, EVIDENCE, READOUTS, Schema
from phosres.evidence import Rule, view
from phosres.knowledge import Knowledge, load
from phosres.results import Contrast, Scores
from phosres.scoring._activities import score_activities
from phosres.scoring._detection import Curves, find_detections
from phosres.scoring._readouts import score_readouts
from phosres.scoring._rows import Row
from phosres.scoring._set_tests import add_set_tests

__all__ = ["score"]


def score(
    contrast: Contrast,
    *,
    knowledge: Knowledge | None = None,
    alpha: float = 0.05,
    unchanged_fold: float = 1.5,
) -> Scores:
    """Score readouts, complexes and pathways of a contrast, for the cohort and each subject.

    Parameters
    ----------
    contrast
        Effects of all features; the features must have been identified (``site_ids``).
    knowledge
        Readouts and sets; the package's own by default.
    alpha
        Level of the tests and 1 - confidence of the intervals.
    unchanged_fold
        Fold change within which a readout counts as unchanged. 1.5 is well below the changes that
        complete inhibition of mTORC1 causes at its sites (4-fold and more) and near the smallest
        that six pairs can resolve.

    Returns
    -------
    Tables of readouts (always a row for each of the panel), activities and evidence, and of curated
    features that were seen on one side only.
    """
    knowledge = knowledge or load()
    rule = Rule(alpha=alpha, margin=math.log2(unchanged_fold))
    readouts: list[Row] = []
    activities: list[Row] = []
    evidence: list[Row] = []
    detections: list[Row] = []
    curves = Curves(contrast)
    for effects in contrast.effects:
        seen = view(contrast, effects)
        key = {"contrast": contrast.name, "level": effects.level, "subject": effects.subject}
        noise = {"noise": effects.noise}
        gone = find_detections(contrast, effects, curves, knowledge, key, alpha)
        detections += gone.rows
        scored, forms = score_readouts(seen, knowledge, rule, key)
        for row in scored:
            text, p = gone.by_readout.get(row["readout"], ("", math.nan))
            readouts.append(row | noise | {"detection": text, "p_detection": p})
        evidence += forms
        scored, forms = score_activities(seen, knowledge, rule, key)
        activities += [row | noise for row in scored]
        evidence += forms
    table = _ordered(READOUTS, readouts)
    return Scores(
        readouts=table,
        activities=add_set_tests(_ordered(ACTIVITIES, activities), contrast, knowledge),
        evidence=_ordered(EVIDENCE, evidence),
        detections=_ordered(DETECTIONS, detections),
        text=_sentence(contrast, table),
        parameters={"alpha": alpha, "unchanged_fold": unchanged_fold},
    )


def _ordered(schema: Schema, rows: list[Row]) -> pd.DataFrame:
    """Lay out rows as a table of the schema."""
    return schema.order(pd.DataFrame(rows)) if rows else schema.empty()


def _sentence(contrast: Contrast, readouts: pd.DataFrame) -> str:
    """Say the outcome of the readouts of the first level."""
    if readouts.empty:
        return f"{contrast.name}: no readout could be looked at"
    first = contrast.effects[0]
    rows = readouts[(readouts["level"] == first.level) & (readouts["subject"] == first.subject)]
    parts = [
        f"{r} {s.replace('_', ' ')}" for r, s in zip(rows["readout"], rows["status"], strict=True)
    ]
    who = "cohort" if first.level == "cohort" else f"subject {first.subject}"
    return f"{contrast.name}, {who}: " + ", ".join(parts)
