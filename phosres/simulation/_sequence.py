"""Protein sequences that are right around the curated sites and invented everywhere else.

The package knows fifteen residues around each curated site, MaxQuant writes thirty-one and the
peptide. What lies between is filled with residues that depend on the accession alone: neither
phosphorylatable (no S, T, Y) nor arginine, with a lysine now and then so that peptides end. Windows
of 15 are therefore real, the outer eight residues of a 31-mer and the ends of a peptide often not.
"""

import zlib
from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np

FLANK = 15
"""Residues on each side of the site in MaxQuant's sequence window."""

_FILLER = np.array(list("AVLGEDPNQFIHMAVLGEKK"))
# The filler's lysine share, 1 in 10 as in real proteins for lysine and arginine together, ends
# invented peptides at the lengths that are measured.
_TAIL = 40
# Residues appended behind the last curated site where the protein's end is not known.


class CuratedSite(Protocol):
    """What is needed of a curated site; `phosres.knowledge` provides it."""

    @property
    def site_id(self) -> str: ...
    @property
    def gene(self) -> str: ...
    @property
    def uniprot(self) -> str: ...
    @property
    def residue(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def window15(self) -> str: ...


def patch_sequences(sites: Iterable[CuratedSite]) -> dict[str, str]:
    """Build one sequence per accession from the curated windows and filler.

    Parameters
    ----------
    sites
        Curated sites of any number of proteins.

    Returns
    -------
    Sequence by accession; every curated window can be read from it.
    """
    known: dict[str, dict[int, str]] = {}
    for site in sites:
        residues = known.setdefault(site.uniprot, {})
        half = len(site.window15) // 2
        residues.update(enumerate(site.window15, start=site.position - half))
    return {accession: _patch(accession, residues) for accession, residues in known.items()}


def _patch(accession: str, residues: Mapping[int, str]) -> str:
    inside = {p: r for p, r in residues.items() if r != "_" and p > 0}
    ends = [p for p, r in residues.items() if r == "_" and p > 0]
    length = min(ends) - 1 if ends else max(inside) + _TAIL
    draw = np.random.Generator(np.random.PCG64(zlib.crc32(accession.encode())))
    sequence = _FILLER[(draw.random(length) * len(_FILLER)).astype(int)]
    for position, residue in inside.items():
        sequence[position - 1] = residue
    return "".join(sequence)


def cut_window(sequence: str, position: int) -> str:
    """Cut MaxQuant's 31-mer, ``_`` beyond the ends.

    Parameters
    ----------
    sequence
        Protein sequence.
    position
        1-based position of the site.
    """
    padded = "_" * FLANK + sequence + "_" * FLANK
    return padded[position - 1 : position + 2 * FLANK]


def digest(sequence: str, first: int, last: int, shortest: int = 7) -> tuple[int, int]:
    """Find the tryptic peptide that spans some sites.

    Parameters
    ----------
    sequence
        Protein sequence.
    first, last
        1-based positions of the first and the last site.
    shortest
        Peptides below this length (MaxQuant's default minimum is 7) keep a missed cleavage.

    Returns
    -------
    1-based first and last position of the peptide. Cleavage is behind K or R, not before P.
    """
    start, end = _cleavage_before(sequence, first), _cleavage_behind(sequence, last)
    if end - start + 1 < shortest and start > 1:
        start = _cleavage_before(sequence, start - 1)
    if end - start + 1 < shortest and end < len(sequence):
        end = _cleavage_behind(sequence, end + 1)
    return start, end


def _cleaves(sequence: str, position: int) -> bool:
    return sequence[position - 1] in "KR" and sequence[position : position + 1] != "P"


def _cleavage_before(sequence: str, position: int) -> int:
    return next((p + 1 for p in range(position - 1, 0, -1) if _cleaves(sequence, p)), 1)


def _cleavage_behind(sequence: str, position: int) -> int:
    ends = range(position, len(sequence))
    return next((p for p in ends if _cleaves(sequence, p)), len(sequence))
