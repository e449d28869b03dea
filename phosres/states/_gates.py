"""What makes a readout less able to speak for its axis: handling, normalisation, dispute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from phosres.evidence import AGREEMENT, Combined, Form
from phosres.states._channels import CHANNELS

ISCHEMIA_SET = "QC_ISCHEMIA"

DOUBTED = 0.5
"""Probability that a doubted readout does not report its axis: no better than a coin."""

UNSPECIFIC = 0.2
"""The same for a readout of the panel that rests on paralogs or shared sites only, as 4E-BP2 T46
for 4E-BP1 T37/T46: a stand-in's."""

STRESSED = 0.2
"""The same for S6K and 4E-BP1 sites after ischemia, which are called sensitive to it without a
direction being known."""

# Stress kinases, ERK with RSK, and so S6 S235/S236 rise with handling time, AKT S473 falls (Mertins
# et al. 2014, PMID 24719451; Espina et al. 2008, PMC2559936).
_MOVED_BY_STRESS = ("AKT", "RSK", "DUAL")
# Quantities of which a specific readout is expected.
_SPECIFIC = ("S6K", "EBP", "LATE")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Lapse probability of each channel, and why any is raised.

    Parameters
    ----------
    lapse
        By channel.
    reasons
        Sentences for the reader.
    """

    lapse: Mapping[str, float]
    reasons: tuple[str, ...]


def doubt(
    found: Mapping[str, Combined], readouts: pd.DataFrame, activities: pd.DataFrame, alpha: float
) -> Doubt:
    """Raise the lapse probability of the readouts that the gates question.

    Parameters
    ----------
    found
        Change of each channel.
    readouts, activities
        Rows of the same level and subject.
    alpha
        Level at which stress sites have moved.
    """
    lapse = {c.id: c.lapse for c in CHANNELS}
    reasons: list[str] = []
    stress = activities[activities["set"] == ISCHEMIA_SET]
    if len(stress) and float(stress["p"].iloc[0]) < alpha:
        for c in CHANNELS:
            least = DOUBTED if c.axis in _MOVED_BY_STRESS else STRESSED
            lapse[c.id] = max(lapse[c.id], least)
        way = "rose" if float(stress["score"].iloc[0]) > 0 else "fell"
        reasons.append(f"stress sites {way} between the samples, as they do with handling time")
    for flag, what in (
        ("normalization_dependent", "the normalisation"),
        ("protein_dependent", "the protein correction"),
    ):
        hit = set(readouts.loc[readouts[flag].astype(bool), "readout"])
        for c in CHANNELS:
            if c.readout in hit:
                lapse[c.id] = max(lapse[c.id], DOUBTED)
        if hit:
            reasons.append(f"{', '.join(sorted(hit))} would differ under {what}")
    for c in CHANNELS:
        counted = found[c.id].counted
        if c.axis in _SPECIFIC and counted and all(f.weight < 1 for f in counted):
            lapse[c.id] = max(lapse[c.id], UNSPECIFIC)
            reasons.append(f"{c.name} rests on {', '.join(sorted(_genes(counted)))} only")
        if found[c.id].contested > 1 - AGREEMENT:
            lapse[c.id] = max(lapse[c.id], DOUBTED * found[c.id].contested)
            reasons.append(f"the forms of {c.name} contradict each other")
    return Doubt(lapse, tuple(reasons))


def _genes(forms: Sequence[Form]) -> set[str]:
    """Name the genes whose sites some forms carry."""
    return {s.rpartition("_")[0] for f in forms for s in f.site_ids}
