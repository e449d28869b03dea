"""phosres: from paired tumour phosphoproteomes to mTORC1 and mTORC2 readouts and calls.

The verbs in the order of the data: `read`, `normalize`, `contrast`, `score`, `call`; `run` does all
of them from a configuration, `simulate` makes a cohort with known truth. Everything is imported on
first use, so ``import phosres`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from phosres import exports, stats
    from phosres.config import Config
    from phosres.contrasts import contrast
    from phosres.errors import ConfigError, DataError, KnowledgeError, PhosresError, Problem
    from phosres.gallery import draw
    from phosres.kinases import score_sets
    from phosres.noise import NoisePanel, fit_noise_model
    from phosres.normalization import normalize
    from phosres.pipeline import read, run
    from phosres.planning import plan
    from phosres.resistance import call
    from phosres.results import (
        Audit,
        Calls,
        Contrast,
        Quality,
        RunResult,
        Scores,
        SiteEffects,
    )
    from phosres.scoring import score
    from phosres.simulation import simulate
    from phosres.states import infer_states
    from phosres.table import PhosphoTable

    __version__: str

__all__ = [
    "Audit",
    "Calls",
    "Config",
    "ConfigError",
    "Contrast",
    "DataError",
    "KnowledgeError",
    "NoisePanel",
    "PhosphoTable",
    "PhosresError",
    "Problem",
    "Quality",
    "RunResult",
    "Scores",
    "SiteEffects",
    "__version__",
    "call",
    "contrast",
    "draw",
    "exports",
    "fit_noise_model",
    "infer_states",
    "normalize",
    "plan",
    "read",
    "run",
    "score",
    "score_sets",
    "simulate",
    "stats",
]

_HOMES = {
    "phosres.config": ("Config",),
    "phosres.contrasts": ("contrast",),
    "phosres.errors": ("ConfigError", "DataError", "KnowledgeError", "PhosresError", "Problem"),
    "phosres.gallery": ("draw",),
    "phosres.kinases": ("score_sets",),
    "phosres.noise": ("NoisePanel", "fit_noise_model"),
    "phosres.normalization": ("normalize",),
    "phosres.pipeline": ("read", "run"),
    "phosres.planning": ("plan",),
    "phosres.resistance": ("call",),
    "phosres.results": (
        "Audit",
        "Calls",
        "Contrast",
        "Quality",
        "RunResult",
        "Scores",
        "SiteEffects",
    ),
    "phosres.scoring": ("score",),
    "phosres.simulation": ("simulate",),
    "phosres.states": ("infer_states",),
    "phosres.table": ("PhosphoTable",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = _version()
    elif name in ("exports", "stats"):
        value = import_module(f"phosres.{name}")
    elif name in _HOME_OF:
        value = getattr(import_module(_HOME_OF[name]), name)
    else:
        raise AttributeError(f"module 'phosres' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("phosres")
    except PackageNotFoundError:
        return "0+unknown"
