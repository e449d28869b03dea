"""False alarms without an effect, and what is found of a known or planted one (docs/statistics.md).

    python -m tests.benchmarks.calibration

Prints every table of that page. The real data are looked for beside the repository and left out
without them. About four minutes on one core.
"""

import itertools
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from phosres import pipeline, stats
from phosres.contrasts import contrast
from phosres.knowledge import load
from phosres.normalization import normalize
from phosres.resistance import call
from phosres.results import Calls, Contrast, Scores
from phosres.scoring import score
from phosres.simulation import simulate, write
from phosres.table import PhosphoTable
from tests.benchmarks import naive

SHARED = Path(__file__).parents[3] / "shared" / "data"
MOVED = ["up", "down"]
DRUG = "dual PI3K/mTOR inhibitor"


def numbered(prefix: str, last: int) -> list[str]:
    """Names of the samples of one condition."""
    return [f"{prefix}{i}" for i in range(1, last + 1)]


REAL = {
    "breast xenografts, untreated": (
        "griffin_pi3ki_xenograft/original/complete_morph_idv.csv.gz",
        "human",
        [["ctrl_a", "ctrl_b", "ctrl_c"]],
    ),
    "breast xenografts, all groups": (
        "griffin_pi3ki_xenograft/original/complete_morph_idv.csv.gz",
        "human",
        [
            ["ctrl_a", "ctrl_b", "ctrl_c"],
            ["short_a", "short_b", "short_3"],
            ["long_a", "long_b", "long_c"],
        ],
    ),
    "mouse liver cell lines": (
        "phosr_insulin_aicar/data_cells_ins.tsv.gz",
        "mouse",
        [
            numbered(f"Intensity.{line}_{arm}_", 6)
            for line in ("FL83B", "Hepa1.6")
            for arm in ("Control", "Ins")
        ],
    ),
    "rat muscle cells": (
        "phosr_insulin_aicar/data_l6.tsv.gz",
        "rat",
        [numbered(f"{arm}_exp", 4) for arm in ("AICAR", "Ins", "AICARIns")],
    ),
    "HeLa, ratios (2 replicates)": (
        "francavilla2016_hela_egf_tgfa/data.tsv.gz",
        "human",
        [
            [f"{factor}_{minutes} min_Rep{i}" for i in (1, 2)]
            for factor in ("EGF", "TGFalfa ")
            for minutes in (1, 8, 40, 90)
        ],
    ),
    "mouse muscle": (
        "c18orf25_muscle_paired/original/c18orf25_phospho.txt.gz",
        "mouse",
        [
            numbered("WT_ctrl_", 4),
            numbered("KO_ctrl_", 5),
            numbered("WT_stim_", 4),
            numbered("KO_stim_", 5),
        ],
    ),
}
"""Path, species and samples by condition: within a condition nothing was done to any of them."""

KNOWN = {
    "insulin, FL83B liver cells": ("mouse liver cell lines", 0, 1, "AKT", "up"),
    "insulin, Hepa1.6 liver cells": ("mouse liver cell lines", 2, 3, "AKT", "up"),
    "insulin against AICAR, muscle cells": ("rat muscle cells", 0, 1, "AKT", "up"),
    "PI3K inhibitor 56 d, xenografts": ("breast xenografts, all groups", 0, 2, "AKT", "down"),
}
"""Data, group before, group on treatment, and what is known of it: every sample against every."""


def read(name: str) -> PhosphoTable:
    """Read one of the real tables."""
    path, species, groups = REAL[name]
    names = [s for group in groups for s in group]
    sheet = pd.DataFrame({"sample": names, "subject": names, "condition": names})
    return pipeline.read(SHARED / path, sheet, species=species)


def compare(table: PhosphoTable, a: str, b: str) -> Contrast:
    """Compare one sample with another."""
    pair = replace(table, values=table.values[[a, b]], samples=table.samples.loc[[a, b]])
    return contrast(normalize(pair), pre=a, on=b)


def count(scores: Scores, strict: Scores | None = None) -> Counter[str]:
    """Count panels, complexes and sets of single pairs, and the false ones, at 5 and 1 %."""
    n: Counter[str] = Counter()
    readouts = scores.readouts[scores.readouts["level"] == "subject"]
    activities = scores.activities[scores.activities["level"] == "subject"]
    n["pairs"] = readouts["subject"].nunique()
    n["false panels"] = readouts.loc[readouts["status"].isin(MOVED), "subject"].nunique()
    if strict is not None:
        n["false panels 1%"] = int(strict.readouts["status"].isin(MOVED).any())
    complexes = activities[activities["kind"] == "complex"]
    n["complexes"] = len(complexes)
    n["false complexes"] = int(complexes["status"].isin(MOVED).sum())
    p = activities.loc[activities["kind"] == "pathway", "p"].dropna()
    n["sets"], n["sets p<.05"], n["sets p<.01"] = (
        len(p),
        int((p < 0.05).sum()),
        int((p < 0.01).sum()),
    )
    called = activities[activities["status"].isin(MOVED) & (activities["kind"] == "pathway")]
    n["pairs with a set called"] = called["subject"].nunique()
    return n


def real_nulls(name: str) -> Counter[str]:
    """Run every unordered pair of samples of one condition; the other order is its mirror image."""
    table, knowledge = read(name), load()
    n: Counter[str] = Counter()
    for group in REAL[name][2]:
        for a, b in itertools.combinations(group, 2):
            made = compare(table, a, b)
            scores = score(made)
            n += count(scores, score(made, alpha=0.01))
            n += Counter({f"{k}": v for k, v in naive.call(made, knowledge).items() if v})
    return n


def known_positives(name: str) -> Counter[str]:
    """Run every sample of one group against every of the other; count what is known to have moved.

    A naive method's set call is right if it points the known way.
    """
    data, before, after, known, way = KNOWN[name]
    table, knowledge = read(data), load()
    groups = REAL[data][2]
    n: Counter[str] = Counter()
    for a, b in itertools.product(groups[before], groups[after]):
        made = compare(table, a, b)
        scores = score(made)
        row = scores.activities.set_index("set").loc[known]
        right = (row["score"] > 0) == (way == "up")
        n["pairs"] += 1
        n[f"{known} {way}, p<.05"] += int(right and row["p"] < 0.05)
        n[f"{known} {way}, called"] += int(row["status"] == way)
        n["panel called"] += int(scores.readouts["status"].isin(MOVED).any())
        n += Counter({k: v for k, v in naive.call(made, knowledge, known).items() if v})
    return n


def missed(name: str) -> Iterator[str]:
    """Compare predicted and observed misses on null pairs, in fifths of the predicted chance.

    The curve is that of the very pair, as in a study without replicates.
    """
    table = read(name)
    predicted, observed = [], []
    for group in REAL[name][2]:
        for a, b in itertools.permutations(group, 2):
            values = table.values[[a, b]].to_numpy()
            curve = stats.fit_detection(values, [0, 0])
            seen = values[np.isfinite(values[:, 0])]
            predicted.append(stats.miss_probability(curve, seen[:, 0]))
            observed.append(~np.isfinite(seen[:, 1]))
    p, gone = np.concatenate(predicted), np.concatenate(observed)
    for part in np.array_split(np.argsort(p), 5):
        yield f"{p[part].mean():.3f}/{gone[part].mean():.3f}"
    yield f"called at 5 %: {(gone & (p < 0.05)).mean():.4f} of those seen"


def simulated(seed: int, missing: float, *, null: bool) -> tuple[pd.DataFrame, Scores, Calls]:
    """Truth, scores and calls of one simulated cohort."""
    cohort = simulate(
        seed=seed, missing=missing, n_peptidoforms=3000, null=null, ischemic_patient=not null
    )
    with tempfile.TemporaryDirectory() as folder:
        write(cohort, Path(folder))
        table = pipeline.read(Path(folder) / "Phospho (STY)Sites.txt", Path(folder) / "samples.tsv")
    made = contrast(normalize(table), pre="pre", on="on")
    scores = score(made)
    return cohort.truth.set_index("subject"), scores, call(made, scores, drug=DRUG)


def planted(missing: float) -> Counter[str]:
    """Compare statuses and calls of single pairs with what was planted, seeds 1 to 5."""
    n: Counter[str] = Counter()
    for seed in range(1, 6):
        truth, scores, calls = simulated(seed, missing, null=False)
        for table, key, prefix in (
            (scores.readouts, "readout", "readout_"),
            (scores.activities, "set", "activity_"),
        ):
            rows = table[(table["level"] == "subject") & (prefix + table[key]).isin(truth.columns)]
            for subject, name, status in zip(
                rows["subject"], rows[key], rows["status"], strict=True
            ):
                if status in ("inconclusive", "not_measured"):
                    n["open"] += 1
                else:
                    n["right" if status == truth.loc[subject, prefix + name] else "wrong"] += 1
        rows = calls.table[calls.table["level"] == "subject"]
        wanted = {
            "engagement": None,
            "MTORC1": "MTORC1",
            "AKT_FEEDBACK": "AKT_FEEDBACK",
            "ERK": "ERK",
        }
        for name, call_id in wanted.items():
            mine = rows[rows["kind"] == ("compensation" if call_id else "engagement")]
            mine = mine[mine["call"] == call_id] if call_id else mine
            yes = mine.set_index("subject")["status"] == "yes"
            true = truth["call_" + (f"compensation_{call_id}" if call_id else name)] == "yes"
            n[f"{name} found"] += int((yes & true).sum())
            n[f"{name} planted"] += int(true.sum())
            n["false calls"] += int((yes & ~true).sum())
    return n


def main() -> None:
    """Print every table."""
    if SHARED.is_dir():
        for name in REAL:
            print(name, dict(real_nulls(name)), flush=True)
        for name in KNOWN:
            print(name, dict(known_positives(name)), flush=True)
        for name in ("mouse liver cell lines", "mouse muscle"):
            print(f"{name}, misses predicted/observed:", *missed(name), flush=True)
    else:
        print(f"real data: not run, {SHARED} is absent")
    n: Counter[str] = Counter()
    for seed in range(20, 30):
        n += count(simulated(seed, 0.35, null=True)[1])
    print("simulated, no effect", dict(n), flush=True)
    for missing in (0.2, 0.35, 0.5):
        print(f"planted, {missing:.0%} missing", dict(planted(missing)), flush=True)


if __name__ == "__main__":
    main()
