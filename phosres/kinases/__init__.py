"""Scores of kinases, or of any signed sets of sites, from a network the user brings."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from phosres.kinases._combination import Ingredients
    from phosres.kinases._contrast import add_kinases
    from phosres.kinases._exports import Edges
    from phosres.kinases._methods import METHODS, Method, combination, show_methods
    from phosres.kinases._own import activation_sites
    from phosres.kinases._placing import Placed, note, place
    from phosres.kinases._reading import read_edges, read_network
    from phosres.kinases._scoring import SetScores, score_sets, score_sets_detailed

_HOME = {
    "_combination": ("Ingredients",),
    "_contrast": ("add_kinases",),
    "_exports": ("Edges",),
    "_methods": ("METHODS", "Method", "combination", "show_methods"),
    "_own": ("activation_sites",),
    "_placing": ("Placed", "note", "place"),
    "_reading": ("read_edges", "read_network"),
    "_scoring": ("SetScores", "score_sets", "score_sets_detailed"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "METHODS",
    "Edges",
    "Ingredients",
    "Method",
    "Placed",
    "SetScores",
    "activation_sites",
    "add_kinases",
    "combination",
    "note",
    "place",
    "read_edges",
    "read_network",
    "score_sets",
    "score_sets_detailed",
    "show_methods",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
