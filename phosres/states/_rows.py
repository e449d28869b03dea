"""States as rows of a table: probability, rank, evidence for and against, and a sentence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from phosres.evidence import Combined
from phosres.states._channels import CHANNELS
from phosres.states._model import REQUIRED, STATES, THRESHOLD

ABSTAIN = "CANNOT_TELL"

RISEN = 2.0
"""Standard errors from which AKT is said to have risen beside a state that does not speak of it."""

LEAST_FACTOR = 1.25
"""Smallest change of the odds by one readout that is shown as evidence."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What one level and subject shows.

    Parameters
    ----------
    found
        Change of each channel.
    probability
        By state, in the order of `STATES`.
    without
        The same without each channel, shape (channels, states).
    reasons
        What makes readouts doubtful.
    """

    found: Mapping[str, Combined]
    probability: np.ndarray
    without: np.ndarray
    reasons: Sequence[str]


def claim(told: Told) -> str:
    """Return the state that may be claimed, or that none can be told.

    Parameters
    ----------
    told
        Probabilities and readouts.
    """
    best = list(STATES)[int(told.probability.argmax())]
    seen = {c.axis for c in CHANNELS if told.found[c.id].estimable}
    enough = told.probability.max() >= THRESHOLD and set(REQUIRED[best]) <= seen
    return best if enough else ABSTAIN


def state_rows(
    key: Mapping[str, str], told: Told, subjects: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Make the seven rows of one level and subject, the claimed state first.

    Parameters
    ----------
    key
        contrast, level and subject.
    told
        Probabilities and readouts.
    subjects
        What is claimed of each subject of a cohort, for its sentence.
    """
    claimed = claim(told)
    names = list(STATES)
    order = sorted(names, key=lambda s: (s != claimed, -told.probability[names.index(s)]))
    measured = [c for c in CHANNELS if told.found[c.id].estimable]
    return [
        dict(key)
        | {
            "state": state,
            "probability": float(told.probability[names.index(state)]),
            "rank": order.index(state) + 1,
            "evidence_for": _evidence(told, names.index(state), sign=1),
            "evidence_against": _evidence(told, names.index(state), sign=-1),
            "text": _sentence(told, state, claimed)
            + (_count(subjects) if state == claimed else ""),
            "claimed": state == claimed,
            "n_measured": len(measured),
            "not_measured": ", ".join(c.name for c in CHANNELS if c not in measured),
        }
        for state in names
    ]


def odds_factors(told: Told) -> np.ndarray:
    """Return the factor by which each channel changes the odds of each state.

    The odds with all channels over the odds without one (leave one out); their log is the weight of
    evidence of that readout given the others (Good 1985, in Bayesian Statistics 2, 249-270).

    Parameters
    ----------
    told
        Probabilities with and without each channel.

    Returns
    -------
    Shape (channels, states).
    """
    tiny = 1e-9
    p = np.clip(told.probability, tiny, 1 - tiny)
    q = np.clip(told.without, tiny, 1 - tiny)
    return np.asarray(p / (1 - p) / (q / (1 - q)))


def _evidence(told: Told, state: int, *, sign: int) -> str:
    """List the readouts that speak for (or against) a state, the strongest first."""
    factors = odds_factors(told)[:, state] ** sign
    listed = sorted(
        (
            (float(f), c)
            for f, c in zip(factors, CHANNELS, strict=True)
            if told.found[c.id].estimable and f >= LEAST_FACTOR
        ),
        key=lambda item: -item[0],
    )
    mark = "×" if sign > 0 else "÷"
    return "; ".join(
        f"{c.name} {told.found[c.id].estimate:+.2f} ± {told.found[c.id].se:.2f}"
        f" (odds {mark}{_factor(f)})"
        for f, c in listed
    )


def _factor(f: float) -> str:
    return f"{f:.1f}" if f < 10 else f"{min(f, 1000):.0f}{'+' if f > 1000 else ''}"


def _sentence(told: Told, state: str, claimed: str) -> str:
    """Say what the row says."""
    names = list(STATES)
    p = told.probability[names.index(state)]
    if state != claimed:
        return f"{STATES[state]}: probability {p:.0%}"
    doubts = f" ({'; '.join(told.reasons)})" if told.reasons else ""
    if claimed != ABSTAIN:
        return f"{STATES[state]}, probability {p:.0%}{_about_akt(told, state)}{doubts}"
    return f"The state cannot be told: {_why(told)}{doubts}"


def _about_akt(told: Told, state: str) -> str:
    """Say on what AKT rests where a state speaks of it, and that it rose where none does."""
    if "AKT" in REQUIRED[state]:
        seen = told.found["AKT_HM"].estimable
        return "" if seen else "; AKT S473 was not measured, AKT is judged by its stand-ins"
    readouts = [told.found[c.id] for c in CHANNELS if c.axis == "AKT"]
    rose = any(c.estimable and c.estimate > RISEN * c.se for c in readouts)
    return "; AKT rose beside it" if rose and state == "S6_OFF_4EBP1_KEPT" else ""


def _count(subjects: Sequence[str]) -> str:
    """Say what the subjects of a cohort show one by one: their mean may be nobody's state."""
    if not subjects:
        return ""
    counts = Counter(subjects)
    named = [f"{counts[s]} {STATES[s]}" for s in STATES if counts[s] and s != ABSTAIN]
    untold = [f"{counts[ABSTAIN]} not told"] if counts[ABSTAIN] else []
    return f"; one by one: {', '.join([*named, *untold])}"


def _why(told: Told) -> str:
    """Say why no state is claimed."""
    names = list(STATES)
    if not any(c.estimable for c in told.found.values()):
        return "none of its readouts has a tested change"
    if told.probability.argmax() == names.index(ABSTAIN) and told.probability.max() >= THRESHOLD:
        return "the readouts fit none of the patterns"
    order = np.argsort(-told.probability, kind="stable")
    first, second = names[order[0]], names[order[1]]
    seen = {c.axis for c in CHANNELS if told.found[c.id].estimable}
    if told.probability[order[0]] >= THRESHOLD:
        lacking = ", ".join(_axis_name(a) for a in REQUIRED[first] if a not in seen)
        return f"{STATES[first]} is most probable, but {lacking} was not measured"
    top = " and ".join(
        f"{STATES[s]} ({told.probability[names.index(s)]:.0%})" for s in (first, second)
    )
    return f"most probable are {top}; {THRESHOLD:.0%} are needed"


def _axis_name(axis: str) -> str:
    return " or ".join(c.name for c in CHANNELS if c.axis == axis)
