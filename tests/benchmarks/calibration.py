"""False alarms without an effect, and what is found of a planted one (docs/statistics.md).

    python -m tests.benchmarks.calibration

Prints both tables. The real data are looked for beside the repository and left out without them.
About two minutes on one core.
"""

import itertools
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd

from phosres import pipeline
from phosres.contrasts import contrast
from phosres.normalization import normalize
from phosres.resistance import call
from phosres.results import Calls, Scores
from phosres.scoring import score
from phosres.simulation import simulate, write

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


def count(scores: Scores) -> Counter[str]:
    """Count panels, complexes and sets of single pairs, and the false ones."""
    n: Counter[str] = Counter()
    readouts = scores.readouts[scores.readouts["level"] == "subject"]
    activities = scores.activities[scores.activities["level"] == "subject"]
    n["pairs"] = readouts["subject"].nunique()
    n["false panels"] = readouts.loc[readouts["status"].isin(MOVED), "subject"].nunique()
    complexes = activities[activities["kind"] == "complex"]
    n["complexes"] = len(complexes)
    n["false complexes"] = int(complexes["status"].isin(MOVED).sum())
    p = activities.loc[activities["kind"] == "pathway", "p"].dropna()
    n["sets"], n["sets p<.05"], n["sets p<.01"] = (
        len(p),
        int((p < 0.05).sum()),
        int((p < 0.01).sum()),
    )
    return n


def real_nulls(path: str, species: str, groups: list[list[str]]) -> Counter[str]:
    """Run every ordered pair of samples of one condition as before and on treatment."""
    names = [s for group in groups for s in group]
    sheet = pd.DataFrame({"sample": names, "subject": names, "condition": names})
    table = pipeline.read(SHARED / path, sheet, species=species)
    n: Counter[str] = Counter()
    for group in groups:
        for a, b in itertools.permutations(group, 2):
            pair = replace(table, values=table.values[[a, b]], samples=table.samples.loc[[a, b]])
            n += count(score(contrast(normalize(pair), pre=a, on=b)))
    return n


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
    """Print both tables."""
    for name, (path, species, groups) in REAL.items():
        if SHARED.is_dir():
            print(name, dict(real_nulls(path, species, groups)))
        else:
            print(f"{name}: not run, {SHARED} is absent")
    n: Counter[str] = Counter()
    for seed in range(20, 30):
        n += count(simulated(seed, 0.35, null=True)[1])
    print("simulated, no effect", dict(n))
    for missing in (0.2, 0.35, 0.5):
        print(f"planted, {missing:.0%} missing", dict(planted(missing)))


if __name__ == "__main__":
    main()
