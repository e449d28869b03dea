"""Stress sites: of each sample against the others of its side, and between the sides."""

from collections.abc import Iterator, Mapping

import numpy as np

from phosres import stats
from phosres.knowledge import Knowledge
from phosres.quality._rows import Row, make_row
from phosres.results import Contrast, Scores
from phosres.table import PhosphoTable

STRESS = "QC_ISCHEMIA"
"""Set of the stress sites."""

MIN_STRESS, MIN_SIDE = 3, 5
"""Fewest stress features of a sample, and samples of a side, for a stress score of its own."""

OUTLYING_STRESS = 0.05
"""Chance of naming any sample of a sound run by its stress score."""


def sample_stress(
    raw: PhosphoTable, contrasts: Mapping[str, Contrast], knowledge: Knowledge
) -> Iterator[Row]:
    """Score the stress sites of each sample against the other samples of its side.

    The signed mean over the stress features, each less its median over the side, is compared with
    those of the other samples by Student's prediction limit (Bonferroni over the samples).
    """
    signs = {m.site_id: m.sign for m in knowledge.sets[STRESS].members}
    seen: set[str] = set()
    for contrast in contrasts.values():
        first = (
            contrast.data.features["site_ids"]
            .str.split(";")
            .map(lambda ids: next((signs[i] for i in ids if i in signs), 0))
        )
        sign = first[first != 0]
        values = contrast.data.values.loc[sign.index]
        if contrast.design == "given" or len(values) < MIN_STRESS:
            continue
        for arm in ("pre", "on"):
            side = list(contrast.arms.index[contrast.arms["arm"] == arm])
            if len(side) < MIN_SIDE:
                continue
            residual = values[side].sub(values[side].median(axis=1), axis=0).mul(sign, axis=0)
            scores = residual.mean()[residual.notna().sum() >= MIN_STRESS]
            for sample in (s for s in scores.index if s not in seen):
                seen.add(str(sample))
                rest = scores.drop(sample).to_numpy()
                if len(rest) < MIN_SIDE - 1:
                    continue
                limit = _prediction_limit(rest, OUTLYING_STRESS / raw.n_samples)
                score = float(scores[sample])
                apart = score - float(rest.mean())
                light = "warn" if abs(apart) > limit else "ok"
                reason = (
                    f"stress sites {apart:+.2f} log2 against the other {len(rest)} samples of the "
                    f"side (of {len(values)} features)"
                )
                yield make_row("sample", str(sample), "stress", apart, limit, light, reason)


def _prediction_limit(others: np.ndarray, alpha: float) -> float:
    """Return how far a further value of the same kind lies from their mean, two-sided."""
    m = len(others)
    spread = float(others.std(ddof=1)) * np.sqrt(1 + 1 / m)
    limit = stats.quantile(1 - alpha / 2, m - 1.0)
    distance: float = float(limit) * spread
    return distance


def stress(scores: Mapping[str, Scores]) -> Iterator[Row]:
    """Shift of the ischemia and stress sites between the two sides."""
    for name, result in scores.items():
        rows = result.activities[result.activities["set"] == STRESS]
        for subject, status, score, reason in zip(
            rows["subject"], rows["status"], rows["score"], rows["reason"], strict=True
        ):
            light = "warn" if status in ("up", "down") else "ok"
            who = f"{name}: {subject}" if subject else name
            text = f"stress sites {status.replace('_', ' ')}: {reason}"
            yield make_row("pair", who, "stress sites", float(score), np.nan, light, text)
