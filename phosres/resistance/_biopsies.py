"""Gates on the samples themselves: do they belong together, were they measured alike, of what?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from phosres import stats
from phosres.evidence import write_p
from phosres.resistance._context import Context, Finding
from phosres.results import Contrast

UNBALANCED = 0.5
"""Difference between the arms in the share of any batch from which on half or more of what the
batches differ by ends in the change (stated estimate; 1 is full confounding)."""

PURITY_DIFFERENCE = 0.2
"""Difference in the tumour share of the sheet that counts as another composition (stated estimate:
readings of tumour cellularity by pathologists differ by about as much)."""

MIN_PAIRS = 3
"""Fewest pairs that can be compared with each other."""

MIN_GENES = 5
"""Fewest marker genes of a compartment: the spread between them is the noise of their mean."""


def judge_samples(contrast: Contrast) -> stats.Pairing | None:
    """Compare every pair of a paired cohort with all others, once for a contrast.

    Parameters
    ----------
    contrast
        A contrast; only paired ones can be judged.

    Returns
    -------
    None where there are no pairs to compare with.
    """
    pairs = contrast.pairs
    if contrast.design != "paired" or len(pairs) < MIN_PAIRS:
        return None
    before, after = ([sides[k] for sides in pairs.values()] for k in (0, 1))
    return stats.judge_pairs(contrast.data.values.to_numpy(), before, after)


def pair_integrity(context: Context) -> Finding:
    """Is the on-treatment sample nearest to the pre-treatment sample of its own subject?

    After the mean effect of the treatment is taken off, a pair shares what is peculiar to its
    subject. *yes*: another subject's sample is nearer, the own one is less alike than those of the
    other pairs are (`phosres.stats.judge_pairs`), and these do look like pairs; samples may be
    swapped, so nothing can be said of the subject. *no*: the own sample is as near as in other
    pairs. A cohort is a *yes* if any pair is suspected: the calls of the cohort rest on it, too.

    Parameters
    ----------
    context
        Contrast and what was judged of its pairs.
    """
    found = context.pairs
    if found is None:
        return Finding("not_assessable", "pairs of at least 3 subjects are needed to compare with")
    subjects = list(context.contrast.pairs)
    if context.effects.level == "cohort":
        return _cohort_integrity(found, subjects)
    if context.effects.subject not in subjects:
        return Finding("not_assessable", "the subject has samples on one side only")
    i = subjects.index(context.effects.subject)
    n, rank = len(subjects), int(found.rank[i])
    if rank == 0:
        return Finding("not_assessable", "too few features are shared with the other samples")
    text = (
        f"the own pre-treatment sample is number {rank} of {n} by likeness (r "
        f"{found.similarity[i, i]:.2f}; a stranger's would be so far up with probability "
        f"{rank / n:.2f})"
    )
    if found.suspect[i]:
        who = subjects[int(found.nearest[i])]
        text += (
            f", that of {who} is nearest (r {found.similarity[i].max():.2f}), and the other pairs "
            f"are more alike (p {write_p(float(found.p_own[i]))}): samples may be swapped"
        )
        hypothesis = "consistent with swapped samples, or with biopsies of different lesions"
        return Finding("yes", text, "moderate", hypothesis=hypothesis)
    if not found.judged[i]:
        return Finding("not_assessable", f"{text}; a wrong partner would not be seen here")
    return Finding("no", text, "moderate")


def _cohort_integrity(found: stats.Pairing, subjects: list[str]) -> Finding:
    """Put the pairs together."""
    suspects = [s for s, bad in zip(subjects, found.suspect, strict=True) if bad]
    first = int((found.rank == 1).sum())
    text = f"{first} of {len(subjects)} on-treatment samples are nearest to their own subject's"
    if suspects:
        text += f"; samples may be swapped: {', '.join(suspects)}"
        hypothesis = "consistent with swapped samples, or with biopsies of different lesions"
        return Finding("yes", text, "moderate", hypothesis=hypothesis)
    if not found.judged.any():
        return Finding("not_assessable", f"{text}; a wrong partner would not be seen here")
    return Finding("no", text, "moderate")


def batch_confounding(context: Context) -> Finding:
    """Were the two sides measured in different batches, so that a batch imitates the drug?

    *yes*, moderate: no batch holds both sides (of the cohort, or of the subject), so that a batch
    effect and the drug cannot be told apart. *yes*, weak: they overlap, but the share of a batch
    differs by half or more between the sides and the model does not adjust for the batch. *no*:
    both sides are in the same batches, or the model adjusts for them.

    Parameters
    ----------
    context
        Contrast with the batches of the sheet.
    """
    batches = context.contrast.data.samples["batch"].astype(str)
    arms = context.contrast.arms
    if context.effects.level == "subject":
        arms = arms[arms["subject"] == context.effects.subject]
    table = pd.crosstab(batches.reindex(arms.index), arms["arm"])
    if "" in table.index or table.empty or set(table.columns) != {"pre", "on"}:
        return Finding("not_assessable", "the sheet does not name the batch of every sample")
    counts = ", ".join(
        f"{batch}: {int(row['pre'])} before, {int(row['on'])} on" for batch, row in table.iterrows()
    )
    if len(table) == 1:
        return Finding("no", f"all samples are of one batch ({counts})", "moderate")
    hypothesis = "consistent with a difference between batches instead of one made by the drug"
    if not ((table["pre"] > 0) & (table["on"] > 0)).any():
        text = f"no batch holds samples of both sides ({counts})"
        return Finding("yes", text, "moderate", hypothesis=hypothesis)
    shares = table / table.sum()
    apart = float((shares["on"] - shares["pre"]).abs().max())
    adjusted = "batch" in context.contrast.parameters.get("covariates", ())
    text = f"shares of a batch differ by up to {apart:.0%} between the sides ({counts})"
    if apart < UNBALANCED:
        return Finding("no", text, "moderate")
    if adjusted and context.effects.level == "cohort":
        return Finding("no", f"{text}; the model adjusts for the batch", "weak")
    return Finding("yes", f"{text}, not adjusted for", "weak", hypothesis=hypothesis)


@dataclass(frozen=True, slots=True)
class Shift:
    """Mean change of the marker genes of a compartment against all features."""

    compartment: str
    log2fc: float
    p: float
    genes: tuple[str, ...]


def find_shifts(context: Context) -> tuple[Shift, ...]:
    """Test the marker genes of stroma and of immune cells: one number a gene.

    Each gene gives the median change of its phosphosites, less the median of all features; the
    spread between genes is the noise (Student 1908, Biometrika 6:1). Genes of one cell type move
    together when the share of these cells differs, which is what is looked for.

    Parameters
    ----------
    context
        Contrast at one level and subject.

    Returns
    -------
    One shift a compartment with at least `MIN_GENES` genes; p values are not adjusted.
    """
    markers = context.knowledge.composition
    table, features = context.effects.table, context.contrast.data.features
    change = table["log2fc"].dropna()
    gene = features["gene"].reindex(change.index).str.split(";").str[0].str.upper()
    mine = gene[gene.isin(markers.keys())]
    medians = (change[mine.index] - change.median()).groupby(mine).median()
    compartments = dict.fromkeys(m.compartment for m in markers.values())
    found = []
    for compartment in compartments:
        own = medians[[g for g in medians.index if markers[g].compartment == compartment]]
        if len(own) >= MIN_GENES:
            values = own.to_numpy(dtype=float)
            se = float(values.std(ddof=1)) / np.sqrt(len(values))
            t = float(values.mean()) / se if se > 0 else np.inf
            p = float(stats.two_sided(np.array([t]), np.array([len(values) - 1.0]))[0])
            found.append(Shift(compartment, float(values.mean()), p, tuple(map(str, own.index))))
    return tuple(found)


def composition(context: Context) -> Finding:
    """Is the share of stroma or immune cells another one in the samples on treatment?

    The change of phosphosites on genes of these cells is a proxy, no measure. *yes*: the markers of
    either moved (Holm over the two), or the tumour shares of the sheet differ by 0.2. A call whose
    sites changed the same way and no more than the markers may then be made by the other cells.

    Parameters
    ----------
    context
        Contrast at one level and subject.
    """
    shifts = find_shifts(context)
    purity = _purities(context)
    stated = "" if purity is None else f"; tumour share {purity[0]:.2f} before, {purity[1]:.2f} on"
    if not shifts and purity is None:
        why = f"fewer than {MIN_GENES} marker genes of stroma and of immune cells are measured"
        return Finding("not_assessable", why)
    q = stats.holm(np.array([s.p for s in shifts])) if shifts else np.array([])
    text = "; ".join(
        f"{s.compartment} markers {s.log2fc:+.2f} log2 (adjusted p {write_p(float(a))}, "
        f"{len(s.genes)} genes)"
        for s, a in zip(shifts, q, strict=True)
    )
    text = f"{text or 'too few marker genes'}{stated}"
    genes = " | ".join(f"{s.compartment}: {', '.join(s.genes)}" for s in shifts)
    apart = purity is not None and abs(purity[1] - purity[0]) >= PURITY_DIFFERENCE
    if apart or bool((q < context.alpha).any()):
        hypothesis = "consistent with another share of stroma or immune cells in the biopsy"
        return Finding("yes", f"the composition differs: {text}", "weak", genes, hypothesis)
    return Finding("no", f"no other composition is shown: {text}", "weak", genes)


def largest_shift(context: Context, direction: float) -> float:
    """Return the largest change that another composition alone would make in a direction.

    That of the marker genes, or of a site that only stroma or only tumour has at the tumour
    shares of the sheet.

    Parameters
    ----------
    context
        Contrast at one level and subject.
    direction
        Sign of the change asked about.

    Returns
    -------
    Size in log2, 0 if composition moves nothing that way.
    """
    sizes = [s.log2fc * direction for s in find_shifts(context)]
    purity = _purities(context)
    if purity is not None:
        before, after = np.clip(purity, 0.01, 0.99)
        sizes += [direction * float(np.log2(after / before))]
        sizes += [direction * float(np.log2((1 - after) / (1 - before)))]
    return max([0.0, *sizes])


def _purities(context: Context) -> tuple[float, float] | None:
    """Return the mean tumour share of either side, None unless the sheet has all."""
    samples, arms = context.contrast.data.samples, context.contrast.arms
    if "purity" not in samples:
        return None
    if context.effects.level == "subject":
        arms = arms[arms["subject"] == context.effects.subject]
    purity = pd.to_numeric(samples["purity"].reindex(arms.index), errors="coerce")
    if purity.isna().any() or purity.empty:
        return None
    sides = [float(purity[arms["arm"] == arm].mean()) for arm in ("pre", "on")]
    return (sides[0], sides[1]) if np.isfinite(sides).all() else None
