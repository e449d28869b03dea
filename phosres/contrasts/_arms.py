"""Who is compared with whom: the samples of either side, and the design they allow."""

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from phosres.contrasts._covariates import take_covariates
from phosres.errors import DataError, Problem, did_you_mean
from phosres.results import Design
from phosres.table import FEATURE_COLUMNS, PhosphoTable, Source

Pairing = Literal["auto"] | bool


def take_arms(
    table: PhosphoTable, pre: str | Sequence[str], on: str | Sequence[str]
) -> pd.DataFrame:
    """Return arm and subject of the samples on either side, pre first, in the table's order.

    Parameters
    ----------
    table
        Samples with `condition` and `subject`.
    pre, on
        Conditions of either side.

    Raises
    ------
    DataError
        If a condition has no sample.
    """
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


def explain_pre(table: PhosphoTable) -> Problem:
    """Explain why a condition before treatment must be named, or must not.

    Parameters
    ----------
    table
        The table of the contrast.
    """
    if table.scale == "log2_change":
        message = "the table holds changes, on treatment against before, so design.pre names none"
        hint = "set design.pre: null; or input.values: ratio if the values are no such changes"
        return Problem(message, table.source.path, hint=hint)
    message = "design.pre is missing: the table holds values of samples"
    hint = "name the condition before treatment, or set input.values: change if the values are "
    return Problem(message, table.source.path, hint=hint + "on treatment against before already")


def require_values(table: PhosphoTable, arms: pd.DataFrame) -> None:
    """Refuse conditions on both sides, sides without a value, and samples of one number."""
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
    for sample in [] if problems else arms.index:
        values = table.values[sample].dropna().to_numpy()
        if len(values) > 1 and (values == values[0]).all():
            message = f"sample {sample!r} holds one number throughout, which is no measurement"
            hint = "check the column, or leave the sample out of the sheet"
            problems.append(Problem(message, table.source.path, column=str(sample), hint=hint))
    if problems:
        raise DataError(problems)


def choose_design(
    table: PhosphoTable, arms: pd.DataFrame, paired: Pairing, *, one_sided: bool = False
) -> tuple[Design, pd.DataFrame]:
    """Choose the design, and the samples it can use.

    Parameters
    ----------
    table
        For its file, in errors.
    arms
        Arm and subject of every sample of the contrast.
    paired
        As in `phosres.contrasts.contrast`.
    one_sided
        Keep subjects with one side in a paired cohort; they count where subjects are random.

    Raises
    ------
    DataError
        If a paired design has a subject it cannot use, or none that it can.
    """
    before = set(arms.loc[arms["arm"] == "pre", "subject"])
    after = list(dict.fromkeys(arms.loc[arms["arm"] == "on", "subject"]))
    both = before & set(after)
    on_only = [s for s in after if s not in before]
    if paired is True or (paired == "auto" and both):
        if on_only and not (one_sided and both):
            raise DataError(_unpaired(table, on_only, paired))
        if not both:
            raise DataError(
                Problem(
                    "no subject has samples on both sides, but the design is paired",
                    file=table.source.path,
                    hint="check `subject` in the sample sheet, or set design.paired: false",
                )
            )
        if one_sided and len(set(arms["subject"])) > 1:
            return "paired", arms
        kept = arms[arms["subject"].isin(both)]
        return ("paired" if len(both) > 1 else "single"), kept
    sizes = arms["arm"].value_counts()
    if sizes["pre"] == 1 and sizes["on"] == 1:
        return "single", arms.assign(subject=" vs ".join(dict.fromkeys(arms["subject"][::-1])))
    return "groups", arms


def require_design(
    samples: pd.DataFrame,
    path: str,
    *,
    pre: str | Sequence[str],
    on: str | Sequence[str],
    paired: Pairing = "auto",
    correlation: str | float = "blocks",
    covariates: Sequence[str] = (),
) -> None:
    """Refuse a design that the samples do not allow, before any table is read.

    Parameters
    ----------
    samples
        Samples with `condition` and `subject`.
    path
        File they are in.
    pre, on, paired, correlation, covariates
        As in `phosres.contrasts.contrast`.

    Raises
    ------
    DataError
        If a condition has no sample, subjects of a paired design lack a side, or a covariate is
        not there or incomplete.
    """
    bare = PhosphoTable(
        values=pd.DataFrame(index=pd.Index([]), columns=samples.index, dtype=float),
        features=pd.DataFrame(index=pd.Index([]), columns=pd.Index(FEATURE_COLUMNS)),
        samples=samples,
        scale="log2_intensity",
        source=Source(path, ""),
    )
    arms = take_arms(bare, pre, on)
    _, used = choose_design(bare, arms, paired, one_sided=correlation != "blocks")
    take_covariates(bare, used, covariates)


def list_unused(before: pd.DataFrame, after: pd.DataFrame) -> tuple[str, ...]:
    """Return the subjects that the design left out.

    Parameters
    ----------
    before, after
        Arms as they were taken, and as the design uses them.
    """
    gone = before[~before.index.isin(after.index)]
    return tuple(dict.fromkeys(gone["subject"]))


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


def restrict(table: PhosphoTable, samples: list[str]) -> PhosphoTable:
    """Return the table with only these samples; features keep their rows, empty ones too."""
    return table.take(samples=samples)


def describe(name: str, design: Design, arms: pd.DataFrame, left_out: Sequence[str]) -> str:
    """Say what is compared, and who is not.

    Parameters
    ----------
    name
        Name of the contrast.
    design, arms
        As chosen.
    left_out
        Subjects that the design cannot use.
    """
    compared = _describe_arms(name, design, arms)
    if not left_out:
        return compared
    shown = ", ".join(left_out[:8]) + (", ..." if len(left_out) > 8 else "")
    are = "subject is" if len(left_out) == 1 else "subjects are"
    return f"{compared}; {len(left_out)} {are} left out for want of an on-treatment sample: {shown}"


def _describe_arms(name: str, design: Design, arms: pd.DataFrame) -> str:
    n_pre, n_on = (arms["arm"] == "pre").sum(), (arms["arm"] == "on").sum()
    sides = arms.groupby("subject")["arm"].nunique()
    if design == "paired":
        both, one = int((sides == 2).sum()), int((sides == 1).sum())
        text = f"{name} against pre-treatment in {both} subjects, each against itself"
        return f"{text}, and {one} with one side only" if one else text
    if design == "single" and n_pre + n_on > 2:
        return (
            f"{name} against pre-treatment in one subject (n of 1), the mean of {n_on} samples "
            f"against that of {n_pre}"
        )
    if design == "single":
        return f"{name} against pre-treatment, one sample a side (n of 1)"
    return f"{name} ({n_on} samples) against pre-treatment ({n_pre} samples), different subjects"
