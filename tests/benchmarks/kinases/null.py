"""How often is a kinase called where nothing was done? ``python -m tests.benchmarks.kinases.null
NETWORK``.

Replicates of one condition against each other, single pairs and groups of half of them each, on the
real tables kept beside the repository. NETWORK is any network of human sites.
"""

import itertools
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from phosres.columns import ACTIVITIES, EVIDENCE, READOUTS
from phosres.contrasts import contrast
from phosres.kinases import Placed, add_kinases, place, read_edges, score_sets_detailed
from phosres.knowledge import load
from phosres.normalization import normalize
from phosres.results import Contrast, Scores
from phosres.table import PhosphoTable
from tests.benchmarks.calibration import REAL, compare, read

EMPTY = Scores(READOUTS.empty(), ACTIVITIES.empty(), EVIDENCE.empty(), "")


def count(made: Contrast, placed: Placed) -> Counter[str]:
    """Count tested kinases, small p values and calls of the first effect of a contrast."""
    rows = add_kinases(EMPTY, replace(made, effects=made.effects[:1]), [placed]).activities
    p = rows["p"].dropna()
    called = rows["status"].isin(["up", "down"])
    naive = ksea(made, placed)
    return Counter(
        {
            "comparisons": 1,
            "tested": len(p),
            "p<.05": int((p < 0.05).sum()),
            "p<.01": int((p < 0.01).sum()),
            "called": int(called.sum()),
            "with a call": int(called.any()),
            "ksea tested": naive.size,
            "ksea p<.05": int((naive < 0.05).sum()),
            "ksea p<.01": int((naive < 0.01).sum()),
        }
    )


def ksea(made: Contrast, placed: Placed) -> np.ndarray:
    """p values of the usual z on the same features, each counted as independent."""
    pieces = placed.pieces
    edges = pd.DataFrame(
        {
            "source": np.array(placed.sets)[pieces.of_set[pieces.piece]],
            "target": placed.features[pieces.feature],
            "weight": pieces.sign,
        }
    )
    matrix = made.effects[0].table[["log2fc"]]
    p = score_sets_detailed(matrix, edges, min_size=placed.min_size, method="ksea_z").p
    return np.empty(0) if p is None else p.to_numpy()[p.notna().to_numpy()]


def split(table: PhosphoTable, a: tuple[str, ...], b: tuple[str, ...]) -> Contrast:
    """Compare two groups of samples of different subjects."""
    names = [*a, *b]
    samples = table.samples.loc[names].assign(condition=["a"] * len(a) + ["b"] * len(b))
    return contrast(
        normalize(replace(table, values=table.values[names], samples=samples)), pre="a", on="b"
    )


def comparisons(name: str, table: PhosphoTable) -> Iterator[tuple[str, Contrast]]:
    """Every pair, and up to ten splits of every group of six or more."""
    for group in REAL[name][2]:
        for a, b in itertools.combinations(group, 2):
            yield "pairs", compare(table, a, b)
        if len(group) >= 6:
            half = len(group) // 2
            for a in list(itertools.combinations(group[1:], half - 1))[:10]:
                first = (group[0], *a)
                yield "groups", split(table, first, tuple(s for s in group if s not in first))


def main(network: Path) -> None:
    """Print one line for each table and design."""
    edges, knowledge = read_edges(network), load()
    for name in REAL:
        table = read(name)
        placed = place(edges, table.features, knowledge, name="n", other_species=True)
        found: dict[str, Counter[str]] = {}
        for design, made in comparisons(name, table):
            found[design] = found.get(design, Counter()) + count(made, placed)
        for design, n in found.items():
            share = {
                k: f"{n[k] / max(n[of], 1):.1%}"
                for k, of in (
                    ("p<.05", "tested"),
                    ("p<.01", "tested"),
                    ("called", "tested"),
                    ("with a call", "comparisons"),
                    ("ksea p<.05", "ksea tested"),
                    ("ksea p<.01", "ksea tested"),
                )
            }
            sys.stdout.write(f"{name}, {n['comparisons']} {design}, {n['tested']} tests: {share}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
