"""How often the state of mTOR is right, and how sure it may be (docs/mtor_state.md).

    python -m tests.benchmarks.states [--batches 12] [--real] [--cohorts 84]

Simulated pairs of biopsies (`tests.benchmarks.state_pairs`), the same for all: phosres; the z score
of the mTOR set with trained thresholds; the z scores of all sets with trained classifiers, missing
scores as 0. The classifiers learn on as many pairs of the same generator as they are tested on.
``--real`` adds the drug conditions of ../shared/data/cellbox_skmel133_rppa. Some twenty minutes on
one core.
"""

import argparse
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import phosres
from phosres.columns import ACTIVITIES, EVIDENCE, READOUTS
from phosres.evidence import combine, view
from phosres.knowledge import load
from phosres.results import Contrast, Scores
from phosres.states import STATES
from phosres.states._model import PAIR_SHARPNESS
from tests.benchmarks.state_pairs import make_pairs

NAMES = tuple(STATES)
MISSING, BIOPSY = (0.2, 0.4, 0.6), (0.25, 0.5)
PAIRS = 70
TRAIN, TEST, ELSEWHERE, COHORTS = 1000, 6000, 3000, 4000
"""First seeds of what is learnt from, of what is reported, of tumours whose S6 is full, and of
cohorts."""
BINS = np.linspace(0, 1, 11)
SHARED = Path(__file__).parents[3] / "shared" / "data"


@dataclass(frozen=True, eq=False)
class Study:
    """Pairs with their truth and what every method may look at.

    Parameters
    ----------
    truth
        One row a pair: state, warm, split, missing, biopsy.
    probability
        Of phosres, pairs x states.
    claimed
        What phosres claims.
    sets
        z scores of all sets, pairs x sets; NaN where nothing was measured.
    """

    truth: pd.DataFrame
    probability: np.ndarray
    claimed: np.ndarray
    sets: pd.DataFrame


def collect(first_seed: int, batches: int, *, filled: float = 1 / 3) -> Study:
    """Simulate and score pairs, missing shares and spreads between biopsies in turn.

    Parameters
    ----------
    first_seed
        Seed of the first batch.
    batches
        Number of batches of `PAIRS` pairs.
    filled
        How full S6 is (`make_pairs`).
    """
    turns = itertools.islice(itertools.cycle(itertools.product(MISSING, BIOPSY)), batches)
    parts = []
    for i, (missing, biopsy) in enumerate(turns):
        pairs = make_pairs(PAIRS, first_seed + i, missing=missing, biopsy=biopsy, filled=filled)
        truth = pairs.truth.assign(missing=missing, biopsy=biopsy)
        parts.append(study(pairs.contrast, gates_only(pairs.contrast), truth))
    return join(parts)


def collect_cohorts(n: int, pairs: int = 6) -> Study:
    """Simulate and score cohorts of one state each.

    Parameters
    ----------
    n
        Cohorts.
    pairs
        Pairs in each.
    """
    parts = []
    turns = itertools.islice(itertools.cycle(itertools.product(MISSING, BIOPSY)), n)
    for i, (missing, biopsy) in enumerate(turns):
        state = NAMES[i % len(NAMES)]
        seed = COHORTS + i
        made = make_pairs(pairs, seed, missing=missing, biopsy=biopsy, state=state, n_forms=1000)
        truth = made.truth.assign(missing=missing, biopsy=biopsy, split=False)
        parts.append(study(made.contrast, gates_only(made.contrast), truth))
    return join(parts)


def gates_only(contrast: Contrast) -> Scores:
    """Score what the gates look at only: the stress sites (nothing else depends on scores here)."""
    members = load().sets["QC_ISCHEMIA"].members
    rows = []
    for e in contrast.effects:
        c = combine(view(contrast, e), members)
        row = {"level": e.level, "subject": e.subject, "set": "QC_ISCHEMIA"}
        rows.append(row | {"p": c.p, "score": c.estimate})
    activities = ACTIVITIES.empty().reindex(range(len(rows)))
    activities = activities.assign(**pd.DataFrame(rows))
    return Scores(READOUTS.empty(), activities, EVIDENCE.empty(), "")


def study(contrast: Contrast, scores: Scores, truth: pd.DataFrame) -> Study:
    """Put together what the methods see of one contrast.

    Parameters
    ----------
    contrast, scores
        Pairs as subjects, scored.
    truth
        One row a subject, in their order.
    """
    states = phosres.infer_states(contrast, scores).states
    wide = states.pivot(index="subject", columns="state", values="probability")
    claimed = states[states["claimed"]].set_index("subject")["state"]
    order = truth["subject"].tolist()
    probability = wide.loc[order, list(NAMES)].to_numpy()
    return Study(truth, probability, claimed[order].to_numpy(str), score_all_sets(contrast, order))


def join(parts: Iterable[Study]) -> Study:
    """Put studies under one another."""
    every = list(parts)
    return Study(
        pd.concat([s.truth for s in every], ignore_index=True),
        np.concatenate([s.probability for s in every]),
        np.concatenate([s.claimed for s in every]),
        pd.concat([s.sets for s in every], ignore_index=True),
    )


def score_all_sets(contrast: Contrast, subjects: list[str]) -> pd.DataFrame:
    """z scores of every set of the knowledge base from the mean change of each site, per pair."""
    ids = contrast.data.features["site_ids"]
    sites = ids.where(ids != "", contrast.data.features.index.to_series()).str.split(";").explode()
    change = pd.DataFrame({e.subject: e.table["log2fc"] for e in contrast.effects})[subjects]
    matrix = change.loc[sites.index].groupby(sites.to_numpy()).mean()
    edges = [
        (g.id, m.site_id, m.sign * m.weight)
        for g in load().sets.values()
        for m in g.members
        if m.sign
    ]
    network = pd.DataFrame(edges, columns=["source", "target", "weight"])
    scored = phosres.score_sets(matrix, network, min_size=1, method="ksea_z")
    return scored.T.reset_index(drop=True)


def rivals(train: Study) -> dict[str, Callable[[Study], np.ndarray]]:
    """Train what phosres is compared with; each gives probabilities, pairs x states.

    Parameters
    ----------
    train
        Pairs to learn from.
    """
    y = train.truth["state"].to_numpy(str)
    mtor, columns = ["MTORC1"], list(train.sets.columns)
    models = {
        "z of the mTOR set, thresholds": (
            mtor, DecisionTreeClassifier(max_leaf_nodes=7, min_samples_leaf=20, random_state=0)
        ),
        "all set z, logistic regression": (
            columns, make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=2000))
        ),
        "all set z, random forest": (
            columns, RandomForestClassifier(500, min_samples_leaf=3, random_state=0, n_jobs=1)
        ),
    }  # fmt: skip
    out: dict[str, Callable[[Study], np.ndarray]] = {}
    for name, (used, model) in models.items():
        model.fit(train.sets[used].fillna(0).to_numpy(), y)

        def predict(s: Study, used: list[str] = used, model: object = model) -> np.ndarray:
            p = model.predict_proba(s.sets[used].fillna(0).to_numpy())  # type: ignore[attr-defined]
            place = [NAMES.index(c) for c in model.classes_]  # type: ignore[attr-defined]
            full = np.zeros((len(p), len(NAMES)))
            full[:, place] = p
            return full

        out[name] = predict
    return out


def measure(probability: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Accuracy and calibration of probabilities.

    Parameters
    ----------
    probability
        Pairs x states.
    truth
        Place of the true state.
    """
    top, sure = probability.argmax(axis=1), probability.max(axis=1)
    right = top == truth
    bins = np.clip(np.digitize(sure, BINS) - 1, 0, 9)
    gaps = [
        (bins == b).mean() * abs(right[bins == b].mean() - sure[bins == b].mean())
        for b in np.unique(bins)
    ]
    hit = np.eye(len(NAMES))[truth]
    own = np.clip(probability[np.arange(len(truth)), truth], 1e-6, 1)
    return {
        "accuracy": float(right.mean()),
        "ECE": float(np.sum(gaps)),
        "Brier": float(((probability - hit) ** 2).sum(axis=1).mean()),
        "log loss": float(-np.log(own).mean()),
    }


def at_coverage(probability: np.ndarray, truth: np.ndarray, n: int) -> float:
    """Share of right among the n surest."""
    surest = np.argsort(-probability.max(axis=1), kind="stable")[:n]
    return float((probability.argmax(axis=1) == truth)[surest].mean()) if n else float("nan")


def reliability(probability: np.ndarray, truth: np.ndarray) -> pd.DataFrame:
    """How often each said probability of the most probable state was right, in ten bins."""
    sure = probability.max(axis=1)
    right = probability.argmax(axis=1) == truth
    bins = np.clip(np.digitize(sure, BINS) - 1, 0, 9)
    frame = pd.DataFrame({"bin": bins, "said": sure, "right": right})
    table = frame.groupby("bin").agg(
        pairs=("said", "size"), said=("said", "mean"), right=("right", "mean")
    )
    table.index = [f"{BINS[b]:.1f} to {BINS[b + 1]:.1f}" for b in table.index]
    return table


def gain(ours: np.ndarray, theirs: np.ndarray, truth: np.ndarray) -> tuple[float, float, float]:
    """Gain in accuracy with its 95 % interval over the pairs (paired bootstrap)."""
    better = (ours.argmax(axis=1) == truth).astype(float) - (theirs.argmax(axis=1) == truth)
    draw = np.random.default_rng(0)
    means = better[draw.integers(len(better), size=(4000, len(better)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(better.mean()), float(low), float(high)


def report(train: Study, test: Study, elsewhere: Study) -> None:
    """Print every table of the page."""
    truth = np.array([NAMES.index(s) for s in test.truth["state"]])
    claimed = test.claimed != "CANNOT_TELL"
    right = test.claimed == test.truth["state"].to_numpy(str)
    n = int(claimed.sum())
    print(f"{len(train.truth)} pairs to learn from, {len(truth)} to test on")
    rows = {"phosres": test.probability} | {k: f(test) for k, f in rivals(train).items()}
    rows |= {f"{k}; trained elsewhere": f(test) for k, f in rivals(elsewhere).items()}
    lines = []
    for name, p in rows.items():
        line = measure(p, truth) | {f"right of the {n} surest": at_coverage(p, truth, n)}
        if name != "phosres":
            line |= dict(zip(("gain", "from", "to"), gain(test.probability, p, truth), strict=True))
        lines.append({"method": name} | line)
    print(pd.DataFrame(lines).round(3).to_string(index=False))
    print(f"\nclaims of phosres: {n} ({claimed.mean():.0%}), right {right[claimed].mean():.1%}")
    frame = test.truth.assign(claimed=claimed, right=np.where(claimed, right, np.nan))
    frame["accuracy"] = test.probability.argmax(axis=1) == truth
    for by in ("missing", "biopsy", "warm", "split", "state"):
        print(frame.groupby(by)[["accuracy", "claimed", "right"]].mean().round(3).to_string())
    print(reliability(test.probability, truth).round(3).to_string())
    best = [NAMES[k] for k in test.probability.argmax(axis=1)]
    print(pd.crosstab(test.truth["state"].to_numpy(), np.array(best)).to_string())
    print(pd.crosstab(test.truth["state"].to_numpy(), test.claimed).to_string())


def learn_sharpness(train: Study) -> None:
    """Print log loss and calibration under several powers, on the pairs to learn from."""
    truth = np.array([NAMES.index(s) for s in train.truth["state"]])
    for power in (1.0, 1.2, 1.4, 1.5, 1.6, 1.8, 2.0):
        p = train.probability ** (power / PAIR_SHARPNESS)
        found = measure(p / p.sum(axis=1, keepdims=True), truth)
        print(f"power {power}: log loss {found['log loss']:.3f}, ECE {found['ECE']:.3f}")


def real() -> None:
    """Print the states of a melanoma line under twelve drugs (antibody array, two doses each)."""
    folder = SHARED / "cellbox_skmel133_rppa"
    sheet = pd.read_csv(folder / "samples.tsv", sep="\t", dtype=str)
    sheet = sheet[sheet["condition"] == "single"]
    sheet = sheet[["sample", "subject"]].assign(condition=sheet["treatment"])
    table = phosres.normalize(phosres.read(folder / "data.tsv.gz", sheet, values="change"))
    for drug in dict.fromkeys(sheet["condition"]):
        made = phosres.contrast(table, on=drug)
        states = phosres.infer_states(made, phosres.score(made)).states.sort_values("rank")
        likely = states.sort_values("probability", ascending=False).head(3)
        three = ", ".join(
            f"{s} {p:.2f}" for s, p in zip(likely["state"], likely["probability"], strict=True)
        )
        print(f"{drug}: claimed {states['state'].iloc[0]}; {three}")


def main() -> None:
    """Run the study."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=12, help="batches of 70 pairs, each")
    parser.add_argument("--real", action="store_true", help="the antibody arrays, too")
    parser.add_argument("--cohorts", type=int, default=0, help="cohorts of six pairs, too")
    given = parser.parse_args()
    if given.real:
        real()
    if given.cohorts:
        found = collect_cohorts(given.cohorts)
        truth = np.array([NAMES.index(s) for s in found.truth["state"]])
        claimed = found.claimed != "CANNOT_TELL"
        right = found.claimed == found.truth["state"].to_numpy(str)
        print(f"{len(truth)} cohorts of 6 pairs: {measure(found.probability, truth)}")
        print(f"claims {claimed.sum()}, right {right[claimed].sum()}")
        print(reliability(found.probability, truth).round(3).to_string())
    if not given.batches:
        return
    train = collect(TRAIN, given.batches)
    learn_sharpness(train)
    elsewhere = collect(ELSEWHERE, given.batches // 2, filled=1.0)
    report(train, collect(TEST, given.batches), elsewhere)


if __name__ == "__main__":
    main()
