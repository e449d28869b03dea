"""How often the gates on samples are wrong, and how often they see what they are for.

``python -m tests.benchmarks.gates`` prints the table of docs/gates.md. Cohorts are simulated: what
is peculiar to a subject and the noise are normal with standard deviations ``identity`` and 1, or
Student's t with 3 degrees of freedom; values are missing at random.
"""

from collections.abc import Callable

import numpy as np

from phosres.stats import judge_pairs, two_sided

FEATURES, RUNS = 500, 150


def cohort(
    rng: np.random.Generator, n: int, identity: float, missing: float, *, heavy: bool, swap: bool
) -> tuple[np.ndarray, list[np.ndarray], list[np.ndarray]]:
    """Simulate pairs; `swap` exchanges the on-treatment samples of the first two."""
    draw: Callable[..., np.ndarray] = (
        (lambda s: rng.standard_t(3, s) / np.sqrt(3)) if heavy else (lambda s: rng.normal(0, 1, s))
    )
    own = identity * rng.normal(0, 1, (FEATURES, n))
    effect = rng.normal(0, 1, (FEATURES, 1))
    values = np.hstack([own + draw((FEATURES, n)), own + effect + draw((FEATURES, n))])
    values[rng.random(values.shape) < missing] = np.nan
    pre = [np.array([i]) for i in range(n)]
    on = [np.array([n + i]) for i in range(n)]
    if swap:
        on[0], on[1] = on[1], on[0]
    return values, pre, on


def pairs() -> None:
    """Print the share of cohorts with a suspected pair, sound and swapped."""
    rng = np.random.default_rng(20)
    print("| pairs | identity sd | missing | noise | suspected, sound | both found, swapped |")
    print("|---|---|---|---|---|---|")
    for n in (5, 8, 12):
        for identity in (0.3, 0.6, 1.0):
            for missing, heavy in ((0.0, False), (0.6, False), (0.4, True)):
                false = found = 0
                for _ in range(RUNS):
                    sound = cohort(rng, n, identity, missing, heavy=heavy, swap=False)
                    swapped = cohort(rng, n, identity, missing, heavy=heavy, swap=True)
                    false += bool(judge_pairs(*sound).suspect.any())
                    found += bool(judge_pairs(*swapped).suspect[:2].all())
                noise = "t3" if heavy else "normal"
                print(
                    f"| {n} | {identity} | {missing:.0%} | {noise} | {false / RUNS:.1%} | "
                    f"{found / RUNS:.0%} |",
                    flush=True,
                )


def composition() -> None:
    """Print how often markers of two compartments move where nothing does (Holm, 5 %)."""
    rng = np.random.default_rng(21)
    print("| marker genes | noise | either compartment moved |")
    print("|---|---|---|")
    for genes in (5, 12, 25):
        for name in ("normal", "t3"):
            size = (4000, 2, genes)
            x = rng.normal(0, 1, size) if name == "normal" else rng.standard_t(3, size)
            t = x.mean(axis=2) / (x.std(axis=2, ddof=1) / np.sqrt(genes))
            p = two_sided(t, np.full(t.shape, genes - 1.0))
            false = (p.min(axis=1) * 2 < 0.05).mean()
            print(f"| {genes} | {name} | {false:.1%} |")


def batches() -> None:
    """Print how often two batches drawn at random look confounded."""
    rng = np.random.default_rng(22)
    print("| samples a side | batches | no batch with both sides | half or more apart |")
    print("|---|---|---|---|")
    for n in (3, 6, 12):
        for k in (2, 3):
            whole = half = 0
            for _ in range(4000):
                pre, on = rng.integers(0, k, (2, n))
                a, b = np.bincount(pre, minlength=k), np.bincount(on, minlength=k)
                if len(np.unique(np.concatenate([pre, on]))) < 2:
                    continue
                none = not ((a > 0) & (b > 0)).any()
                whole += none
                half += not none and np.abs(a / n - b / n).max() >= 0.5
            print(f"| {n} | {k} | {whole / 4000:.1%} | {half / 4000:.1%} |")


if __name__ == "__main__":
    composition()
    batches()
    pairs()
