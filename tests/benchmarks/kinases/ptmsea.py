"""PTM-SEA as its authors' program computes it, written anew from its description, as a peer.

Krug et al. 2019 (doi 10.1074/mcp.TIR118.000943), settings of its ``ptm-sea`` workflow: ranks of the
measured sites, standardised; enrichment is the area under the running sum with steps
abs(z) ** 0.75; normalised by the mean of permuted sets of the same sign. All members count upwards
here (networks without signs).
"""

import numpy as np
import pandas as pd

WEIGHT = 0.75
PERMUTATIONS = 1000
SEED = 0


def ptm_sea(matrix: pd.DataFrame, network: pd.DataFrame, *, min_size: int) -> pd.DataFrame:
    """Normalised enrichment of every set in every experiment; NaN below `min_size` members."""
    rng = np.random.default_rng(SEED)
    sets = {str(k): g.to_numpy() for k, g in network.groupby("source", sort=False)["target"]}
    scores = {}
    for experiment in matrix:
        x = matrix[experiment].dropna()
        ranks = x.rank(method="first")
        z = ((ranks - ranks.mean()) / ranks.std()).sort_values(ascending=False)
        steps = np.abs(z.to_numpy()) ** WEIGHT
        place = pd.Series(np.arange(len(z)), index=z.index)
        found = {k: place.reindex(t).dropna().to_numpy(dtype=np.int64) for k, t in sets.items()}
        found = {k: at for k, at in found.items() if max(min_size, 2) <= at.size < len(z)}
        # One random order of sites a permutation; a set of m members is its first m.
        largest = max((at.size for at in found.values()), default=0)
        drawn = np.array(
            [rng.choice(len(z), largest, replace=False) for _ in range(PERMUTATIONS)]
        ).reshape(PERMUTATIONS, largest)
        null = {m: _area(drawn[:, :m], steps) for m in {at.size for at in found.values()}}
        column = {}
        for name, at in found.items():
            score = float(_area(at[None, :], steps)[0])
            same = null[at.size][null[at.size] * score > 0]
            column[name] = score / abs(same.mean()) if same.size else np.nan
        scores[experiment] = column
    return pd.DataFrame(scores).reindex(index=list(sets), columns=matrix.columns)


def _area(members: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Area between the running sums of members and of all others, shape (sets,)."""
    n, m = steps.size, members.shape[1]
    left = n - members  # a step at one place is in every later sum
    weight = steps[members]
    inside = (weight * left).sum(axis=1) / weight.sum(axis=1)
    outside = (n * (n + 1) / 2 - left.sum(axis=1)) / (n - m)
    area: np.ndarray = inside - outside
    return area
