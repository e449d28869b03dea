"""Pairs of biopsies with a planted state of mTOR, for `tests.benchmarks.states`.

Another generator than the model of `phosres.states`: activities of fifteen pathways drive 270 real
peptidoforms through weights and through chains of ordered phosphorylation (`phosres.simulation`),
so forms trade phosphates and paralogs share peptides. Sizes are uniform with a heavy tail, pathways
of a pattern respond apart from one another, noise has five degrees of freedom, a tenth of the pairs
has a warm sample on treatment and a seventh has its two samples in different batches. The table is
written as MaxQuant writes it and read again.
"""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from phosres import knowledge, pipeline
from phosres.contrasts import contrast
from phosres.normalization import normalize
from phosres.results import Contrast
from phosres.simulation._biology import PATHWAYS, Cohort
from phosres.simulation._maxquant import lay_out_sites
from phosres.simulation._noise import Layout, Spread, add_noise, detect
from phosres.simulation._occupancy import CHAINS, Chain, Step
from phosres.simulation._peptidoforms import MEDIAN, Peptidoforms, gather_peptidoforms

STATES = (
    "BOTH_OFF",
    "MTORC1_OFF_AKT_FEEDBACK",
    "S6_OFF_4EBP1_KEPT",
    "RSK_BYPASS",
    "MTORC1_KEPT",
    "MTORC1_UP",
    "CANNOT_TELL",
)

RSK_SHARE = 0.15
"""Share of RSK in S6 S235/S236 before treatment: more than in the package's own cohort, where a
bypass by RSK alone could not hold them (stated estimate)."""

WARM, SPLIT = 0.1, 1 / 7
"""Share of pairs with a warm sample on treatment, and with their samples in different batches."""

_MTORC1 = ("S6K", "MTORC1", "EBP_PRIMING", "EBP_LATE")
_AKT = ("PDK1", "MTORC2", "AKT", "SGK")


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs with their planted state.

    Parameters
    ----------
    contrast
        The pairs as subjects of one contrast, each judged by itself.
    truth
        One row a subject: state, warm, split.
    """

    contrast: Contrast
    truth: pd.DataFrame


def make_pairs(
    n: int,
    seed: int,
    *,
    missing: float,
    biopsy: float = 0.25,
    filled: float = 1 / 3,
    n_forms: int = 1500,
    state: str = "",
) -> Pairs:
    """Simulate pairs, the states in turn; or a cohort of one state.

    Parameters
    ----------
    n
        Pairs.
    seed
        Seed of the random numbers.
    missing
        Share of missing values.
    biopsy
        Standard deviation between two biopsies of one tumour, log2; that of the measurement is 0.3
        at the median intensity.
    filled
        Ratio of kinase to phosphatase at S6 relative to the package's own cohort, 1 for tumours
        whose S6 is nearly full.
    n_forms
        Peptidoforms.
    state
        State of all pairs, which then are one cohort (its truth has one row); none: in turn.
    """
    streams = np.random.SeedSequence([seed, n]).spawn(5)
    draw = np.random.Generator(np.random.PCG64(streams[0]))
    states = [state or STATES[i % len(STATES)] for i in range(n)]
    warm = draw.random(n) < WARM
    split = draw.random(n) < SPLIT
    cohort = _plan(states, warm, draw)
    sites = list(knowledge.load().sites.values())
    forms = gather_peptidoforms(sites, cohort, n_forms, streams[1], _chains(filled))
    values = _measure(forms, n, split, Spread(0.3, biopsy, 0.2, 1.0, 0.3), missing, streams[2:4])
    subjects = list(cohort.subjects)
    names = [f"{s}_{c}" for s in subjects for c in ("pre", "on")]
    annotation = np.random.Generator(np.random.PCG64(streams[4]))
    table = lay_out_sites(forms.table, values, names, forms.sequences, annotation)
    sheet = pd.DataFrame(
        {"sample": names, "subject": np.repeat(subjects, 2), "condition": ["pre", "on"] * n}
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Phospho (STY)Sites.txt"
        table.to_csv(path, sep="\t", index=False)
        sheet.to_csv(Path(folder) / "samples.tsv", sep="\t", index=False)
        read = pipeline.read(path, samples=Path(folder) / "samples.tsv")
    made = contrast(normalize(read), pre="pre", on="on")
    level = "cohort" if state else "subject"
    single = replace(made, effects=tuple(e for e in made.effects if e.level == level))
    if state:
        truth = pd.DataFrame({"subject": [""], "state": [state], "warm": [warm.any()]})
        return Pairs(single, truth)
    truth = pd.DataFrame({"subject": subjects, "state": states, "warm": warm, "split": split})
    return Pairs(single, truth)


def _chains(filled: float) -> tuple[Chain, ...]:
    """Make S6 less full, with a larger share of RSK; 4E-BP1 stays as the simulator has it.

    The package's own cohort has S6 nearly full: there S235/S236 as a whole hardly falls with S6K,
    so that a bypass could not be told from its absence by anybody, and a label would mean nothing.
    """
    s6, ebp = CHAINS
    shared = {"S6K": 1 - RSK_SHARE, "RSK": RSK_SHARE}
    steps = {
        p: Step(s.ratio * filled, shared if p in (235, 236) else s.kinases)
        for p, s in s6.steps.items()
    }
    return replace(s6, steps=steps), ebp


def _plan(states: list[str], warm: np.ndarray, draw: np.random.Generator) -> Cohort:
    """Give each pair the activities of its state."""
    pre = np.zeros((len(PATHWAYS), len(states)))
    change = np.zeros_like(pre)
    for i, state in enumerate(states):
        planned = _PLANS[state](draw)
        for name in ("S6K", "EBP_PRIMING", "EBP_LATE"):
            if planned.get(name, 0.0) > 0:  # there must be room to rise
                pre[PATHWAYS.index(name), i] = -draw.uniform(1.0, 2.0)
        for name, size in planned.items():
            change[PATHWAYS.index(name), i] = size * draw.uniform(0.75, 1.25)
        change[PATHWAYS.index("DRUG"), i] = 1.0
        change[PATHWAYS.index("CDK"), i] = draw.uniform(-1.5, 0.5)
    change[PATHWAYS.index("ISCHEMIA")] = warm * draw.uniform(0.7, 1.5, len(states))
    subjects = tuple(f"N{i + 1:03d}" for i in range(len(states)))
    return Cohort(subjects, tuple(states), warm, np.stack([pre, pre + change], axis=2))


def _size(draw: np.random.Generator, low: float, high: float) -> float:
    """Uniform, and one in ten up to twice as large."""
    return float(draw.uniform(low, high) * (2.0 if draw.random() < 0.1 else 1.0))


def _all(names: tuple[str, ...], size: float) -> dict[str, float]:
    return dict.fromkeys(names, size)


def _any_akt(draw: np.random.Generator) -> dict[str, float]:
    """AKT down, kept or up, with its upstream."""
    way = draw.integers(3)
    return _all(_AKT, (-_size(draw, 1.0, 2.5), 0.0, _size(draw, 0.8, 1.8))[way])


def _any_rsk(draw: np.random.Generator) -> dict[str, float]:
    """ERK and RSK down, kept or up."""
    way = draw.integers(3)
    return _all(("MEK", "ERK", "RSK"), (-_size(draw, 0.8, 2.0), 0.0, _size(draw, 0.6, 1.2))[way])


def _some_rsk(draw: np.random.Generator) -> dict[str, float]:
    """ERK and RSK down, kept, or up by less than would hold S6 S235/S236."""
    way = draw.integers(3)
    return _all(("MEK", "ERK", "RSK"), (-_size(draw, 0.5, 1.5), 0.0, draw.uniform(0.3, 0.8))[way])


def _both_off(draw: np.random.Generator) -> dict[str, float]:
    return (
        _some_rsk(draw) | _all(_MTORC1, -_size(draw, 1.5, 3.5)) | _all(_AKT, -_size(draw, 1.0, 2.5))
    )


def _feedback(draw: np.random.Generator) -> dict[str, float]:
    return (
        _some_rsk(draw) | _all(_MTORC1, -_size(draw, 1.5, 3.5)) | _all(_AKT, _size(draw, 0.8, 1.8))
    )


def _rapamycin(draw: np.random.Generator) -> dict[str, float]:
    akt = _size(draw, 0.8, 1.8) if draw.random() < 0.5 else 0.0
    size = -_size(draw, 1.5, 3.5)
    late = size * draw.choice([0.0, 0.7])
    plan = {"S6K": size, "MTORC1": late / 2, "EBP_LATE": late}
    return _some_rsk(draw) | plan | _all(_AKT, akt)


def _rsk(draw: np.random.Generator) -> dict[str, float]:
    plan = _any_akt(draw) | {"S6K": -_size(draw, 1.5, 3.0)}
    plan |= _all(("MEK", "ERK"), _size(draw, 0.8, 1.8)) | {"RSK": draw.uniform(2.0, 3.0)}
    if draw.random() < 0.5:
        plan |= _all(("MTORC1", "EBP_PRIMING", "EBP_LATE"), -_size(draw, 1.5, 3.0))
    return plan


def _kept(draw: np.random.Generator) -> dict[str, float]:
    return _any_akt(draw) | _any_rsk(draw)


def _up(draw: np.random.Generator) -> dict[str, float]:
    plan = _any_akt(draw) | _any_rsk(draw) | {"S6K": _size(draw, 1.2, 2.5)}
    if draw.random() < 0.6:
        plan |= _all(("MTORC1", "EBP_PRIMING", "EBP_LATE"), _size(draw, 1.0, 2.0))
    return plan


def _other(draw: np.random.Generator) -> dict[str, float]:
    """What none of the states describes."""
    down, up = -_size(draw, 1.5, 3.0), _size(draw, 1.2, 2.2)
    kinds: tuple[dict[str, float], ...] = (
        _all(_MTORC1, down),  # mTORC1 off, AKT kept
        _all(("MTORC1", "EBP_PRIMING", "EBP_LATE"), down) | _any_akt(draw),  # 4E-BP1 alone
        {"S6K": up} | _all(("MTORC1", "EBP_PRIMING", "EBP_LATE"), down),
        {"S6K": down} | _all(("MTORC1", "EBP_PRIMING", "EBP_LATE"), up),
    )
    return _some_rsk(draw) | kinds[draw.integers(len(kinds))]


_PLANS = {
    "BOTH_OFF": _both_off,
    "MTORC1_OFF_AKT_FEEDBACK": _feedback,
    "S6_OFF_4EBP1_KEPT": _rapamycin,
    "RSK_BYPASS": _rsk,
    "MTORC1_KEPT": _kept,
    "MTORC1_UP": _up,
    "CANNOT_TELL": _other,
}


def _measure(
    forms: Peptidoforms,
    n: int,
    split: np.ndarray,
    spread: Spread,
    missing: float,
    seeds: list[np.random.SeedSequence],
) -> np.ndarray:
    """Add noise, batches and missing values; peptidoforms x samples."""
    protein = pd.factorize(forms.table["protein"])[0]
    subject = np.repeat(np.arange(n), 2)
    batch = subject % 2
    batch[1::2] = np.where(split, 1 - batch[1::2], batch[1::2])
    layout = Layout(protein, protein % 40, subject, batch.astype(np.intp))
    change = forms.change.reshape(len(forms.table), -1)
    level = MEDIAN + forms.table["level"].to_numpy()[:, None] + change
    return detect(add_noise(level, layout, spread, seeds[0]), missing, layout, seeds[1])
