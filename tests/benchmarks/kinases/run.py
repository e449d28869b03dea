"""Print the ablation table of the kinase scores: ``python run.py FOLDER [PEERS.tsv ...]``.

FOLDER holds the perturbation benchmark (data.tsv.gz, samples.tsv, curated_kinase_substrate.tsv.gz).
With decoupler installed its methods are scored beside ours, per experiment on the measured sites.
"""

import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from metrics import (
    Benchmark,
    Cells,
    cells,
    evaluate,
    join,
    load,
    paired_bootstrap,
    select,
    weighted_auroc,
)
from ptmsea import ptm_sea

from phosres.kinases import METHODS, Ingredients, combination, score_sets

OFF = Ingredients(
    clip=None, own_sites=0, shared_peptides=False, prior_members=0, within=0, between=0
)
"""Every switch off: the z score without the mean, on root mean square."""

ALONE = {
    "clip": {"clip": 3.0},
    "own_sites": {"own_sites": 3.0},
    "shared_peptides": {"own_sites": 3.0, "shared_peptides": True},
    "prior_members": {"prior_members": 5.0},
    "within": {"within": 0.15},
}
"""What each ingredient is when it is on; shared peptides need own sites."""

MIN_SIZES = (5, 3, 2)

OTHERS = (
    {"own_sites": 1.0},
    {"own_sites": 2.0},
    {"own_sites": 4.0},
    {"clip": 2.0},
    {"clip": 4.0},
    {"prior_members": 2.0},
    {"prior_members": 10.0},
    {"promiscuity": 0.5},
    {"promiscuity": 1.0},
)


def variants() -> Iterator[tuple[str, Ingredients]]:
    """Name and switches of every variant: each ingredient alone, all but it, other settings."""
    yield "all off", OFF
    for name, on in ALONE.items():
        yield f"only {name}", Ingredients(**{**vars(OFF), **on})
    for name in ALONE:
        yield f"all but {name}", Ingredients(**{name: vars(OFF)[name]})
    for other in OTHERS:
        yield ", ".join(f"{k} = {v:g}" for k, v in other.items()), Ingredients(**other)


def ours(data: Benchmark, min_size: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Scores of every method and variant."""
    for method in METHODS:
        yield method.name, score_sets(data.matrix, data.network, min_size=min_size, method=method)
    for name, switches in variants():
        method = combination(switches, name=name)
        yield (
            f"  {name}",
            score_sets(data.matrix, data.network, min_size=min_size, method=method),
        )


def peers(data: Benchmark, min_size: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Scores of PTM-SEA, and of decoupler on the measured sites of each experiment if there."""
    yield "PTM-SEA", ptm_sea(data.matrix, data.network, min_size=min_size)
    try:
        import decoupler
    except ImportError:
        return
    methods = {
        "ulm": {},
        "zscore": {},
        "waggr": {"fun": "wsum", "times": 1},
        "viper": {"pleiotropy": False},
    }
    for name, options in methods.items():
        columns = {}
        for sample in data.matrix:
            one = data.matrix[[sample]].dropna().T
            score = getattr(decoupler.mt, name)
            result = score(one, data.network, tmin=min_size, verbose=False, **options)
            columns[sample] = (result[0] if isinstance(result, tuple) else result).iloc[0]
        yield f"decoupler {name}", pd.DataFrame(columns)


def report(data: Benchmark, min_size: int, given: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Table of all methods: on the cells of ulm, and on their own."""
    tables = {**given, **dict(peers(data, min_size)), **dict(ours(data, min_size))}
    matched = tables["ulm"].notna()
    base = cells(tables["ulm"], data.pairs, matched)
    rows = []
    for name, table in tables.items():
        here = cells(table, data.pairs, matched)
        row = {"method": name, **evaluate(here)}
        if here.score.size == base.score.size:
            for key, (gain, low, high) in paired_bootstrap(here, base).items():
                row[f"gain {key}"] = f"{gain:+.3f} ({low:+.3f}..{high:+.3f})"
        own = evaluate(cells(table, data.pairs))
        row |= {"own auroc": own["auroc"], "own hit10": own["hit10"], "own pairs": own["pairs"]}
        rows.append(row)
    return pd.DataFrame(rows)


def cross_validate(data: Benchmark) -> tuple[Cells, Cells, list[str]]:
    """Score every publication with the settings that are best on all the others.

    Returns
    -------
    Cells of the chosen settings, the same cells of the default, and what was chosen.
    """
    matched = score_sets(data.matrix, data.network, method="ulm").notna()

    def scored(switches: Ingredients) -> Cells:
        table = score_sets(data.matrix, data.network, method=combination(switches))
        return cells(table, data.pairs, matched)

    grid = [
        Ingredients(own_sites=own, clip=clip, prior_members=prior)
        for own, clip, prior in product(
            (0.0, 1.0, 2.0, 3.0, 4.0), (None, 2.0, 3.0, 4.0), (0, 5, 10)
        )
    ]
    tried = [scored(switches) for switches in grid]
    held, chosen = [], []
    for pmid in pd.unique(tried[0].pmid):
        rest = (tried[0].pmid != pmid).astype(float)
        best = int(np.argmax([weighted_auroc(one, rest) for one in tried]))
        switches = grid[best]
        chosen.append(f"{switches.own_sites:g}/{switches.clip}/{switches.prior_members}")
        held.append(select(tried[best], tried[best].pmid == pmid))
    return join(held), scored(Ingredients()), chosen


def main(folder: Path, files: list[str]) -> None:
    """Print the tables for each smallest size of a set."""
    data = load(folder)
    given = {Path(f).stem: pd.read_csv(f, sep="\t", index_col=0) for f in files}
    held, default, chosen = cross_validate(data)
    counts = pd.Series(chosen).value_counts().to_string()
    for name, one in (("chosen without the publication", held), ("default", default)):
        numbers = ", ".join(f"{k} {v:.3f}" for k, v in evaluate(one).items())
        sys.stdout.write(f"{name}: {numbers}\n")
    sys.stdout.write(f"own_sites/clip/prior_members chosen, publications:\n{counts}\n")
    for min_size in MIN_SIZES:
        table = report(data, min_size, given if min_size == 5 else {})
        text = table.to_string(index=False, float_format=lambda x: f"{x:.3f}", na_rep="")
        sys.stdout.write(f"\nat least {min_size} measured members\n{text}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
