"""Views of a few forms with changes given by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from phosres.evidence import View
from phosres.knowledge import Member

CORRELATION = {"stretch": 0.6, "protein": 0.3, "between": 0.1}


@dataclass(frozen=True)
class Spot:
    """One form: change, error, protein, position, sites, phosphates."""

    log2fc: float
    se: float = 0.2
    protein: str = "A"
    position: int = 10
    site: str = ""
    multiplicity: float = 1.0
    df: float = 10.0
    mean: float = 22.0
    n_pre: int = 1
    n_on: int = 1

    @property
    def site_ids(self) -> tuple[str, ...]:
        return tuple((self.site or f"{self.protein}_S{self.position}").split(";"))


def see(*spots: Spot, correlation: Mapping[str, float] = CORRELATION) -> View:
    """Make a view; features are called F0, F1, ... in the order given."""
    by_site: dict[str, list[int]] = {}
    for i, s in enumerate(spots):
        for site in s.site_ids:
            by_site.setdefault(site, []).append(i)
    columns = {
        name: np.array([float(getattr(s, name)) for s in spots])
        for name in ("position", "multiplicity", "log2fc", "se", "df", "mean")
    }
    return View(
        features=tuple(f"F{i}" for i in range(len(spots))),
        by_site={k: tuple(v) for k, v in by_site.items()},
        protein=tuple(s.protein for s in spots),
        n_pre=np.array([s.n_pre for s in spots]),
        n_on=np.array([s.n_on for s in spots]),
        correlation=correlation,
        **columns,
    )


def member(site: str, sign: int = 1, weight: float = 1.0) -> Member:
    """Make a member of a set."""
    return Member(site, sign, "core", weight, "")


@pytest.fixture(scope="session")
def spot() -> Callable[..., Spot]:
    """Maker of forms."""
    return Spot


@pytest.fixture(scope="session")
def look() -> Callable[..., View]:
    """Maker of views."""
    return see


@pytest.fixture(scope="session")
def site() -> Callable[..., Member]:
    """Maker of members."""
    return member
