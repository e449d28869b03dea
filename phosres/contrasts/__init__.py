"""Contrasts: on-treatment against pre-treatment, per feature, for the cohort and each subject.

Three designs. *paired*: subjects are blocks of a moderated linear model, and each subject's own
pair is looked at as an n of 1. *groups*: different subjects before and on treatment. *single*: one
subject. Its noise is that of its replicates; without any, that of a noise model learnt elsewhere;
without one, the pair's own differences, local in intensity and heavy-tailed (`phosres.stats`). The
last is conservative if a drug moved much, and tells that the two samples differ, not why. *given*:
the table holds changes already.

A cohort may be adjusted for columns of the sample sheet, its subjects may be random instead of
blocks, and replicates of one subject and side are averaged where subjects show their own spread.
"""

from collections.abc import Sequence

from phosres.contrasts._arms import (
    Pairing,
    choose_design,
    describe,
    explain_pre,
    list_unused,
    require_design,
    require_values,
    restrict,
    take_arms,
)
from phosres.contrasts._cohort import COHORT_CORRELATION, estimate_cohort
from phosres.contrasts._covariates import take_covariates
from phosres.contrasts._effects import MIN_FEATURES
from phosres.contrasts._given import contrast_given
from phosres.contrasts._model import Correlation, Replicates, build_model, name_idle
from phosres.contrasts._pair import PAIR_CORRELATION, estimate_subject
from phosres.errors import DataError
from phosres.noise import NoisePanel
from phosres.results import Contrast
from phosres.table import PhosphoTable

__all__ = [
    "COHORT_CORRELATION",
    "MIN_FEATURES",
    "PAIR_CORRELATION",
    "contrast",
    "explain_pre",
    "require_design",
]


def contrast(
    table: PhosphoTable,
    *,
    pre: str | Sequence[str] | None = None,
    on: str | Sequence[str],
    paired: Pairing = "auto",
    trend: bool = True,
    robust: bool = True,
    biopsy_sd: float | None = None,
    covariates: Sequence[str] = (),
    correlation: Correlation = "blocks",
    replicates: Replicates = "auto",
    noise_model: NoisePanel | None = None,
) -> Contrast:
    """Compare on-treatment with pre-treatment samples.

    Parameters
    ----------
    table
        Normalised log2 values.
    pre, on
        Values of the sample sheet's `condition` on either side; `pre` is None for a table of
        changes, and only for one.
    paired
        ``True`` pairs samples by `subject`, ``False`` does not; ``"auto"`` pairs if every subject
        with an on-treatment sample has a pre-treatment sample too.
    trend, robust
        Prior variance as a trend of mean intensity, and robust to outlying variances.
    biopsy_sd
        Standard deviation between two untreated biopsies of one tumour, log2, where it is known:
        a single pair's noise is then never taken smaller than sqrt(2) times it.
    covariates
        Columns of the sample sheet the cohort is adjusted for: numbers, or else categories
        (`batch` and `replicate` are always categories). Single pairs cannot be adjusted.
    correlation
        Of the samples of one subject in a paired cohort. ``"blocks"``: every subject has its own
        level. ``"consensus"``: subjects are random, with one correlation estimated from all
        features; subjects with one side count too, at the price of false calls where features
        differ in it. Or that correlation, from 0 to below 1.
    replicates
        Samples of one subject on one side. ``"average"`` makes them one, ``"separate"`` counts
        each; ``"auto"`` averages wherever at least two residual degrees of freedom remain between
        subjects, because replicates say nothing of how subjects differ.
    noise_model
        Noise between replicates elsewhere (`phosres.fit_noise_model`), for subjects without any.

    Returns
    -------
    Effects (log2, on minus pre) at cohort level where there is more than one subject, and of each
    subject with samples on both sides where the design is paired.

    Raises
    ------
    DataError
        If a side has no sample, a subject of a paired design has no pre-treatment sample, a
        covariate is incomplete or cannot be told from the treatment or from another, or `pre` is
        named for a table of changes or not named for any other.
    """
    if table.scale == "log2_change" and pre is None:
        return contrast_given(table, on, robust=robust, biopsy_sd=biopsy_sd)
    if table.scale == "log2_change" or pre is None:
        raise DataError(explain_pre(table))
    taken = take_arms(table, pre, on)
    require_values(table, taken)
    design, arms = choose_design(table, taken, paired, one_sided=correlation != "blocks")
    adjusted = take_covariates(table, arms, covariates)
    name = "+".join([on] if isinstance(on, str) else on)
    used = restrict(table, list(arms.index))
    effects, model = [], None
    said = name_idle(design, adjusted, correlation)
    if design != "single":
        model, more = build_model(
            used, arms, design, adjusted, correlation=correlation, replicates=replicates
        )
        said += more
        effects.append(estimate_cohort(used, arms, model, trend=trend, robust=robust))
    if design in ("paired", "single"):
        effects += [
            estimate_subject(
                used,
                rows,
                str(s),
                biopsy_sd=biopsy_sd,
                panel=noise_model,
                trend=trend,
                robust=robust,
            )
            for s, rows in arms.groupby("subject", sort=False)
            if design == "single" or rows["arm"].nunique() == 2
        ]
    left_out = list_unused(taken, arms)
    return Contrast(
        name=name,
        design=design,
        data=used,
        arms=arms,
        effects=tuple(effects),
        text="; ".join([describe(name, design, arms, left_out), *said]),
        parameters={
            "pre": pre,
            "on": on,
            "paired": paired,
            "trend": trend,
            "robust": robust,
            "biopsy_sd": biopsy_sd,
            "covariates": tuple(covariates),
            "correlation": correlation,
            "replicates": replicates,
            "left_out": left_out,
            "noise_model": noise_model.source if noise_model else None,
        },
        model=model,
    )
