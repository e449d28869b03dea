"""Fixtures of the calls: contrasts made by hand, and changes that several tests use."""

from collections.abc import Callable

import pandas as pd
import pytest

from phosres.knowledge import Knowledge, load
from phosres.results import Contrast
from tests.resistance.handmade import call_by_hand, make_contrast

Make = Callable[..., Contrast]
Ask = Callable[..., pd.DataFrame]

AKT_DOWN = {"AKT1S1_T246": -2.0, "TSC2_T1462": -2.2, "GSK3B_S9": -1.8, "FOXO3_S253": -2.0}
"""A clear fall of AKT substrates on four proteins."""
S6K_DOWN = {"RPS6_S240": -2.0, "CAD_S1859": -2.1, "RICTOR_T1135": -1.9, "PDCD4_S457": -2.0}
MTORC1_UP = {"RPS6_S240": 2.0, "RPS6_S244": 2.1, "EIF4EBP1_T37": 1.9, "EIF4EBP1_S65": 2.0}
ERK_UP = {"MAPK1_Y187": 2.0, "MAPK3_Y204": 2.1, "RPS6KA1_S363": 1.9, "RPS6KA3_S369": 2.0}
STRESS = {"HSPB1_S82": 2.0, "MAPK14_Y182": 2.2, "JUN_S63": 1.9, "MAPK8_Y185": 2.1}


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The knowledge base of the package."""
    return load()


@pytest.fixture(scope="session")
def make() -> Make:
    """Make a contrast of curated sites with given changes; NaN is a site seen before only."""
    return make_contrast


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Call a hand-made pair or cohort; returns the calls by id, engagement as ENGAGEMENT."""
    return call_by_hand


@pytest.fixture(scope="session")
def akt_down() -> dict[str, float]:
    """A clear fall of AKT substrates on four proteins."""
    return dict(AKT_DOWN)


@pytest.fixture(scope="session")
def s6k_down() -> dict[str, float]:
    """A clear fall of S6K outputs on four proteins."""
    return dict(S6K_DOWN)


@pytest.fixture(scope="session")
def mtorc1_up() -> dict[str, float]:
    """A clear rise of S6 S240/S244 and 4E-BP1."""
    return dict(MTORC1_UP)


@pytest.fixture(scope="session")
def erk_up() -> dict[str, float]:
    """A clear rise of ERK and RSK loops."""
    return dict(ERK_UP)


@pytest.fixture(scope="session")
def stress() -> dict[str, float]:
    """A clear rise of p38, JNK and HSP27 sites."""
    return dict(STRESS)
