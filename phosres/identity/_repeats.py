"""One measurement under the names of several paralogs: it is one piece of evidence."""

import numpy as np
import pandas as pd

from phosres.knowledge import Knowledge
from phosres.knowledge.paralogs import twins


def fold_repeats(
    matches: pd.DataFrame, values: pd.DataFrame, knowledge: Knowledge
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Give the sites of paralogs that repeat one measurement to one of their features.

    Tables by gene list a peptide that AKT1, AKT2 and AKT3 share once for each of them, with the
    same values. The first feature in the order of names stands for all.

    Parameters
    ----------
    matches
        As `phosres.knowledge.match_sites` gives them.
    values
        Features x samples.
    knowledge
        Which sites share a peptide.

    Returns
    -------
    The matches, and for each feature that lost its sites the one that stands for it.
    """
    partners = twins(knowledge).groupby("site_id")["twin"].agg(set).to_dict()
    sharing = matches[matches["site_id"].isin(list(partners))]
    names = sorted(set(sharing["feature"]))
    sites = matches[matches["feature"].isin(names)].groupby("feature")["site_id"].agg(list)
    stands: dict[str, str] = {}
    for group in _same_values(values.loc[names]):
        for other in group[1:]:
            if all(set(sites[group[0]]) & partners.get(site, set()) for site in sites[other]):
                stands[other] = group[0]
    if not stands:
        return matches, {}
    moved = matches.assign(feature=matches["feature"].replace(stands))
    return moved.drop_duplicates(["feature", "site_id"], ignore_index=True), stands


def _same_values(values: pd.DataFrame) -> list[list[str]]:
    """Group features with exactly the same values; two of them at least, not all equal."""
    block = values.to_numpy()
    seen = np.isfinite(block)
    low = np.where(seen, block, np.inf).min(axis=1, initial=np.inf)
    high = np.where(seen, block, -np.inf).max(axis=1, initial=-np.inf)
    telling = (seen.sum(axis=1) >= 2) & (high > low)
    groups: dict[bytes, list[str]] = {}
    for name, row, tells in zip(values.index, np.where(seen, block, np.nan), telling, strict=True):
        if tells:
            groups.setdefault(row.tobytes(), []).append(name)
    return [group for group in groups.values() if len(group) > 1]
