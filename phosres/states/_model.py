"""The states of mTOR as patterns of six quantities, each down, kept or up.

A state says which of the quantities fell, stayed or rose. How far they move is not part of a state:
sizes are drawn from the same wide distributions for every state, so a state is told by its pattern.
All numbers here are stated estimates with their reason; none is fitted to data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

AXES = ("S6K", "DUAL", "EBP", "LATE", "AKT", "RSK", "DIRECT")
"""True changes a state speaks of: S6K-only sites; S6 S235/S236, which S6K and RSK write; 4E-BP1
T37/T46; 4E-BP1 S65/T70; the hydrophobic motif of AKT with what stands in for it; RSK itself; other
direct substrates of mTORC1 (PRAS40 S183, ULK1 S758)."""

LEVELS = ("down", "kept", "up", "partly")
"""What may become of a quantity; *partly* is a smaller fall, as rapamycin causes at S65."""

STATES: Mapping[str, str] = MappingProxyType(
    {
        "BOTH_OFF": "mTORC1 and mTORC2 off",
        "MTORC1_OFF_AKT_FEEDBACK": "mTORC1 off, AKT raised by feedback",
        "S6_OFF_4EBP1_KEPT": "S6K arm off, 4E-BP1 T37/T46 kept",
        "RSK_BYPASS": "S6K arm off, S6 S235/S236 kept or up through RSK",
        "MTORC1_KEPT": "mTORC1 kept",
        "MTORC1_UP": "mTORC1 up",
        "CANNOT_TELL": "none of these, or too little to tell",
    }
)
"""The states by their stable ids, as they are named to a reader."""

REQUIRED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "BOTH_OFF": ("S6K", "EBP", "AKT"),
        "MTORC1_OFF_AKT_FEEDBACK": ("S6K", "EBP", "AKT"),
        "S6_OFF_4EBP1_KEPT": ("S6K", "EBP"),
        "RSK_BYPASS": ("S6K", "DUAL"),
        "MTORC1_KEPT": ("S6K",),
        "MTORC1_UP": ("S6K",),
        "CANNOT_TELL": (),
    }
)
"""Quantities without which a state is not claimed, whatever its probability: what the state says of
them must have been seen."""

THRESHOLD = 2 / 3
"""Probability from which a state is claimed. Chow 1970 (doi 10.1109/TIT.1970.1054406): the best
rule abstains below 1 - (cost of abstaining / cost of an error); a wrong state is taken to be three
times as bad as none."""

PAIR_CORRELATION: Mapping[str, float] = MappingProxyType(
    {"stretch": 0.55, "protein": 0.35, "between": 0.15}
)
"""Noise correlation between readouts of a single pair: the middle of what was found in null pairs
of xenografts, rat cells and mouse muscle (within a stretch 0.3 to 0.8, within a protein 0.25 to
0.5, between proteins 0.12 to 0.22). Tests take the upper end to keep their level; a probability
that is to be right on average takes the middle."""

PAIR_SHARPNESS = 1.5
"""Power on the probabilities of a single pair, learnt on simulated pairs (docs/mtor_state.md):
sizes, spread, lapses and correlations are each set wide, and together make the model less sure than
it is right. The probabilities of cohorts are left as they are."""

# Sizes of a change, log2. Under rapamycin, Torin 1 and PI-103 cell lines move their sites by 1.2 to
# 3.2 (medians of sets); tumours are diluted by stroma and drugs clear, so the median is set at the
# lower end. Log-normal: a change always has its direction, and 95 % lie within a factor of 2.5.
# Rises are smaller than falls because a site that is already full cannot rise.
DOWN_MEDIAN, UP_MEDIAN, SIZE_SPREAD = 1.4, 1.0, 0.45
# S6 S235/S236 is the amount of all forms together, singly phosphorylated ones included, and moves
# less than the fuller forms of the other axes.
DUAL_PART = 0.6
# Kept: 98 % within 0.58 log2, the margin of 1.5-fold in which a readout is called unchanged.
KEPT_SD = 0.25

PARTLY = 0.45
"""Size of a partial fall relative to a full one: S65 kept about half its phosphate under rapamycin
(stated estimate)."""

Weights = tuple[float, ...]
_DOWN: Weights = (1, 0, 0)
_KEPT: Weights = (0, 1, 0)
_UP: Weights = (0, 0, 1)
_ANY: Weights = (1 / 3, 1 / 3, 1 / 3)
# Where S6K is off and S235/S236 fell with it, RSK has hardly risen: it would have held them.
_RSK_QUIET: Weights = (0.25, 0.65, 0.1)
# What belongs to another pathway mostly stays as it was.
_ELSEWHERE: Weights = (0.2, 0.6, 0.2)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way a state shows: chance of each level on each axis.

    Parameters
    ----------
    state
        Id of the state.
    share
        Part of the state's probability; the patterns of a state sum to 1.
    s6k, dual, ebp, late, akt, rsk, direct
        Chances of down, kept, up and (if given) partly on each axis.
    """

    state: str
    share: float
    s6k: Weights
    dual: Weights
    ebp: Weights
    late: Weights
    akt: Weights
    direct: Weights
    rsk: Weights = _ELSEWHERE

    @property
    def levels(self) -> tuple[Weights, ...]:
        """Chances by axis, in the order of `AXES`."""
        given = (self.s6k, self.dual, self.ebp, self.late, self.akt, self.rsk, self.direct)
        return tuple(w + (0.0,) * (len(LEVELS) - len(w)) for w in given)


# S6 S235/S236 mostly follow S6K; in some tumours another kinase holds them half-way (Pende et al.
# 2004, doi:10.1128/MCB.24.8.3112-3124.2004, S6K-less mice keep them).
_FOLLOWS: Weights = (0.85, 0.15, 0)
# S65 and T70 fall after T37/T46 are lost (Gingras et al. 2001, doi:10.1101/gad.912401), but T70 is
# a mitotic site, too.
_LATE_FOLLOWS: Weights = (0.9, 0.1, 0)


_LATE_STAYS: Weights = (0.2, 0.8, 0)
_RISES: Weights = (0, 0.2, 0.8)
_RSK_ACTIVE: Weights = (0.05, 0.15, 0.8)
# Other substrates follow mTORC1 as a whole.
_DIRECT_FOLLOWS: Weights = (0.85, 0.15, 0)


def _other() -> tuple[Pattern, ...]:
    """List what none of the states describes.

    mTORC1 off while AKT stays as it was, feedback and loss of mTORC2 in balance, is expected most;
    then arms of mTORC1 that go apart; a fifth is left for arms as in a named state with the rest as
    it may be.
    """
    together = {0: (0.6, 0.3, 0.1), 1: (0.2, 0.6, 0.2), 2: (0.1, 0.3, 0.6)}
    single = (_DOWN, _KEPT, _UP)
    named = {(0, 0), (0, 1), (1, 1), (2, 1), (2, 2)}
    balanced = Pattern(
        "CANNOT_TELL",
        0.4,
        _DOWN,
        _FOLLOWS,
        _DOWN,
        _LATE_FOLLOWS,
        _KEPT,
        _DIRECT_FOLLOWS,
        _RSK_QUIET,
    )
    return balanced, *(
        Pattern(
            "CANNOT_TELL",
            0.2 / len(named) if (s, b) in named else 0.4 / (9 - len(named)),
            single[s],
            together[s],
            single[b],
            together[b],
            _ANY,
            together[b],
        )
        for s in range(3)
        for b in range(3)
    )


PATTERNS = (
    Pattern(
        "BOTH_OFF", 1.0, _DOWN, _FOLLOWS, _DOWN, _LATE_FOLLOWS, _DOWN, _DIRECT_FOLLOWS, _RSK_QUIET
    ),
    # The brake of S6K on IRS1 is gone: AKT S473 rose in tumours under everolimus (O'Reilly et al.
    # 2006, PMID 16452206). mTORC1 off means both arms.
    Pattern(
        "MTORC1_OFF_AKT_FEEDBACK",
        1.0,
        _DOWN,
        _FOLLOWS,
        _DOWN,
        _LATE_FOLLOWS,
        _UP,
        _DIRECT_FOLLOWS,
        _RSK_QUIET,
    ),
    # Rapamycin leaves 4E-BP1 T37/T46, S65 partly (Choo et al. 2008, PMID 18955708; Thoreen et al.
    # 2009, PMID 19150980); AKT may be fed back or not, so it does not define the state.
    Pattern(
        "S6_OFF_4EBP1_KEPT",
        1.0,
        _DOWN,
        _FOLLOWS,
        _KEPT,
        (0.1, 0.4, 0, 0.5),
        (0.1, 0.4, 0.5),
        (0.1, 0.5, 0, 0.4),
        _RSK_QUIET,
    ),
    # RSK writes S235/S236 but not S240/S244 (Pende et al. 2004); 4E-BP1 may be off or kept. Where
    # RSK itself was seen not to rise, another kinase (PKA) would have to be the one.
    Pattern(
        "RSK_BYPASS",
        0.5,
        _DOWN,
        (0, 0.5, 0.5),
        _DOWN,
        _LATE_FOLLOWS,
        _ANY,
        _DIRECT_FOLLOWS,
        _RSK_ACTIVE,
    ),
    Pattern(
        "RSK_BYPASS", 0.5, _DOWN, (0, 0.5, 0.5), _KEPT, _LATE_STAYS, _ANY, _LATE_STAYS, _RSK_ACTIVE
    ),
    # PI3K or MEK inhibitors that do not reach mTORC1: AKT and RSK may fall, and with RSK a part of
    # S235/S236 (Corcoran et al. 2013, PMID 23903755; Elkabets et al. 2013, PMID 23903756).
    Pattern(
        "MTORC1_KEPT", 1.0, _KEPT, (0.2, 0.7, 0.1), _KEPT, (0.1, 0.8, 0.1), _ANY, (0.1, 0.8, 0.1)
    ),
    # A rise shows where there is room: 4E-BP1 is often full already.
    Pattern("MTORC1_UP", 0.6, _UP, (0, 0.2, 0.8), _UP, _RISES, _ANY, _RISES),
    Pattern("MTORC1_UP", 0.4, _UP, (0, 0.2, 0.8), _KEPT, (0, 0.6, 0.4), _ANY, (0, 0.6, 0.4)),
    *_other(),
)
"""Every way every state shows. States are equally likely beforehand: how often each occurs depends
on drug, dose and tumour, which the reader knows better than a table."""


def component_weights() -> tuple[FloatArray, NDArray[np.int64], FloatArray]:
    """Return the patterns as arrays.

    Returns
    -------
    Level chances, shape (patterns, axes, levels); the state of each pattern by its place in
    `STATES`; and the prior of each pattern, shape (patterns,), sum 1.
    """
    names = list(STATES)
    levels = np.array([p.levels for p in PATTERNS])
    state = np.array([names.index(p.state) for p in PATTERNS])
    prior = np.array([p.share for p in PATTERNS]) / len(names)
    return levels, state, prior


def level_nodes(n: int = 7) -> tuple[FloatArray, FloatArray]:
    """Return quadrature nodes of the true change at each level.

    Parameters
    ----------
    n
        Nodes of Gauss-Hermite quadrature.

    Returns
    -------
    Changes, shape (axes, levels, n), and weights, shape (n,), sum 1.
    """
    z, weights = normal_nodes(n)
    size = np.exp(SIZE_SPREAD * z)
    part = np.where(np.array(AXES) == "DUAL", DUAL_PART, 1.0)[:, None]
    kept = np.broadcast_to(KEPT_SD * z, (len(AXES), n))
    fall, rise = -DOWN_MEDIAN * part * size, UP_MEDIAN * part * size
    return np.stack([fall, kept, rise, PARTLY * fall], axis=1), weights


def normal_nodes(n: int) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights that integrate over a standard normal.

    Parameters
    ----------
    n
        How many.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(n)
    return nodes, weights / weights.sum()
