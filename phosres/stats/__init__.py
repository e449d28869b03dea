"""Numeric cores on plain arrays: models, tests, priors, combinations.

Nothing here knows tables, names or files. NaN means not measured: it is never filled in and it
never becomes "no change". Names are loaded when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from phosres.stats.adjust import (
        TwoStage,
        adjust_within_selected,
        benjamini_hochberg,
        holm,
        storey,
    )
    from phosres.stats.association import (
        Firth,
        Fisher,
        Permuted,
        firth_logistic,
        fisher_exact,
        permute_linear,
    )
    from phosres.stats.combine import Combined, combine_measurements
    from phosres.stats.consensus import BlockCorrelation, consensus_correlation
    from phosres.stats.correlation import MeanCorrelation, mean_pairwise_correlation
    from phosres.stats.detection import DetectionCurve, fit_detection, miss_probability
    from phosres.stats.envelope import Envelope, find_outlying_samples
    from phosres.stats.equivalence import tost, treat
    from phosres.stats.linear import LinearFit, fit_contrast, fit_residuals
    from phosres.stats.longitudinal import Longitudinal, fit_longitudinal, time_design
    from phosres.stats.moderation import Moderated, moderate, moderated
    from phosres.stats.noise import (
        NoiseModel,
        align_intensity,
        apply_noise_model,
        fit_noise_model,
    )
    from phosres.stats.pairing import Pairing, judge_pairs
    from phosres.stats.pooling import Pooled, pool
    from phosres.stats.power import Plan, compute_power, count_pairs, plan_groups, plan_pairs
    from phosres.stats.prior import VariancePrior, squeeze_variances
    from phosres.stats.protein import Corrected, correct_for_protein, subtract_protein
    from phosres.stats.replicates import average_columns
    from phosres.stats.rotation import RotationTests, rotate_sets
    from phosres.stats.sets import SetTests, compare_sets, normal_score, set_correlations
    from phosres.stats.similarity import sample_similarity
    from phosres.stats.single import (
        DetectionLimit,
        PairNoise,
        fit_pair_noise,
        local_scale,
        minimal_detectable_change,
    )
    from phosres.stats.smoothing import lowess
    from phosres.stats.student import lower_tail, quantile, two_sided
    from phosres.stats.tail import TailFit, fit_t

_HOME = {
    "adjust": ("TwoStage", "adjust_within_selected", "benjamini_hochberg", "holm", "storey"),
    "association": (
        *("Firth", "Fisher", "Permuted", "firth_logistic", "fisher_exact", "permute_linear"),
    ),
    "combine": ("Combined", "combine_measurements"),
    "consensus": ("BlockCorrelation", "consensus_correlation"),
    "correlation": ("MeanCorrelation", "mean_pairwise_correlation"),
    "detection": ("DetectionCurve", "fit_detection", "miss_probability"),
    "envelope": ("Envelope", "find_outlying_samples"),
    "equivalence": ("tost", "treat"),
    "linear": ("LinearFit", "fit_contrast", "fit_residuals"),
    "longitudinal": ("Longitudinal", "fit_longitudinal", "time_design"),
    "moderation": ("Moderated", "moderate", "moderated"),
    "noise": ("NoiseModel", "align_intensity", "apply_noise_model", "fit_noise_model"),
    "pairing": ("Pairing", "judge_pairs"),
    "pooling": ("Pooled", "pool"),
    "power": ("Plan", "compute_power", "count_pairs", "plan_groups", "plan_pairs"),
    "prior": ("VariancePrior", "squeeze_variances"),
    "protein": ("Corrected", "correct_for_protein", "subtract_protein"),
    "replicates": ("average_columns",),
    "rotation": ("RotationTests", "rotate_sets"),
    "sets": ("SetTests", "compare_sets", "normal_score", "set_correlations"),
    "similarity": ("sample_similarity",),
    "single": (
        "DetectionLimit",
        "PairNoise",
        "fit_pair_noise",
        "local_scale",
        "minimal_detectable_change",
    ),
    "smoothing": ("lowess",),
    "student": ("lower_tail", "quantile", "two_sided"),
    "tail": ("TailFit", "fit_t"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "BlockCorrelation",
    "Combined",
    "Corrected",
    "DetectionCurve",
    "DetectionLimit",
    "Envelope",
    "Firth",
    "Fisher",
    "LinearFit",
    "Longitudinal",
    "MeanCorrelation",
    "Moderated",
    "NoiseModel",
    "PairNoise",
    "Pairing",
    "Permuted",
    "Plan",
    "Pooled",
    "RotationTests",
    "SetTests",
    "TailFit",
    "TwoStage",
    "VariancePrior",
    "adjust_within_selected",
    "align_intensity",
    "apply_noise_model",
    "average_columns",
    "benjamini_hochberg",
    "combine_measurements",
    "compare_sets",
    "compute_power",
    "consensus_correlation",
    "correct_for_protein",
    "count_pairs",
    "find_outlying_samples",
    "firth_logistic",
    "fisher_exact",
    "fit_contrast",
    "fit_detection",
    "fit_longitudinal",
    "fit_noise_model",
    "fit_pair_noise",
    "fit_residuals",
    "fit_t",
    "holm",
    "judge_pairs",
    "local_scale",
    "lower_tail",
    "lowess",
    "mean_pairwise_correlation",
    "minimal_detectable_change",
    "miss_probability",
    "moderate",
    "moderated",
    "normal_score",
    "permute_linear",
    "plan_groups",
    "plan_pairs",
    "pool",
    "quantile",
    "rotate_sets",
    "sample_similarity",
    "set_correlations",
    "squeeze_variances",
    "storey",
    "subtract_protein",
    "time_design",
    "tost",
    "treat",
    "two_sided",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
