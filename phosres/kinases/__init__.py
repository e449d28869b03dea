"""Scores of kinases, or of any signed sets of sites, from a network the user brings."""

from phosres.kinases._combination import Ingredients
from phosres.kinases._methods import METHODS, Method, combination, show_methods
from phosres.kinases._own import activation_sites
from phosres.kinases._reading import read_network
from phosres.kinases._scoring import SetScores, score_sets, score_sets_detailed

__all__ = [
    "METHODS",
    "Ingredients",
    "Method",
    "SetScores",
    "activation_sites",
    "combination",
    "read_network",
    "score_sets",
    "score_sets_detailed",
    "show_methods",
]
