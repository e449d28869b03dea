"""Curated features seen on one side only: how likely the other side missed them by chance.

A site that vanished may have fallen, or may have been missed as half of the weak sites are between
replicates. So what is said is *not detected*, with the probability that an unchanged site of that
intensity is missed (`phosres.stats.detection`), never a fold change, and it moves no status.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from phosres import stats
from phosres.evidence import write_p
from phosres.knowledge import Knowledge
from phosres.results import Contrast, SiteEffects
from phosres.scoring._rows import Key, Row

MOST_RUNS = 3
"""Samples from which a curve predicts the next. What more of them would tell, the mean tells."""
MOST_FEATURES = 5000
"""Features a curve is fitted to: it has four parameters, and every sample of each is a case."""


@dataclass(frozen=True)
class Detections:
    """What was seen on one side only, of one level and subject.

    Parameters
    ----------
    rows
        Rows of the detections table.
    by_readout
        Text and p value of each readout with such a feature.
    """

    rows: list[Row]
    by_readout: Mapping[str, tuple[str, float]]


class Curves:
    """The detection curves of one contrast, fitted when they are first needed.

    Parameters
    ----------
    contrast
        Its samples are what the curves are learnt from.
    """

    def __init__(self, contrast: Contrast) -> None:
        values = contrast.data.values[contrast.arms.index]
        step = max(1, -(-len(values) // MOST_FEATURES))
        seen = values[values.notna().any(axis=1)].iloc[::step]
        self._values = seen.to_numpy()
        arms = contrast.arms
        replicates = pd.factorize(arms["subject"] + "\t" + arms["arm"])[0]
        # Without replicates the two sides of a subject stand in: real losses then count as misses.
        alone = np.bincount(replicates).max(initial=0) < 2
        self._groups = {
            "subject": pd.factorize(arms["subject"])[0] if alone else replicates,
            "cohort": pd.factorize(arms["arm"])[0],
        }
        self._fitted: dict[tuple[str, int], stats.DetectionCurve | str] = {}

    def at(self, level: str, runs: int, misses: int) -> stats.DetectionCurve | str:
        """Return the curve for sites seen in so many samples, or why there is none.

        A curve from fewer samples than a site was seen in is careful: it is taken where there are
        not enough alike, and to leave two to hold out, which show how misses go together.

        Parameters
        ----------
        level
            ``subject`` (alike are replicates) or ``cohort`` (alike are the samples of one side).
        runs
            Samples in which the site was seen.
        misses
            Samples in which it was not.
        """
        groups = self._groups[level]
        held_out = 1 if misses == 1 else 2
        runs = min(runs, MOST_RUNS, max(int(np.bincount(groups).max()) - held_out, 1))
        if (level, runs) not in self._fitted:
            try:
                curve: stats.DetectionCurve | str = stats.fit_detection(
                    self._values, groups, runs=runs
                )
            except ValueError as error:
                curve = str(error)
            self._fitted[level, runs] = curve
        return self._fitted[level, runs]


def find_detections(
    contrast: Contrast,
    effects: SiteEffects,
    curves: Curves,
    knowledge: Knowledge,
    key: Key,
    alpha: float,
) -> Detections:
    """Find the curated features that one side saw and the other did not.

    Judged are features that all samples of one side saw and none of the other (k of k): with fewer
    one cannot tell a loss from bad luck on both sides.

    Parameters
    ----------
    contrast, effects
        Values, and the level and subject.
    curves
        Detection curves of the contrast.
    knowledge
        Readouts and their sites.
    key
        contrast, level and subject.
    alpha
        Level from which a miss is more than chance.
    """
    arms = contrast.arms
    if effects.level == "subject":
        arms = arms[arms["subject"] == effects.subject]
    columns = {side: arms.index[arms["arm"] == side] for side in ("pre", "on")}
    size = {side: len(c) for side, c in columns.items()}
    if not all(size.values()):
        return Detections([], {})
    readouts = {r.id: frozenset(r.sites) for r in knowledge.readouts.values()}
    features = contrast.data.features
    curated = features[features["site_ids"] != ""]
    values = contrast.data.values.loc[curated.index]
    blocks = {side: values[c].to_numpy() for side, c in columns.items()}
    seen = {side: (~np.isnan(b)).sum(axis=1) for side, b in blocks.items()}
    names, genes, sites, site_ids = (
        curated.index.to_numpy(),
        *(curated[c].to_numpy() for c in ("gene", "sites", "site_ids")),
    )
    rows: list[Row] = []
    for i in np.flatnonzero((seen["pre"] > 0) != (seen["on"] > 0)).tolist():
        here, there = ("pre", "on") if seen["pre"][i] else ("on", "pre")
        k = int(seen[here][i])
        mean = float(np.nanmean(blocks[here][i]))
        p, why = np.nan, f"seen in {k} of {size[here]} samples of that side only"
        if k == size[here]:
            curve = curves.at(effects.level, k, size[there])
            why = curve if isinstance(curve, str) else ""
            if not isinstance(curve, str):
                p = float(stats.miss_probability(curve, [mean], [size[there]])[0])
        ids = str(site_ids[i])
        rows.append(
            dict(key)
            | {
                "feature": names[i],
                "gene": str(genes[i]),
                "site": str(sites[i]),
                "site_ids": ids,
                "readout": ";".join(_readouts(ids, readouts)),
                "seen_pre": int(seen["pre"][i]),
                "n_pre": size["pre"],
                "seen_on": int(seen["on"][i]),
                "n_on": size["on"],
                "mean_log2": mean,
                "p": p,
                "text": _say(here, p, alpha, why),
            }
        )
    whole = (seen["pre"] == size["pre"]) | (seen["on"] == size["on"])
    return Detections(rows, _by_readout(rows, site_ids[whole], readouts))


def _readouts(site_ids: str, readouts: Mapping[str, frozenset[str]]) -> list[str]:
    """Name the readouts a feature carries a site of."""
    ids = site_ids.split(";")
    return [name for name, sites in readouts.items() if not sites.isdisjoint(ids)]


def _say(here: str, p: float, alpha: float, why: str) -> str:
    """Say what was seen, with the probability of chance."""
    what = "not detected on treatment" if here == "pre" else "newly detected on treatment"
    if np.isnan(p):
        return f"{what} (cannot be judged: {why})"
    chance = "" if p < alpha else ", no more than chance"
    return f"{what} (P = {write_p(p)}{chance})"


def _by_readout(
    rows: list[Row], judged: Iterable[str], readouts: Mapping[str, frozenset[str]]
) -> dict[str, tuple[str, float]]:
    """Give each readout its text and p value: the least, times the features that had the chance."""
    had_chance: dict[str, int] = {}
    for site_ids in judged:
        for readout in _readouts(site_ids, readouts):
            had_chance[readout] = had_chance.get(readout, 0) + 1
    out = {}
    for readout in readouts:
        mine = [r for r in rows if readout in r["readout"].split(";")]
        if not mine:
            continue
        mine.sort(key=lambda r: (np.isnan(r["p"]), r["p"]))
        text = "; ".join(f"{r['feature']} {r['text']}" for r in mine[:3])
        more = f"; and {len(mine) - 3} more" if len(mine) > 3 else ""
        out[readout] = (text + more, min(1.0, mine[0]["p"] * had_chance.get(readout, 1)))
    return out
