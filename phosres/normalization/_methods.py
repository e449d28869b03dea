"""The methods as records: what each computes, when it is right, where it is from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from phosres.normalization import _curves, _shifts


@dataclass(frozen=True, slots=True)
class Method:
    """One way to estimate each sample's shift.

    Parameters
    ----------
    name
        Name in the configuration.
    title
        Name in a sentence.
    shifts
        Function from values (features x samples, log2, NaN) to the shift of each sample and the
        number of features behind it; what `needs` names is passed by keyword.
    assumes
        When it is right, one sentence.
    source
        Reference.
    needs
        What it needs beside the values: ``("reference",)`` is a mask of stable features.
    least
        Fewest features a shift may rest on.
    error
        Function from values and shifts to the standard error of each shift, where it is known.
    audited
        Whether a result that differs under this method is taken back.
    """

    name: str
    title: str
    shifts: Callable[..., tuple[np.ndarray, np.ndarray]]
    assumes: str
    source: str
    needs: tuple[str, ...] = ()
    least: int = _shifts.MIN_COMMON
    error: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None
    audited: bool = False


@dataclass(frozen=True, slots=True)
class Transform:
    """One way to align whole distributions; there is no shift to audit.

    Parameters
    ----------
    name, title, assumes, source, audited
        As in `Method`.
    transform
        Function from values (features x samples, log2, NaN) to normalised values and the number of
        features behind each sample.
    least
        Fewest features a sample may have.
    """

    name: str
    title: str
    transform: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
    assumes: str
    source: str
    least: int = _shifts.MIN_COMMON
    audited: bool = False


METHODS: tuple[Method | Transform, ...] = (
    Method(
        "median_of_ratios",
        "median of ratios",
        _shifts.median_of_ratios,
        "Most features that nearly all samples share do not change.",
        "doi:10.1186/gb-2010-11-10-r106",
        error=_shifts.median_error,
        audited=True,
    ),
    Method(
        "stable_sites",
        "stable reference sites",
        _shifts.stable_sites,
        "The reference sites do not answer to the drug.",
        "doi:10.1016/j.celrep.2021.108771",
        needs=("reference",),
        least=_shifts.MIN_STABLE,
        audited=True,
    ),
    Method(
        "mode_of_ratios",
        "mode of ratios",
        _shifts.mode_of_ratios,
        "Unchanged features are the largest group of like ratios (fails beyond half changed).",
        "Silverman 1986, Density Estimation",
        error=_shifts.mode_error,
    ),
    Method(
        "column_median",
        "column median",
        _shifts.column_median,
        "The middle of each sample's distribution does not change, missing values fall alike.",
        "doi:10.1093/bioinformatics/19.2.185",
        audited=True,
    ),
    Transform(
        "quantile",
        "quantile normalisation",
        _curves.quantile,
        "All samples have the same distribution of intensities (one preparation, few changes).",
        "doi:10.1093/bioinformatics/19.2.185",
        audited=True,
    ),
    Transform(
        "cyclic_loess",
        "cyclic loess",
        _curves.cyclic_loess,
        "At every intensity most features do not change; the bias depends on the intensity.",
        "doi:10.1093/bioinformatics/bth327",
    ),
    Method(
        "none",
        "no normalisation",
        _shifts.no_shift,
        "The table is normalised already.",
        "",
        least=0,
    ),
)
"""Every method that a configuration can name, in the order they are shown. Audited are those whose
assumption is as reasonable as the default's; the mode of ratios scatters more than the samples
differ, so it is a check of the shifts only, and a local fit of every sample would take longer than
the rest of a run."""

CENTRED = Method(
    "centred",
    "centring on the median change",
    _shifts.median_change,
    "Most of the sites whose changes are given do not change.",
    "doi:10.1093/bioinformatics/19.2.185",
)
"""For tables of changes, which have no samples to align."""
