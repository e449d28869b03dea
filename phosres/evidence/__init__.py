"""From features to one number: how several measurements of one quantity are combined.

A readout, a complex or a drug's target is seen through several features. They are not independent:
forms of one peptide stretch share digestion and biopsy, sites of one protein share its amount. They
are combined in two stages. First the forms of one stretch become one *unit*, one piece of evidence:
forms measure the same thing, so their disagreement is uncertainty
(`phosres.stats.combine_measurements`). Then the units are averaged: substrates are different
quantities, so their differences are reported, not averaged away (`phosres.stats.pool`). Noise is
correlated at both stages, so that ten forms of one peptide never count as ten.
"""

from phosres.evidence._combined import AGREEMENT, Combined, Form, nothing, write_p
from phosres.evidence._status import Outcome, Rule, judge
from phosres.evidence._trading import find_trading
from phosres.evidence._units import STRETCH, combine
from phosres.evidence._view import View, view

__all__ = [
    "AGREEMENT",
    "STRETCH",
    "Combined",
    "Form",
    "Outcome",
    "Rule",
    "View",
    "combine",
    "find_trading",
    "judge",
    "nothing",
    "view",
    "write_p",
]
