"""Normalisation of samples, by a named method, always audited.

A drug may move the whole distribution, so the shift of every method is kept beside the one that
was used: a readout that flips between reasonable methods is not a call (`phosres.audit`).
"""

from phosres.normalization._choice import Choice, choose_methods
from phosres.normalization._curves import cyclic_loess, quantile
from phosres.normalization._methods import CENTRED, METHODS, Method, Transform
from phosres.normalization._shifts import (
    COMMON_SHARE,
    MIN_COMMON,
    MIN_STABLE,
    column_median,
    median_change,
    median_of_ratios,
    mode_of_ratios,
    no_shift,
    stable_sites,
)
from phosres.normalization._stable import N_DERIVED, Stable, find_stable
from phosres.normalization._verbs import compare_methods, normalize

__all__ = [
    "CENTRED",
    "COMMON_SHARE",
    "METHODS",
    "MIN_COMMON",
    "MIN_STABLE",
    "N_DERIVED",
    "Choice",
    "Method",
    "Stable",
    "Transform",
    "choose_methods",
    "column_median",
    "compare_methods",
    "cyclic_loess",
    "find_stable",
    "median_change",
    "median_of_ratios",
    "mode_of_ratios",
    "no_shift",
    "normalize",
    "quantile",
    "stable_sites",
]
