"""The metrics of the perturbation benchmark of kinase activities, on any table of scores.

Recipe of Mueller-Dott et al. 2025 (doi 10.1038/s41467-025-59779-y): a score of 0 is none; each
experiment is divided by the root mean square of its scores (sum of squares over n - 1, as R's
``scale`` does); scores are multiplied by the sign of the perturbation. The perturbed kinase is the
positive, every other scored kinase of the experiment a negative.
"""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

DRAWS = 1000
SEED = 0


@dataclass(frozen=True)
class Benchmark:
    """Sites x experiments, edges (source, target, weight), pairs (sample, target, sign, PMID)."""

    matrix: pd.DataFrame
    network: pd.DataFrame
    pairs: pd.DataFrame


@dataclass(frozen=True)
class Cells:
    """Scored cells: standardised score, whether perturbed, kinase, publication, rank, number."""

    score: np.ndarray
    positive: np.ndarray
    kinase: np.ndarray
    pmid: np.ndarray
    rank: np.ndarray
    n: np.ndarray


def load(folder: Path) -> Benchmark:
    """Read the benchmark; self edges are removed by exact name of the protein."""
    data = pd.read_csv(folder / "data.tsv.gz", sep="\t")
    data.index = pd.Index(data["gene"] + "_" + data["site"])
    edges = pd.read_csv(folder / "curated_kinase_substrate.tsv.gz", sep="\t")
    edges = edges[edges["source"] != edges["target_protein"]].rename(columns={"mor": "weight"})
    pairs = pd.read_csv(folder / "samples.tsv", sep="\t", dtype={"sample": str, "PMID": str})
    return Benchmark(
        data.drop(columns=["ID", "gene", "site"]),
        edges[["source", "target", "weight"]].drop_duplicates(ignore_index=True),
        pairs,
    )


def cells(scores: pd.DataFrame, pairs: pd.DataFrame, only: pd.DataFrame | None = None) -> Cells:
    """Lay scores (kinases x experiments) out as cells; `only` says which cells may count."""
    values = scores.where(scores != 0)
    if only is not None:
        values = values.where(only.reindex_like(values).fillna(False).astype(bool))
    values = values / np.sqrt((values**2).sum() / (values.notna().sum() - 1))
    of_sample = pairs.drop_duplicates("sample").set_index("sample")
    values = values * of_sample["sign"].reindex(values.columns).to_numpy()
    ranks = values.rank(ascending=False).to_numpy()
    seen = values.notna().to_numpy()
    positive = np.zeros(values.shape, dtype=bool)
    row = values.index.get_indexer(pd.Index(pairs["target"]))
    column = values.columns.get_indexer(pd.Index(pairs["sample"]))
    both = (row >= 0) & (column >= 0)
    positive[row[both], column[both]] = True
    i, j = np.nonzero(seen)
    pmid = of_sample["PMID"].reindex(values.columns).to_numpy()
    return Cells(
        values.to_numpy()[i, j],
        positive[i, j],
        values.index.to_numpy()[i],
        pmid[j],
        ranks[i, j],
        seen.sum(axis=0)[j],
    )


def select(scored: Cells, where: np.ndarray) -> Cells:
    """Some of the cells; ranks stay those of the whole experiment."""
    return Cells(*(getattr(scored, f.name)[where] for f in fields(Cells)))


def join(parts: list[Cells]) -> Cells:
    """Cells of several tables as one."""
    return Cells(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Cells)))


def auroc(positives: np.ndarray, negatives: np.ndarray) -> float:
    """Share of pairs in which the positive is higher; ties count half."""
    ordered = np.sort(negatives)
    below = np.searchsorted(ordered, positives, "left")
    not_above = np.searchsorted(ordered, positives, "right")
    return float((below + not_above).mean() / 2 / ordered.size)


def evaluate(scored: Cells, draws: int = DRAWS) -> dict[str, float]:
    """Every number of one table row."""
    rng = np.random.default_rng(SEED)
    positives, negatives = scored.score[scored.positive], scored.score[~scored.positive]
    drawn = [auroc(positives, rng.choice(negatives, positives.size)) for _ in range(draws)]
    per_kinase = []
    for kinase in pd.unique(scored.kinase[scored.positive]):
        here = scored.kinase == kinase
        up, down = scored.score[here & scored.positive], scored.score[here & ~scored.positive]
        if down.size:
            per_kinase.append(auroc(up, down))
    rank, n = scored.rank[scored.positive], scored.n[scored.positive]
    return {
        "auroc": float(np.mean(drawn)),
        "sd": float(np.std(drawn)),
        "per_kinase": float(np.mean(per_kinase)) if per_kinase else np.nan,
        "hit5": float((rank <= 5).mean()),
        "hit10": float((rank <= 10).mean()),
        "hit20": float((rank <= 20).mean()),
        "scaled_rank": float((rank / n).mean()),
        "pairs": int(positives.size),
    }


def weighted_auroc(scored: Cells, weight: np.ndarray) -> float:
    """AUROC against all negatives, each cell counted `weight` times."""
    positives, negatives = scored.positive, ~scored.positive
    order = np.argsort(scored.score[negatives], kind="stable")
    ordered = scored.score[negatives][order]
    mass = np.concatenate([[0.0], np.cumsum(weight[negatives][order])])
    below = mass[np.searchsorted(ordered, scored.score[positives], "left")]
    not_above = mass[np.searchsorted(ordered, scored.score[positives], "right")]
    w = weight[positives]
    return float(((below + not_above) * w).sum() / 2 / (w.sum() * mass[-1]))


def paired_bootstrap(
    a: Cells, b: Cells, draws: int = DRAWS, seed: int = SEED
) -> dict[str, tuple[float, float, float]]:
    """Difference a - b with its 95 % interval over resampled publications, for AUROC and hits.

    Both must hold the same cells.
    """
    pmids, code_a = np.unique(a.pmid.astype(str), return_inverse=True)
    code_b = np.searchsorted(pmids, b.pmid.astype(str))

    def gains(count: np.ndarray) -> list[float]:
        out = [weighted_auroc(a, count[code_a]) - weighted_auroc(b, count[code_b])]
        wa, wb = count[code_a][a.positive], count[code_b][b.positive]
        hits = (
            np.average(a.rank[a.positive] <= 10, weights=wa),
            np.average(b.rank[b.positive] <= 10, weights=wb),
        )
        ranks = (
            np.average((a.rank / a.n)[a.positive], weights=wa),
            np.average((b.rank / b.n)[b.positive], weights=wb),
        )
        return [*out, hits[0] - hits[1], ranks[0] - ranks[1]]

    rng = np.random.default_rng(seed)
    drawn = []
    while len(drawn) < draws:
        count = np.bincount(rng.integers(0, pmids.size, pmids.size), minlength=pmids.size)
        if count[code_a][a.positive].sum() > 0:
            drawn.append(gains(count.astype(float)))
    here = gains(np.ones(pmids.size))
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    names = ("auroc", "hit10", "scaled_rank")
    return {name: (here[k], low[k], high[k]) for k, name in enumerate(names)}
