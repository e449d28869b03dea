"""Sites of one protein that are filled one after the other: S6 and 4E-BP1.

A molecule goes through a chain of forms, 0 -> 1 -> 2 ... phosphates, in one of a few orders. In the
steady state each step multiplies the amount by the ratio of kinase to phosphatase activity at the
next site (the kinase to the power `GAIN`), so the share of the form with n phosphates is
proportional to the product of the first n ratios (the equilibrium of a sequential, distributive
chain). A peptide shows the part of the form that lies on it. Hence forms trade: when the kinase
falls from saturation, the fully phosphorylated peptide falls steeply and feeds the singly
phosphorylated one, which rises.

Orders: S6 S236/S235 -> S240/S244 -> S247 (Martin-Perez & Thomas 1983, doi:10.1073/pnas.80.4.926;
Hutchinson et al. 2011, doi:10.1074/jbc.M110.141754); 4E-BP1 T37/T46 -> T70 -> S65 (Gingras et al.
2001, doi:10.1101/gad.912401). Ratios and shares are our estimates.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosres.simulation._biology import PATHWAYS


@dataclass(frozen=True, slots=True)
class Step:
    """Phosphorylation of one site.

    Parameters
    ----------
    ratio
        Kinase to phosphatase ratio when every activity is at its reference.
    kinases
        Share of each kinase in the phosphorylation at the reference; they sum to 1.
    """

    ratio: float
    kinases: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Chain:
    """A protein whose sites are filled in order.

    Parameters
    ----------
    gene
        Gene symbol.
    level
        Log2 abundance of the protein's peptides relative to the median peptide.
    steps
        Step by position.
    orders
        Share of molecules and the order in which their positions are filled.
    peptides
        First position, last position and share of the digest.
    """

    gene: str
    level: float
    steps: Mapping[int, Step]
    orders: tuple[tuple[float, tuple[int, ...]], ...]
    peptides: tuple[tuple[int, int, float], ...]


# RSK reaches S235/S236 but not S240/S244 (Pende et al. 2004, doi:10.1128/MCB.24.8.3112-3124.2004);
# that its share is small while mTORC1 is on is our estimate.
_S6K_RSK = {"S6K": 0.87, "RSK": 0.13}
CHAINS = (
    Chain(
        gene="RPS6",
        level=7.0,
        steps={
            236: Step(1.8, _S6K_RSK),
            235: Step(1.5, _S6K_RSK),
            240: Step(1.2, {"S6K": 1.0}),
            244: Step(0.8, {"S6K": 1.0}),
            247: Step(0.5, {"S6K": 1.0}),
        },
        orders=(
            (0.7, (236, 235, 240, 244, 247)),
            (0.2, (236, 240, 235, 244, 247)),
            (0.1, (235, 236, 240, 244, 247)),
        ),
        # RLSSLR, LSSLRASTSK, RLSSLRASTSK, LSSLRASTSKSESSQK, ASTSKSESSQK
        peptides=(
            (233, 238, 0.15),
            (234, 243, 0.35),
            (233, 243, 0.3),
            (234, 249, 0.12),
            (239, 249, 0.08),
        ),
    ),
    Chain(
        gene="EIF4EBP1",
        level=4.5,
        steps={
            46: Step(3.0, {"EBP_PRIMING": 1.0}),
            37: Step(2.0, {"EBP_PRIMING": 1.0}),
            70: Step(0.8, {"EBP_LATE": 1.0}),
            65: Step(0.5, {"EBP_LATE": 1.0}),
        },
        orders=((0.6, (46, 37, 70, 65)), (0.4, (37, 46, 70, 65))),
        # the T37/T46 peptide, NSPVTK, NSPVTKTPPR
        peptides=((21, 51, 0.4), (64, 69, 0.3), (64, 73, 0.3)),
    ),
)

GAIN = 0.6
"""Log2 change of a step's ratio per log2 change of its kinases. Below 1, because changes multiply
along the chain, and phosphatases and other kinases buffer them; an estimate that keeps the forms
within the 1 to 4 log2 that are seen under mTOR inhibitors."""

RAREST = 1e-3
"""Forms below this share of the protein before treatment are not in the table."""


@dataclass(frozen=True, eq=False, slots=True)
class OccupiedForm:
    """A peptidoform of a chain.

    Parameters
    ----------
    positions
        Phosphorylated positions.
    peptide
        First and last position of the peptide.
    level
        Log2 abundance at the reference relative to the median peptide.
    change
        Log2 abundance relative to that, subjects x (pre, on).
    """

    positions: tuple[int, ...]
    peptide: tuple[int, int]
    level: float
    change: NDArray[np.float64]


def occupy(chain: Chain, activity: NDArray[np.float64]) -> list[OccupiedForm]:
    """Work out the abundance of every peptidoform of a chain.

    Parameters
    ----------
    chain
        The protein.
    activity
        Log2 activity, pathways x subjects x (pre, on).

    Returns
    -------
    The forms that are frequent enough at the reference, by peptide.
    """
    molecules = _molecules(chain, activity)
    reference = _molecules(chain, np.zeros((len(PATHWAYS), 1, 1)))
    forms = []
    for first, last, share in chain.peptides:
        for positions in sorted({_project(m, first, last) for m in molecules} - {()}):
            seen = [m for m in molecules if _project(m, first, last) == positions]
            usual = sum(float(reference[m].item()) for m in seen)
            if usual < RAREST:
                continue
            change = np.log2(sum(molecules[m] for m in seen) / usual)
            level = chain.level + float(np.log2(share * usual))
            forms.append(OccupiedForm(positions, (first, last), level, change))
    return forms


def _molecules(
    chain: Chain, activity: NDArray[np.float64]
) -> dict[tuple[int, ...], NDArray[np.float64]]:
    """Return the share of each form of the whole molecule, by its filled positions in order."""
    kinase = dict(zip(PATHWAYS, np.exp2(activity), strict=True))
    ratio = {
        position: step.ratio * sum(w * kinase[name] for name, w in step.kinases.items()) ** GAIN
        for position, step in chain.steps.items()
    }
    shares: dict[tuple[int, ...], NDArray[np.float64]] = {}
    for share, order in chain.orders:
        products = np.cumprod(np.stack([ratio[p] for p in order]), axis=0)
        total = 1 + products.sum(axis=0)
        for n, product in enumerate(products, start=1):
            filled = order[:n]
            shares[filled] = shares.get(filled, 0) + share * product / total
    return shares


def _project(filled: tuple[int, ...], first: int, last: int) -> tuple[int, ...]:
    return tuple(sorted(p for p in filled if first <= p <= last))
