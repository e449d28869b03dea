"""The state of mTOR of each subject and cohort, with its probability and the evidence."""

from dataclasses import replace

import numpy as np
import pandas as pd

from phosres.columns import STATES as SCHEMA
from phosres.evidence import Combined, view
from phosres.knowledge import Knowledge, load
from phosres.results import Contrast, Scores, SiteEffects
from phosres.states._channels import CHANNELS, channel_members, measure
from phosres.states._gates import Doubt, doubt
from phosres.states._likelihood import Channels, infer
from phosres.states._model import PAIR_CORRELATION, PAIR_SHARPNESS, STATES
from phosres.states._rows import Told, claim, state_rows

__all__ = ["STATES", "infer_states"]


def infer_states(
    contrast: Contrast, scores: Scores, *, knowledge: Knowledge | None = None
) -> Scores:
    """Add the table of states to the scores of a contrast.

    Parameters
    ----------
    contrast
        Effects of all features; the features must have been identified.
    scores
        Scores of the contrast: what depends on the normalisation or on the protein, and stress
        sites that moved, lower the certainty.
    knowledge
        Readouts and sets; the package's own by default.

    Returns
    -------
    The scores with `phosres.results.Scores.states` filled: one row a level, subject and state.
    """
    knowledge = knowledge or load()
    members = channel_members(knowledge)
    alpha = float(scores.parameters.get("alpha", 0.05))
    found, doubts, keys = [], [], []
    for effects in contrast.effects:
        here = measure(view(contrast, effects), members)
        readouts, activities = (
            t[(t["level"] == effects.level) & (t["subject"] == effects.subject)]
            for t in (scores.readouts, scores.activities)
        )
        found.append(here)
        doubts.append(doubt(here, readouts, activities, alpha))
        keys.append({"contrast": contrast.name, "level": effects.level, "subject": effects.subject})
    if not found:
        return replace(scores, states=SCHEMA.empty())
    posterior = infer(_arrays(found, doubts, contrast.effects))
    told = [
        Told(here, posterior.probability[i], posterior.without[i], gates.reasons)
        for i, (here, gates) in enumerate(zip(found, doubts, strict=True))
    ]
    subjects = [claim(t) for t, key in zip(told, keys, strict=True) if key["level"] == "subject"]
    rows = []
    for key, t in zip(keys, told, strict=True):
        rows += state_rows(key, t, subjects if key["level"] == "cohort" else ())
    return replace(scores, states=SCHEMA.order(pd.DataFrame(rows)))


def _arrays(
    found: list[dict[str, Combined]], doubts: list[Doubt], effects: tuple[SiteEffects, ...]
) -> Channels:
    """Lay the channels of all subjects out as arrays."""

    def each(name: str) -> np.ndarray:
        return np.array([[getattr(f[c.id], name) for c in CHANNELS] for f in found], dtype=float)

    groups = sorted({c.group for c in CHANNELS if c.group})
    noise = [PAIR_CORRELATION if e.n_of_one else e.correlation for e in effects]
    within = [[float(n[c.correlation]) if c.correlation else 0.0 for c in CHANNELS] for n in noise]
    return Channels(
        y=each("estimate"),
        se=each("se"),
        df=each("df"),
        lapse=np.array([[d.lapse[c.id] for c in CHANNELS] for d in doubts]),
        spread=_spread(found),
        axis=np.array([c.axis_index for c in CHANNELS]),
        group=np.array([groups.index(c.group) if c.group else -1 for c in CHANNELS]),
        within=np.array(within),
        between=np.array([float(n["between"]) for n in noise]),
        sharpness=np.array([PAIR_SHARPNESS if e.n_of_one else 1.0 for e in effects]),
    )


def _spread(found: list[dict[str, Combined]]) -> np.ndarray:
    """Spread of each channel about its axis: as stated or as observed, whichever is more.

    Both shrink with the number of proteins, which differ from the axis each in its own way.
    """
    rows = []
    for f in found:
        n = [max(len(f[c.id].proteins), 1) for c in CHANNELS]
        seen = [f[c.id].tau if k > 1 else 0.0 for c, k in zip(CHANNELS, n, strict=True)]
        rows.append(
            [max(c.spread, t) / np.sqrt(k) for c, t, k in zip(CHANNELS, seen, n, strict=True)]
        )
    return np.array(rows)
