"""An invented proteome around the curated sites: proteins, tryptic phosphopeptides, decoys.

Accessions and genes are ``SIM0001`` and up: no UniProt accession has that shape, so an invented
protein can never be taken for a real one. Sequences are random letters at the frequencies of the
human proteome.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.simulation._biology import PATHWAYS

# Residue frequencies in per cent, close to those of the human proteome.
_FREQUENCIES = {
    "A": 7.0, "R": 5.6, "N": 3.6, "D": 4.7, "C": 2.3, "Q": 4.8, "E": 7.1, "G": 6.6, "H": 2.6,
    "I": 4.3, "L": 10.0, "K": 5.7, "M": 2.1, "F": 3.7, "P": 6.3, "S": 8.3, "T": 5.4, "W": 1.2,
    "Y": 2.7, "V": 6.0,
}  # fmt: skip
_LENGTH = 300
_TRYPTIC = re.compile(r"(?:[^KR]|[KR](?=P))*[KR](?!P)")
_MEASURED = range(7, 28)
# Share of S, T and Y among phosphosites is about 84, 15 and 1 to 2 % (Olsen et al. 2006,
# doi:10.1016/j.cell.2006.09.026); relative to their frequencies in sequence:
_AFFINITY = {"S": 1.0, "T": 0.3, "Y": 0.08}
_PER_PROTEIN = 2.2
"""Phosphopeptides a protein, on average."""

# Of 100 phosphorylated stretches, so many are seen with one, two or three sites; the forms listed
# are subsets of their sites A, B, C. Site tables are about 65 % ___1, 27 % ___2 and 7 % ___3.
_STRETCHES: tuple[tuple[float, int, tuple[tuple[int, ...], ...]], ...] = (
    (0.66, 1, ((0,),)),
    (0.12, 2, ((0,), (0, 1))),
    (0.10, 2, ((0,), (1,), (0, 1))),
    (0.04, 2, ((0, 1),)),
    (0.06, 3, ((0,), (0, 1), (0, 1, 2))),
    (0.02, 3, ((0, 1, 2),)),
)
_MISSED_CLEAVAGE = 0.04
"""Share of stretches seen on a second peptide with a missed cleavage: same sites, one row."""

# Shares of the background that move, and how: cell-cycle proteins fall with RB1, some proteins move
# with the compound for no known reason (slightly more down than up), some with ischemia.
_CELL_CYCLE, _NONSPECIFIC, _STRESSED = 0.04, 0.04, 0.03


@dataclass(frozen=True, eq=False)
class Background:
    """Invented proteins and their peptidoforms.

    Parameters
    ----------
    sequences
        Sequence by accession.
    forms
        One row a peptidoform: kind, gene, protein, positions, start, end, level.
    weights
        What drives them, peptidoforms x pathways.
    """

    sequences: dict[str, str]
    forms: pd.DataFrame
    weights: NDArray[np.float64]


def invent_background(
    n_forms: int, draw: np.random.Generator, *, prefix: str = "SIM", kind: str = "background"
) -> Background:
    """Invent proteins until they carry the wanted number of peptidoforms.

    Parameters
    ----------
    n_forms
        Number of peptidoforms.
    draw
        Random numbers.
    prefix
        What the accessions begin with.
    kind
        ``background``, ``decoy`` or ``contaminant``.
    """
    n_proteins = int(n_forms / _PER_PROTEIN / 1.5) + 8
    names = [f"{prefix}{i + 1:04d}" for i in range(n_proteins)]
    sequences = dict(zip(names, _invent_sequences(n_proteins, draw), strict=True))
    rows: list[tuple[str, tuple[int, ...], int, int, int, bool]] = []
    for row in _grow_forms(sequences, draw):
        if len(rows) == n_forms:
            break
        rows.append(row)
    forms = pd.DataFrame(
        rows, columns=["protein", "positions", "start", "end", "stretch", "missed"]
    )
    forms = forms.assign(kind=kind, gene=forms["protein"])
    forms["level"] = _invent_levels(forms, draw)
    weights = _invent_weights(forms, draw)
    columns = ["kind", "gene", "protein", "positions", "start", "end", "level"]
    return Background(sequences, forms[columns], weights)


def _invent_sequences(n: int, draw: np.random.Generator) -> list[str]:
    letters = np.array(list(_FREQUENCIES))
    edges = np.cumsum(list(_FREQUENCIES.values())) / sum(_FREQUENCIES.values())
    chosen = letters[np.searchsorted(edges, draw.random((n, _LENGTH)), side="right")]
    return ["M" + "".join(row[1:]) for row in chosen]


def _grow_forms(
    sequences: dict[str, str], draw: np.random.Generator
) -> Iterator[tuple[str, tuple[int, ...], int, int, int, bool]]:
    """Yield (protein, positions, start, end, stretch, missed), peptides in random order."""
    peptides = [
        (name, m.start() + 1, m.end())
        for name, sequence in sequences.items()
        for m in _TRYPTIC.finditer(sequence)
        if len(m.group()) in _MEASURED
    ]
    edges = np.cumsum([share for share, _, _ in _STRETCHES])
    order = np.argsort(draw.random(len(peptides)), kind="stable")
    classes = np.searchsorted(edges, draw.random(len(peptides)) * edges[-1], side="right")
    missed = draw.random(len(peptides)) < _MISSED_CLEAVAGE
    keys = draw.random((len(peptides), max(_MEASURED) + 1))
    for stretch, k in enumerate(order):
        name, start, end = peptides[k]
        _, n_sites, forms = _STRETCHES[classes[k]]
        sites = _choose_sites(sequences[name][start - 1 : end], n_sites, keys[k])
        for form in forms if len(sites) == n_sites else ():
            positions = tuple(start + sites[i] for i in form)
            yield name, positions, start, end, stretch, False
        if len(sites) == n_sites and missed[k] and start > 8:
            positions = tuple(start + sites[i] for i in forms[0])
            yield name, positions, start - 6, end, stretch, True


def _choose_sites(peptide: str, n: int, keys: NDArray[np.float64]) -> list[int]:
    """Choose n residues of a peptide, each with its affinity (Efraimidis and Spirakis' keys)."""
    ranked = sorted(
        (i for i, r in enumerate(peptide) if r in _AFFINITY),
        key=lambda i: -(keys[i] ** (1 / _AFFINITY[peptide[i]])),
    )
    return sorted(ranked[:n])


def _per_group(values: "pd.Series[Any]", draw: np.random.Generator) -> NDArray[np.float64]:
    codes, groups = pd.factorize(values)
    return draw.standard_normal(len(groups))[codes]


def _invent_levels(forms: pd.DataFrame, draw: np.random.Generator) -> NDArray[np.float64]:
    """Log2 abundance: intensities of peptides span four to five decades (sd about 2 log2)."""
    phosphates = forms["positions"].map(len).to_numpy()
    return np.asarray(
        1.2 * _per_group(forms["protein"], draw)
        + 1.3 * _per_group(forms["stretch"], draw)
        + 0.8 * draw.standard_normal(len(forms))
        - 0.7 * (phosphates - 1)
        - 1.0 * forms["missed"].to_numpy()
    )


def _invent_weights(forms: pd.DataFrame, draw: np.random.Generator) -> NDArray[np.float64]:
    codes, proteins = pd.factorize(forms["protein"])
    role = draw.random(len(proteins))[codes]
    size = draw.random(len(forms))
    bell = draw.standard_normal(len(forms))
    weights = np.zeros((len(forms), len(PATHWAYS)))
    edges = np.cumsum([_CELL_CYCLE, _NONSPECIFIC, _STRESSED])
    moves = (
        ("CDK", role < edges[0], 0.4 + 0.6 * size),
        ("DRUG", (role >= edges[0]) & (role < edges[1]), -0.2 + 0.4 * bell),
        ("ISCHEMIA", (role >= edges[1]) & (role < edges[2]), 0.4 + 0.8 * size),
    )
    for pathway, who, weight in moves:
        weights[who, PATHWAYS.index(pathway)] = weight[who]
    return weights
