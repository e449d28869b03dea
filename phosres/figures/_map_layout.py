"""Where the nodes of the pathway map stand, and what acts on what.

Drawn for phosres. The arrows are textbook relations: PI3K-AKT-mTOR, AMPK, SGK, ERK on TSC and the
feedback of S6K on receptor signalling (Saxton & Sabatini 2017, doi:10.1016/j.cell.2017.02.004), RSK
on S6 S235/S236 (Roux et al. 2007, doi:10.1074/jbc.M700906200), ERK and p38 on MNK (Fukunaga &
Hunter 1997, doi:10.1093/emboj/16.8.1921), CDK4/6 and RB (Sherr et al. 2016,
doi:10.1158/2159-8290.CD-15-0894); that from PKC to RAF and those from receptors are given without a
reference. They are for orientation: no number is computed from them.
"""

from dataclasses import dataclass

WIDTH, HEIGHT = 720.0, 520.0
"""Size of the map, units of 1/96 inch."""

NODE = (104.0, 38.0)
RECEPTOR = (82.0, 38.0)
"""Width and height of a node, and of a receptor."""

MEMBRANE = 68.0
"""Height of the line that stands for the cell membrane."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the map.

    Parameters
    ----------
    id
        Stable id, ``node-ID`` in the SVG.
    label
        Name on the map.
    x, y
        Its centre.
    source
        Table it is coloured from: ``activities``, ``readouts``, or empty for orientation only.
    key
        Set or readout in that table.
    """

    id: str
    label: str
    x: float
    y: float
    source: str = "activities"
    key: str = ""


def _receptors() -> tuple[Node, ...]:
    names = (
        ("EGFR", "EGFR"), ("ERBB2", "HER2"), ("ERBB3", "HER3"), ("MET", "MET"), ("AXL", "AXL"),
        ("IGF1R_INSR", "IGF1R/INSR"), ("PDGFR_VEGFR", "PDGFR/KDR"), ("FGFR", "FGFR"),
    )  # fmt: skip
    return tuple(
        Node(f"RTK_{key}", label, 52.0 + 88.0 * i, 36.0, key=f"RTK_{key}")
        for i, (key, label) in enumerate(names)
    )


_A, _B, _C, _D, _E, _F = 70.0, 190.0, 310.0, 430.0, 548.0, 660.0

NODES: tuple[Node, ...] = (
    *_receptors(),
    Node("PI3K_PDK1", "PI3K–PDK1", _B, 114, key="PI3K_PDK1"),
    Node("RTK_GENERIC", "RTK adaptors", _D, 114, key="RTK_GENERIC"),
    Node("PKC", "PKC", _F, 114, key="PKC"),
    Node("MTORC2", "mTORC2", _A, 178, key="MTORC2"),
    Node("AKT", "AKT", _B, 178, key="AKT"),
    Node("RAS", "RAS", _D, 178, source=""),
    Node("AKT_S473", "AKT S473", _A, 242, "readouts", "AKT_S473"),
    Node("AMPK", "LKB1–AMPK", _B, 242, key="AMPK_LKB1"),
    Node("TSC", "TSC–RHEB", _C, 242, source=""),
    Node("RAF_MEK", "RAF–MEK", _D, 242, key="RAF_MEK"),
    Node("P38", "p38–MK2", _F, 242, key="P38_MK2"),
    Node("SGK", "SGK", _A, 306, key="SGK"),
    Node("MTORC1", "mTORC1", _C, 306, key="MTORC1"),
    Node("ERK", "ERK", _D, 306, key="ERK"),
    Node("MNK", "MNK–eIF4E", _E, 306, key="MNK_EIF4E"),
    Node("JNK", "JNK", _F, 306, key="JNK"),
    Node("MTORC1_4EBP", "4E-BP arm", _B, 370, key="MTORC1.4EBP"),
    Node("MTORC1_S6K", "S6K arm", _C, 370, key="MTORC1.S6K"),
    Node("RSK", "RSK", _D, 370, key="RSK"),
    Node("CDK46_RB", "CDK4/6–RB", _E, 370, key="CDK46_RB"),
    Node("4EBP1", "4E-BP1 sites", _B, 434, "readouts", "4EBP1"),
    Node("S6_S240_S244", "S6 S240/S244", _C, 434, "readouts", "S6_S240_S244"),
    Node("S6_S235_S236", "S6 S235/S236", _D, 434, "readouts", "S6_S235_S236"),
)
"""Nodes in the order they are drawn and listed."""

_UP, _DOWN = NODE[1] / 2 + 1, NODE[1] / 2 + 3
_SIDE = NODE[0] / 2

EDGES: tuple[tuple[tuple[tuple[float, float], ...], bool, bool], ...] = (
    (((_B, MEMBRANE), (_B, 114 - _DOWN)), False, False),
    (((_D, MEMBRANE), (_D, 114 - _DOWN)), False, False),
    (((_F, MEMBRANE), (_F, 114 - _DOWN)), False, False),
    (((_B, 114 + _UP), (_B, 178 - _DOWN)), False, False),
    (((_D, 114 + _UP), (_D, 178 - _DOWN)), False, False),
    (((_D, 178 + _UP), (_D, 242 - _DOWN)), False, False),
    (((_D, 242 + _UP), (_D, 306 - _DOWN)), False, False),
    (((_D, 306 + _UP), (_D, 370 - _DOWN)), False, False),
    (((_D, 370 + _UP), (_D, 434 - _DOWN)), False, False),
    (((_F - _SIDE, 122.0), (_D + _SIDE + 3, 236.0)), False, False),  # PKC to RAF
    (((_A + _SIDE, 178), (_B - _SIDE - 3, 178)), False, False),  # mTORC2 to AKT
    (((_A, 178 + _UP), (_A, 242 - _DOWN)), False, False),
    (((_A + 44, 178 + _UP), (130.0, 242.0), (_A + 44, 306 - _DOWN)), False, False),  # to SGK
    (((_B + 40, 178 + _UP), (_C - 42, 242 - _DOWN)), True, False),  # AKT on TSC
    (((_B + _SIDE, 242), (_C - _SIDE - 3, 242)), False, False),  # AMPK to TSC
    (((_B + 40, 242 + _UP), (_C - 42, 306 - _DOWN)), True, False),  # AMPK on mTORC1
    (((_C, 242 + _UP), (_C, 306 - _DOWN)), True, False),
    (((_D - 40, 306 - _UP), (_C + 42, 242 + _DOWN)), True, False),  # ERK on TSC
    (((_C - 40, 306 + _UP), (_B + 42, 370 - _DOWN)), False, False),
    (((_C, 306 + _UP), (_C, 370 - _DOWN)), False, False),
    (((_C, 370 + _UP), (_C, 434 - _DOWN)), False, False),
    (((_C + 40, 370 + _UP), (_D - 42, 434 - _DOWN)), False, False),
    (((_B, 370 + _UP), (_B, 434 - _DOWN)), False, False),
    (((_D + _SIDE, 306), (_E - _SIDE - 3, 306)), False, False),  # ERK to MNK
    (((_D + 40, 306 + _UP), (_E - 42, 370 - _DOWN)), False, False),  # ERK to CDK4/6
    (((_F - 40, 242 + _UP), (_E + 44, 306 - _DOWN)), False, False),  # p38 to MNK
    (  # S6K on PI3K
        ((_C - _SIDE, 376.0), (250.0, 376.0), (250.0, 114.0), (_B + _SIDE + 3, 114.0)), True, True,
    ),
)  # fmt: skip
"""Lines by their corners; whether they inhibit; whether they are a feedback, drawn dashed."""
