"""The usual ways to read one pair: z scores, a fold-change cut, and KSEA, for comparison.

Readouts are the mean change of their features. *MAD z*: beyond 1.96 robust standard deviations of
all changes. *fold change*: beyond two-fold. *KSEA z*: the mean change of a set against all features
by a normal test (Casado et al. 2013, doi 10.1126/scisignal.2003573), each feature counted once.
"""

from collections import Counter

import numpy as np
import pandas as pd

from phosres.knowledge import Knowledge
from phosres.results import Contrast

Z = 1.959963984540054


def call(made: Contrast, knowledge: Knowledge, known: str = "") -> Counter[str]:
    """Count what the naive methods call in one pair.

    Parameters
    ----------
    made
        Contrast of a single pair.
    knowledge
        Readouts and sets.
    known
        A set to look up; without one, all sets are counted.
    """
    change = made.effects[0].table["log2fc"].dropna()
    sites = made.data.features.loc[change.index, "site_ids"].str.split(";")
    mad = 1.4826 * float(np.median(np.abs(change - change.median())))
    n: Counter[str] = Counter()
    means = [
        m for r in knowledge.readouts.values() if np.isfinite(m := _mean(change, sites, r.members))
    ]
    n["naive MAD z: panels"] = int(any(abs(m) > Z * mad for m in means))
    n["naive fold change: panels"] = int(any(abs(m) > 1 for m in means))
    for group in knowledge.sets.values():
        if group.kind == "complex" or not group.members or (known and group.id != known):
            continue
        z = _ksea(change, sites, group.members)
        if np.isfinite(z):
            n["naive KSEA: sets"] += 1
            n["naive KSEA: sets p<.05"] += int(abs(z) > Z)
    return n


def _signed(
    change: "pd.Series[float]", sites: "pd.Series[list[str]]", members: tuple
) -> np.ndarray:
    """Changes of the features that carry a member, in the direction of an active set."""
    sign = {m.site_id: m.sign for m in members if m.sign}
    found = [(i, next((sign[s] for s in ids if s in sign), 0)) for i, ids in enumerate(sites)]
    return np.array([change.iloc[i] * s for i, s in found if s])


def _mean(change: "pd.Series[float]", sites: "pd.Series[list[str]]", members: tuple) -> float:
    values = _signed(change, sites, members)
    return float(values.mean()) if values.size else float("nan")


def _ksea(change: "pd.Series[float]", sites: "pd.Series[list[str]]", members: tuple) -> float:
    values = _signed(change, sites, members)
    if not values.size:
        return float("nan")
    return float((values.mean() - change.mean()) * np.sqrt(values.size) / change.std())
