"""Contrasts: on-treatment against pre-treatment, per feature, for the cohort and each subject.

Three designs. *paired*: subjects are blocks of a moderated linear model, and each subject's own
pair is looked at as an n of 1. *groups*: different subjects before and on treatment. *single*: one
sample a side. With one sample a side there is no replicate to take noise from: the pair's own
differences, local in intensity and heavy-tailed, are the noise (`phosres.stats`). That is
conservative if a drug moved much, and tells that the two samples differ, not why.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from phosres import stats
from phosres.errors import DataError, Problem, did_you_mean
from phosres.evidence import STRETCH, linear_model
from phosres.results import Contrast, Design, SiteEffects
from phosres.table import PhosphoTable

Pairing = Literal["auto"] | bool

MIN_FEATURES = 50
"""Fewest features in common that the noise of a single pair is estimated from."""

COHORT_CORRELATION: Mapping[str, float] = {"stretch": 0.5, "protein": 0.15, "between": 0.02}
"""Noise correlation of a cohort's effects where its residuals are too few to tell. Within a protein
0.07 to 0.16 and between proteins 0 to 0.006 were estimated from replicates of three public cell and
tissue data sets, here at the upper end; forms of one stretch share digestion, so clearly more: 0.5
is a stated assumption."""

PAIR_CORRELATION: Mapping[str, float] = {"stretch": 0.9, "protein": 0.5, "between": 0.1}
"""The same for a single pair. There the noise is not measurement alone: two untreated specimens
differ in the activity of a pathway, and that difference is common to the forms of a site almost
wholly, to the sites of a protein in part, and to the members of a pathway somewhat. No replicates
can show how much, so these are stated assumptions on the safe side: however many forms were seen, a
site counts little more than once, and ten proteins of a set count as five."""


def contrast(
    table: PhosphoTable,
    *,
    pre: str | Sequence[str],
    on: str | Sequence[str],
    paired: Pairing = "auto",
    trend: bool = True,
    robust: bool = True,
    biopsy_sd: float | None = None,
) -> Contrast:
    """Compare on-treatment with pre-treatment samples.

    Parameters
    ----------
    table
        Normalised log2 values.
    pre, on
        Values of the sample sheet's `condition` on either side.
    paired
        ``True`` pairs samples by `subject`, ``False`` does not; ``"auto"`` pairs if every subject
        with an on-treatment sample has a pre-treatment sample too.
    trend, robust
        Prior variance as a trend of mean intensity, and robust to outlying variances.
    biopsy_sd
        Standard deviation between two untreated biopsies of one tumour, log2, where it is known:
        a single pair's noise is then never taken smaller than sqrt(2) times it.

    Returns
    -------
    Effects (log2, on minus pre) at cohort level where there is more than one subject, and of each
    subject with samples on both sides where the design is paired.

    Raises
    ------
    DataError
        If a side has no sample, or a subject of a paired design has no pre-treatment sample.
    """
    arms = _arms(table, pre, on)
    _require_values(table, arms)
    design, arms = _design(table, arms, paired)
    name = "+".join([on] if isinstance(on, str) else on)
    used = _restrict(table, list(arms.index))
    effects = []
    if design != "single":
        effects.append(_cohort(used, arms, design, trend=trend, robust=robust))
    if design in ("paired", "single"):
        effects += [
            _subject(used, rows, str(s), biopsy_sd)
            for s, rows in arms.groupby("subject", sort=False)
        ]
    return Contrast(
        name=name,
        design=design,
        data=used,
        arms=arms,
        effects=tuple(effects),
        text=_sentence(name, design, arms),
        parameters={
            "pre": pre,
            "on": on,
            "paired": paired,
            "trend": trend,
            "robust": robust,
            "biopsy_sd": biopsy_sd,
        },
    )


def _arms(table: PhosphoTable, pre: str | Sequence[str], on: str | Sequence[str]) -> pd.DataFrame:
    """Return arm and subject of the samples on either side, pre first, in the table's order."""
    conditions = table.samples["condition"].astype(str)
    sides = {"pre": [pre] if isinstance(pre, str) else list(pre)}
    sides["on"] = [on] if isinstance(on, str) else list(on)
    known = sorted(set(conditions))
    problems = [
        Problem(
            f"no sample has the condition {value!r} (design.{side})",
            file=table.source.path,
            hint=did_you_mean(value, known),
        )
        for side, values in sides.items()
        for value in values
        if value not in known
    ]
    if problems:
        raise DataError(problems)
    parts = [
        pd.DataFrame({"arm": side, "subject": table.samples["subject"].astype(str)})[
            conditions.isin(values)
        ]
        for side, values in sides.items()
    ]
    return pd.concat(parts)


def _require_values(table: PhosphoTable, arms: pd.DataFrame) -> None:
    """Refuse conditions on both sides, sides without a value, and copies of one sample."""
    twice = arms.index[arms.index.duplicated()].unique()
    problems = [
        Problem(
            f"sample {sample!r} is on both sides: design.pre and design.on share a condition",
            file=table.source.path,
            column=str(sample),
        )
        for sample in twice
    ]
    if not problems and not table.values[arms.index].notna().to_numpy().any():
        problems.append(Problem("the samples of this contrast hold no value", table.source.path))
    if problems:
        raise DataError(problems)


def _design(
    table: PhosphoTable, arms: pd.DataFrame, paired: Pairing
) -> tuple[Design, pd.DataFrame]:
    """Choose the design and drop subjects that a paired design cannot use (pre only)."""
    before = set(arms.loc[arms["arm"] == "pre", "subject"])
    after = list(dict.fromkeys(arms.loc[arms["arm"] == "on", "subject"]))
    both = before & set(after)
    on_only = [s for s in after if s not in before]
    if paired is True or (paired == "auto" and both):
        if on_only:
            raise DataError(_unpaired(table, on_only, paired))
        if not both:
            raise DataError(
                Problem(
                    "no subject has samples on both sides, but the design is paired",
                    file=table.source.path,
                    hint="check `subject` in the sample sheet, or set design.paired: false",
                )
            )
        kept = arms[arms["subject"].isin(both)]
        return ("paired" if len(both) > 1 else "single"), kept
    sizes = arms["arm"].value_counts()
    if sizes["pre"] == 1 and sizes["on"] == 1:
        return "single", arms.assign(subject=" vs ".join(dict.fromkeys(arms["subject"][::-1])))
    return "groups", arms


def _unpaired(table: PhosphoTable, subjects: list[str], paired: Pairing) -> list[Problem]:
    """Describe subjects with an on-treatment sample but none before treatment."""
    why = "" if paired is True else " (other subjects have both, so the design was taken as paired)"
    return [
        Problem(
            f"subject {s!r} has an on-treatment sample but no pre-treatment sample{why}",
            file=table.source.path,
            hint="add the sample, take the subject out of the sheet, or set design.paired: false",
        )
        for s in subjects
    ]


def _restrict(table: PhosphoTable, samples: list[str]) -> PhosphoTable:
    """Return the table with only these samples; features keep their rows, empty ones too."""
    from dataclasses import replace

    return replace(table, values=table.values[samples], samples=table.samples.loc[samples])


def _cohort(
    table: PhosphoTable, arms: pd.DataFrame, design: Design, *, trend: bool, robust: bool
) -> SiteEffects:
    """Moderated linear model over all subjects, which are blocks if the design is paired."""
    values = table.values.to_numpy()
    design_matrix, column, blocks = linear_model(arms, design)
    fit = _moderated(table, values, design_matrix, column, blocks, trend=trend, robust=robust)
    residuals = stats.fit_residuals(values, design_matrix, blocks=blocks)
    how = "groups" if blocks is None else "subjects as blocks"
    prior = "intensity-trended, robust" if trend and robust else f"trend={trend}, robust={robust}"
    d0 = float(np.nanmedian(fit.df_prior))
    return SiteEffects(
        level="cohort",
        subject="",
        table=_effect_table(table, arms, fit.log2fc, fit.se, fit.df, fit.t, fit.p),
        method=f"moderated t ({how}; {prior} empirical Bayes prior, prior df {d0:.3g})",
        n_of_one=False,
        correlation=_correlation(table, residuals, fit.df_residual),
        parameters={"df_prior": d0, "s2_prior": float(np.nanmedian(fit.s2_prior))},
    )


def _moderated(
    table: PhosphoTable,
    values: np.ndarray,
    design: np.ndarray,
    column: int,
    blocks: np.ndarray | None,
    *,
    trend: bool,
    robust: bool,
) -> stats.Moderated:
    """Fit the cohort's model; a table in which no feature can show its noise is refused."""
    try:
        return stats.moderated(values, design, column, blocks=blocks, trend=trend, robust=robust)
    except ValueError as error:
        message = f"the cohort cannot be tested: {error}"
        hint = "no feature is measured in enough samples: add samples, or compare one pair alone"
        raise DataError(Problem(message, file=table.source.path, hint=hint)) from error


def _subject(
    table: PhosphoTable, arms: pd.DataFrame, subject: str, biopsy_sd: float | None
) -> SiteEffects:
    """Difference of one subject's samples, with the noise taken from the pair itself."""
    pre = _arm_mean(table, arms, "pre")
    on = _arm_mean(table, arms, "on")
    difference, mean = on - pre, (on + pre) / 2
    n = int(np.isfinite(difference).sum())
    if n < MIN_FEATURES:
        empty = np.full(len(difference), np.nan)
        return SiteEffects(
            level="subject",
            subject=subject,
            table=_effect_table(table, arms, difference, empty, empty, empty, empty),
            method=f"no test: only {n} features in both samples (at least {MIN_FEATURES})",
            n_of_one=True,
            correlation={**PAIR_CORRELATION, "origin": "assumed"},
        )
    intensity = mean if table.scale == "log2_intensity" else None
    noise = _pair_noise(table, subject, difference, intensity)
    scale = np.maximum(noise.scale, np.sqrt(2) * (biopsy_sd or 0.0))
    t = difference / scale
    return SiteEffects(
        level="subject",
        subject=subject,
        table=_effect_table(
            table,
            arms,
            difference,
            scale,
            np.full(len(t), noise.df),
            t,
            stats.two_sided(t, noise.df),
        ),
        method=_pair_method(noise),
        n_of_one=True,
        correlation={**PAIR_CORRELATION, "origin": "assumed"},
        parameters={"df": noise.df, "median_scale": float(np.nanmedian(scale))},
    )


def _pair_noise(
    table: PhosphoTable, subject: str, difference: np.ndarray, intensity: np.ndarray | None
) -> stats.PairNoise:
    """Fit the noise of a pair; two samples that are copies of each other have none."""
    try:
        return stats.fit_pair_noise(difference, intensity)
    except ValueError as error:
        message = f"the two sides of {subject!r} cannot be compared: {error}"
        hint = "check that they are not the same sample twice"
        raise DataError(Problem(message, file=table.source.path, hint=hint)) from error


def _pair_method(noise: stats.PairNoise) -> str:
    """Say how the noise of a pair was taken from the pair itself."""
    where = "of similar intensity" if noise.local else "of all intensities"
    return (
        f"n of 1: t on {noise.df:.3g} df, scale from the spread of the pair's own {noise.n:,} "
        f"differences {where} (median {float(np.nanmedian(noise.scale)):.2f} log2)"
    )


def _arm_mean(table: PhosphoTable, arms: pd.DataFrame, arm: str) -> np.ndarray:
    """Mean of the samples of one arm per feature; NaN where none has a value."""
    values = table.values[arms.index[arms["arm"] == arm]]
    return values.mean(axis=1).to_numpy()


def _effect_table(
    table: PhosphoTable,
    arms: pd.DataFrame,
    log2fc: np.ndarray,
    se: np.ndarray,
    df: np.ndarray,
    t: np.ndarray,
    p: np.ndarray,
) -> pd.DataFrame:
    """Assemble one row a feature, with BH q values and the number of values on each side."""
    values = table.values
    seen = values[arms.index].notna()
    tested = np.isfinite(log2fc) & np.isfinite(se)
    return pd.DataFrame(
        {
            "log2fc": log2fc,
            "se": np.where(tested, se, np.nan),
            "df": np.where(tested, df, np.nan),
            "t": np.where(tested, t, np.nan),
            "p": np.where(tested, p, np.nan),
            "q": stats.benjamini_hochberg(np.where(tested, p, np.nan)),
            "mean": values[arms.index].mean(axis=1).to_numpy(),
            "n_pre": seen[arms.index[arms["arm"] == "pre"]].sum(axis=1).to_numpy(),
            "n_on": seen[arms.index[arms["arm"] == "on"]].sum(axis=1).to_numpy(),
        },
        index=values.index,
    )


def _correlation(table: PhosphoTable, residuals: np.ndarray, df: np.ndarray) -> dict[str, Any]:
    """Estimate noise correlation within peptide stretches and proteins from the residuals."""
    features = table.features
    protein = features["protein"].where(features["protein"] != "", features["gene"])
    text = features["sites"].str.extract(r"(\d+)", expand=False)
    rows = pd.DataFrame(
        {"protein": protein.to_numpy(), "position": pd.to_numeric(text).to_numpy(), "df": df}
    )
    usable = (rows["protein"] != "") & rows["position"].notna() & (rows["df"] >= 2)
    order = rows[usable].sort_values(["protein", "position"], kind="stable")
    codes = pd.factorize(order["protein"])[0]
    far = (order["position"].diff().fillna(0) > STRETCH).to_numpy()
    stretches = np.cumsum((np.diff(codes, prepend=-1) != 0) | far)
    kept, freedom = residuals[order.index], order["df"].to_numpy()
    near = stats.mean_pairwise_correlation(kept, stretches, freedom)
    within = stats.mean_pairwise_correlation(kept, codes, freedom)
    if min(near.n_pairs, within.n_pairs) < MIN_FEATURES:
        return {**COHORT_CORRELATION, "origin": "assumed"}
    return {
        "stretch": float(np.clip(near.estimate, 0, 0.95)),
        "protein": float(np.clip(within.estimate, 0, 0.95)),
        "between": COHORT_CORRELATION["between"],
        "origin": f"estimated from {near.n_pairs:,} pairs of features of one stretch",
    }


def _sentence(name: str, design: Design, arms: pd.DataFrame) -> str:
    """Say what is compared."""
    n_pre, n_on = (arms["arm"] == "pre").sum(), (arms["arm"] == "on").sum()
    n_subjects = arms["subject"].nunique()
    if design == "paired":
        return f"{name} against pre-treatment in {n_subjects} subjects, each against itself"
    if design == "single" and n_pre + n_on > 2:
        return (
            f"{name} against pre-treatment in one subject (n of 1), the mean of {n_on} samples "
            f"against that of {n_pre}"
        )
    if design == "single":
        return f"{name} against pre-treatment, one sample a side (n of 1)"
    return f"{name} ({n_on} samples) against pre-treatment ({n_pre} samples), different subjects"
