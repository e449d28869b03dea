"""Effects of a table that holds changes already: each sample is on-treatment against before.

Columns of one condition are replicates of its change, so a cohort is tested by a one-sample
moderated t. A single column has the standard errors of its file, or, without any, its own spread
as the noise, like a single pair of samples.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from phosres import stats
from phosres.contrasts._cohort import COHORT_CORRELATION, estimate_cohort
from phosres.contrasts._effects import MIN_FEATURES, effect_table
from phosres.contrasts._pair import PAIR_CORRELATION
from phosres.errors import DataError, Problem, did_you_mean
from phosres.results import CohortModel, Contrast, SiteEffects
from phosres.table import PhosphoTable

NORMAL_DF = 1e6
"""Degrees of freedom from which on a t distribution is a normal one to six digits."""
MOSTLY = 0.5
"""Share of the changes that must have a standard error for those of the file to be used."""


def take_given(table: PhosphoTable, on: str | Sequence[str]) -> pd.DataFrame:
    """Return arm and subject of the columns of changes of some conditions.

    Parameters
    ----------
    table
        Changes.
    on
        Conditions.

    Raises
    ------
    DataError
        If a condition has no column, or none holds a value.
    """
    wanted = [on] if isinstance(on, str) else list(on)
    conditions = table.samples["condition"].astype(str)
    known = sorted(set(conditions))
    path = table.source.path
    problems = [
        Problem(
            f"no column of changes has the condition {value!r} (design.on)",
            file=path,
            hint=did_you_mean(value, known),
        )
        for value in wanted
        if value not in known
    ]
    names = table.samples.index[conditions.isin(wanted)]
    if not problems and not table.values[names].notna().to_numpy().any():
        problems.append(Problem("the changes of this contrast hold no value", path))
    if problems:
        raise DataError(problems)
    return pd.DataFrame({"arm": "on", "subject": table.samples.loc[names, "subject"].astype(str)})


def contrast_given(
    table: PhosphoTable, on: str | Sequence[str], *, robust: bool, biopsy_sd: float | None
) -> Contrast:
    """Make the contrast of a table of changes.

    Parameters
    ----------
    table
        Changes, log2.
    on
        Conditions that are one contrast.
    robust
        Prior variance robust to outlying variances.
    biopsy_sd
        Standard deviation between two untreated biopsies of one tumour, log2; see `contrast`.

    Returns
    -------
    One column with standard errors: a cohort's effect. One column without: one subject's. Several
    columns: a cohort's, over subjects where there is more than one, and each subject's.
    """
    arms = take_given(table, on)
    model = None
    used = table.take(samples=list(arms.index))
    name = "+".join([on] if isinstance(on, str) else on)
    subjects = list(dict.fromkeys(arms["subject"]))
    if len(arms) == 1:
        stated = _stated(used, arms)
        effects = [stated or _own_spread(used, arms, subjects[0], biopsy_sd)]
    else:
        model = _model(arms)
        effects = [_replicates(used, arms, model, robust=robust)]
        if len(subjects) > 1:
            for subject, rows in arms.groupby("subject", sort=False):
                effects.append(_own_spread(used, rows, str(subject), biopsy_sd))
    n = f"{len(arms)} columns" if len(arms) > 1 else "one column"
    who = f", {len(subjects)} subjects" if len(subjects) > 1 else ""
    text = f"{name}: changes on treatment against before as the table gives them ({n}{who})"
    parameters = {"pre": None, "on": on, "robust": robust, "biopsy_sd": biopsy_sd}
    return Contrast(name, "given", used, arms, tuple(effects), text, parameters, model)


def _stated(table: PhosphoTable, arms: pd.DataFrame) -> SiteEffects | None:
    """Return the effects with the standard errors of the file, None if it has too few."""
    if table.standard_errors is None or table.error_df is None:
        return None
    change = table.values.iloc[:, 0].to_numpy()
    se, df = table.standard_errors.iloc[:, 0].to_numpy(), table.error_df.iloc[:, 0].to_numpy()
    tested = np.isfinite(change) & np.isfinite(se)
    if tested.sum() < MOSTLY * np.isfinite(change).sum():
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        t = change / se
    middle = float(np.median(df[tested]))
    freedom = f"median {middle:.3g} df" if middle < NORMAL_DF else "normal distribution"
    return SiteEffects(
        level="cohort",
        subject="",
        table=effect_table(table, arms, change, se, df, t, stats.two_sided(t, df)),
        method=f"changes with the standard errors of the table ({freedom})",
        n_of_one=False,
        correlation={**COHORT_CORRELATION, "origin": "assumed"},
        parameters={"df": middle, "tested": int(tested.sum())},
        noise="given",
    )


def _model(arms: pd.DataFrame) -> CohortModel:
    """Lay out the mean change: of subjects where there is more than one, else of columns.

    Where there is more than one subject, the columns of one are averaged first: they are no
    replicates of the cohort.
    """
    subjects = np.asarray(pd.factorize(arms["subject"])[0], dtype=np.int64)
    units = subjects if subjects.max() else np.arange(len(arms), dtype=np.int64)
    return CohortModel(units, np.ones((int(units.max()) + 1, 1)), 0)


def _replicates(
    table: PhosphoTable, arms: pd.DataFrame, model: CohortModel, *, robust: bool
) -> SiteEffects:
    """Test the mean change of several columns by a one-sample moderated t.

    There is no trend of the variance, for changes hold no amounts.
    """
    effects = estimate_cohort(table, arms, model, trend=False, robust=robust)
    n = len(model.design)
    unit = "subjects" if len(set(arms["subject"])) > 1 else "columns of one subject"
    prior = f"{'robust ' if robust else ''}empirical Bayes prior"
    method = f"one-sample moderated t over {n} {unit} ({prior}, prior df "
    return replace(effects, method=f"{method}{effects.parameters['df_prior']:.3g})")


def _own_spread(
    table: PhosphoTable, arms: pd.DataFrame, subject: str, biopsy_sd: float | None
) -> SiteEffects:
    """Take the noise of one subject's changes from their own spread, as of a single pair."""
    change = table.values[arms.index].mean(axis=1).to_numpy()
    n = int(np.isfinite(change).sum())
    empty = np.full(len(change), np.nan)
    se, df, t, p = empty, empty, empty, empty
    method = f"no test: only {n} changes without standard errors (at least {MIN_FEATURES})"
    parameters: dict[str, float] = {}
    if n >= MIN_FEATURES:
        try:
            noise = stats.fit_pair_noise(change)
        except ValueError as error:
            message = f"the changes of {subject!r} cannot be tested: {error}"
            raise DataError(Problem(message, table.source.path)) from error
        se = np.maximum(noise.scale, np.sqrt(2) * (biopsy_sd or 0.0))
        df = noise.df
        t = change / se
        p = stats.two_sided(t, df)
        spread, middle = float(np.nanmedian(noise.scale)), float(np.nanmedian(df))
        method = (
            f"n of 1: t on {middle:.3g} df, scale from the spread of the table's own "
            f"{noise.n:,} changes ({spread:.2f} log2)"
        )
        parameters = {"df": middle, "median_scale": spread}
    return SiteEffects(
        level="subject",
        subject=subject,
        table=effect_table(table, arms, change, se, df, t, p),
        method=method,
        n_of_one=True,
        correlation={**PAIR_CORRELATION, "origin": "assumed"},
        parameters=parameters,
        noise="pair" if parameters else "none",
    )
