"""Scores: the declared readouts, mTORC1 and mTORC2, and pathways, each with its uncertainty."""

import math

import pandas as pd

from phosres.columns import ACTIVITIES, EVIDENCE, READOUTS
from phosres.evidence import contrast_residuals
from phosres.knowledge import Knowledge, load
from phosres.results import Contrast, Scores
from phosres.scoring._activities import score_activities
from phosres.scoring._readouts import score_readouts
from phosres.scoring._status import Rule

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
    Tables of readouts (always a row for each of the panel), activities and evidence.
    """
    knowledge = knowledge or load()
    rule = Rule(alpha=alpha, margin=math.log2(unchanged_fold))
    residuals = contrast_residuals(contrast)
    readouts: list[dict[str, object]] = []
    activities: list[dict[str, object]] = []
    evidence: list[pd.DataFrame] = []
    for effects in contrast.effects:
        own = residuals if effects.level == "cohort" else None
        rows, parts = score_readouts(contrast, effects, knowledge, rule, own)
        readouts += rows
        evidence += parts
        rows, parts = score_activities(contrast, effects, knowledge, rule, own)
        activities += rows
        evidence += parts
    table = READOUTS.order(pd.DataFrame(readouts)) if readouts else READOUTS.empty()
    return Scores(
        readouts=table,
        activities=ACTIVITIES.order(pd.DataFrame(activities)) if activities else ACTIVITIES.empty(),
        evidence=EVIDENCE.order(pd.concat(evidence, ignore_index=True))
        if evidence
        else EVIDENCE.empty(),
        text=_sentence(contrast, table),
        parameters={"alpha": alpha, "unchanged_fold": unchanged_fold},
    )


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
