"""Contrasts by hand, as the tests of scoring make them."""

from tests.scoring.conftest import cohort, observed, spot

__all__ = ["cohort", "observed", "spot"]
