"""Which tests a feature's q value is adjusted over, and features within selected sets.

A site of a cohort may be looked at in two ways: among all features, or, once a pathway was found
changed, among the features of that pathway. The second way is the two-stage procedure of Benjamini
and Bogomolov (`phosres.stats.adjust_within_selected`).
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from phosres import stats
from phosres.knowledge import Knowledge, load
from phosres.results import Contrast, Scores, SiteEffects

IntArray = NDArray[np.int64]


def state_families(
    contrast: Contrast,
    scores: Scores,
    *,
    knowledge: Knowledge | None = None,
    alpha: float = 0.05,
) -> Contrast:
    """Say what each q value of a contrast is adjusted over, and add those within selected sets.

    Parameters
    ----------
    contrast
        Effects of all features.
    scores
        Scores of the contrast: the p values of the sets come from here.
    knowledge
        Sets of sites; the package's own by default.
    alpha
        False discovery rate of both stages.

    Returns
    -------
    The contrast; the tables of its effects have the columns family and n_tests and, at cohort
    level, q_within_set and sets_selected.
    """
    effects = tuple(
        _select(contrast, _state(e), scores, knowledge or load(), alpha) for e in contrast.effects
    )
    return replace(contrast, effects=effects)


def _state(effect: SiteEffects) -> SiteEffects:
    """Say over how many features of which level q is adjusted."""
    n = int(np.isfinite(effect.table["p"].to_numpy(dtype=float)).sum())
    who = "the cohort" if effect.level == "cohort" else effect.subject
    said = f"BH over {n:,} features of {who}"
    if effect.n_of_one:
        said += " (a ranking)"
    table = effect.table.assign(
        family=said if n else "", n_tests=n, q_within_set=np.nan, sets_selected=""
    )
    return replace(effect, table=table)


def _select(
    contrast: Contrast, effect: SiteEffects, scores: Scores, knowledge: Knowledge, alpha: float
) -> SiteEffects:
    """Adjust the features inside the pathways that the cohort shows changed."""
    if effect.level != "cohort":
        return effect
    rows = scores.activities
    rows = rows[(rows["level"] == "cohort") & (rows["kind"] == "pathway")]
    ids = contrast.data.features["site_ids"].str.split(";")
    carriers: dict[str, list[int]] = {}
    for at, sites in enumerate(ids):
        for site in sites:
            carriers.setdefault(site, []).append(at)
    members = [
        _rows({at for m in knowledge.sets[name].members for at in carriers.get(m.site_id, [])})
        for name in rows["set"]
    ]
    p = effect.table["p"].to_numpy(dtype=float)
    chosen = stats.adjust_within_selected(
        rows["p"].to_numpy(dtype=float), [p[m] for m in members], level=alpha
    )
    best = np.full(p.shape, np.nan)
    names: dict[int, list[str]] = {}
    for name, own, q, selected in zip(
        rows["set"], members, chosen.site_q, chosen.selected, strict=True
    ):
        if selected:
            best[own] = np.fmin(best[own], q)
            for k in own:
                names.setdefault(int(k), []).append(str(name))
    said = [";".join(names.get(k, ())) for k in range(len(p))]
    table = effect.table.assign(q_within_set=best, sets_selected=said)
    found = f"{chosen.n_selected} of {chosen.n_tested} pathways selected for q_within_set"
    return replace(effect, table=table, method=f"{effect.method}; {found}")


def _rows(found: set[int]) -> IntArray:
    """Return row numbers in order."""
    return np.array(sorted(found), dtype=np.int64)
