"""Checks of pairs: amount of material, identity, replicates, handling."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from phosres import stats
from phosres.knowledge import ALIKE_MINUTES
from phosres.quality._rows import MIN_COMPLETE, Row, make_row
from phosres.results import Contrast
from phosres.table import PhosphoTable

COUNT_DIFFERENCE = 0.25
"""Difference in the number of features between the two samples of a pair from which on the pair is
doubtful (stated estimate)."""

MIN_PAIRS = 3
"""Fewest pairs that can be compared with each other."""


def _pairs(contrasts: Iterable[Contrast]) -> Iterator[tuple[Contrast, str, pd.Index, pd.Index]]:
    """Yield contrast, subject and the samples on either side of every pair."""
    for contrast in contrasts:
        if contrast.design in ("groups", "given"):
            continue
        for subject, rows in contrast.arms.groupby("subject", sort=False):
            pre, on = rows.index[rows["arm"] == "pre"], rows.index[rows["arm"] == "on"]
            if len(pre) and len(on):
                yield contrast, str(subject), pre, on


def left_out(contrasts: Mapping[str, Contrast]) -> Iterator[Row]:
    """Subjects that a paired design could not use, where there are any."""
    for contrast in contrasts.values():
        subjects = contrast.parameters.get("left_out", ())
        if subjects:
            reason = f"without a sample on treatment: {', '.join(subjects)}"
            n = float(len(subjects))
            yield make_row("run", contrast.name, "subjects left out", n, 0.0, "warn", reason)


def pair_counts(raw: PhosphoTable, contrasts: Mapping[str, Contrast]) -> Iterator[Row]:
    """Difference in the number of features between the two sides of a pair."""
    counts = raw.values.notna().sum()
    for contrast, subject, pre, on in _pairs(contrasts.values()):
        before, after = float(counts[pre].mean()), float(counts[on].mean())
        change = (after - before) / before if before else np.nan
        light = "warn" if not abs(change) <= COUNT_DIFFERENCE else "ok"
        reason = f"{before:,.0f} features before, {after:,.0f} on treatment ({change:+.0%})"
        yield make_row(
            "pair",
            f"{contrast.name}: {subject}",
            "feature counts",
            change,
            COUNT_DIFFERENCE,
            light,
            reason,
        )


def pair_integrity(contrasts: Mapping[str, Contrast]) -> Iterator[Row]:
    """Is each on-treatment sample most like its own subject's pre-treatment sample?

    By the residuals that `phosres.stats.judge_pairs` compares. In paired biopsies subjects differ
    more than treatments (PMID:32024067), so a stranger that is nearer may be a swapped sample.
    """
    for contrast in contrasts.values():
        pairs = contrast.pairs
        if contrast.design != "paired" or len(pairs) < MIN_PAIRS:
            continue
        before, after = ([sides[k] for sides in pairs.values()] for k in (0, 1))
        found = stats.judge_pairs(contrast.data.values.to_numpy(), before, after)
        subjects = list(pairs)
        for i, subject in enumerate(subjects):
            own, rank = float(found.similarity[i, i]), int(found.rank[i])
            if rank == 0:
                continue
            strangers = np.delete(found.similarity[i], i)
            names = [s for s in subjects if s != subject]
            best = float(strangers.max())
            light = "fail" if found.suspect[i] else "ok" if rank == 1 else "warn"
            reason = (
                f"likeness with its own pre-treatment sample {own:.2f}, rank {rank} of "
                f"{len(subjects)}, with the nearest other subject's {best:.2f} "
                f"({names[int(strangers.argmax())]})"
            )
            if found.suspect[i]:
                reason += "; samples may be swapped"
            elif not found.judged[i]:
                reason += "; a wrong partner would not be seen here"
            yield make_row(
                "pair", f"{contrast.name}: {subject}", "pair integrity", own, best, light, reason
            )


def replicates(contrasts: Mapping[str, Contrast]) -> Iterator[Row]:
    """Are replicates of one subject and side more alike than samples of other subjects?"""
    for contrast in contrasts.values():
        sides = contrast.arms.groupby(contrast.arms["subject"] + "\t" + contrast.arms["arm"]).groups
        repeated = {tuple(str(k).split("\t")): at for k, at in sides.items() if len(at) > 1}
        values = contrast.data.values.dropna()
        few = contrast.arms["subject"].nunique() < 2 or len(values) < MIN_COMPLETE
        if contrast.design in ("groups", "given") or not repeated or few:
            continue
        similar = pd.DataFrame(stats.sample_similarity(values), values.columns, values.columns)
        for (subject, arm), at in repeated.items():
            block = similar.loc[at, at].to_numpy()
            own = float(block[~np.eye(len(at), dtype=bool)].mean())
            others = contrast.arms.index[contrast.arms["subject"] != subject]
            best = float(similar.loc[at, others].mean().max())
            side = "before" if arm == "pre" else "on treatment"
            reason = (
                f"replicates {side} correlate by {own:.2f}, with another subject's sample by up "
            )
            reason += f"to {best:.2f}"
            light = "ok" if own >= best else "warn"
            name = f"{contrast.name}: {subject}"
            yield make_row("pair", name, f"replicates {side}", own, best, light, reason)


def handling(contrasts: Mapping[str, Contrast]) -> Iterator[Row]:
    """Compare minutes of ischemia and collection of the two sides, as the sheet has them."""
    for contrast, subject, pre, on in _pairs(contrasts.values()):
        name, samples = f"{contrast.name}: {subject}", contrast.data.samples
        if "ischemia_min" in samples:
            minutes = pd.to_numeric(samples["ischemia_min"], errors="coerce")
            before, after = float(minutes[pre].mean()), float(minutes[on].mean())
            apart = after - before
            light = "ok" if not abs(apart) > ALIKE_MINUTES else "warn"
            reason = f"{before:.0f} minutes before, {after:.0f} on treatment"
            if not np.isfinite(apart):
                reason = "not known for both sides"
            yield make_row("pair", name, "ischemia minutes", apart, ALIKE_MINUTES, light, reason)
        if "collection" in samples:
            ways = [
                sorted({str(w) for w in samples.loc[at, "collection"]} - {""}) for at in (pre, on)
            ]
            if all(ways):
                light = "ok" if ways[0] == ways[1] else "warn"
                reason = f"{', '.join(ways[0])} before, {', '.join(ways[1])} on treatment"
                different = float(ways[0] != ways[1])
                yield make_row("pair", name, "collection", different, 1.0, light, reason)
