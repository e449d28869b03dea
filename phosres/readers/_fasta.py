"""Protein sequences of a FASTA file, and where peptides lie in them, whatever the protease.

All proteins are one array of bytes with a stop between them. The first residues of the peptides
select the places worth a look, which are then compared letter by letter, all peptides of a length
at once: a proteome of 25 million residues and 100,000 peptides take seconds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers import _bytes

_SEED = 5
"""Residues of the seed: 32**5 codes are a table of 32 MB."""
_CHUNK = 1 << 22
_ID = re.compile(r"^(?P<mark>\S*?)(?:sp|tr)\|(?P<accession>[^|\s]+)\|(?P<entry>\S+)")
_GENE = re.compile(r"\b(?:GN=|gene_symbol:|gene=)(\S+)")
_DECOY = ("rev_", "REV__", "DECOY_", "decoy_", "XXX_", "##")
_STOP = 0
# I and L have one mass: no search engine tells them apart.
_CODES = np.zeros(256, dtype=np.uint8)
_CODES[np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)] = np.arange(1, 27)
_CODES[ord("I")] = _CODES[ord("L")]
_CODES[np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", dtype=np.uint8)] = _CODES[
    np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)
]


@dataclass(frozen=True, slots=True, eq=False)
class Fasta:
    """Protein sequences.

    Parameters
    ----------
    path
        File as the user named it.
    sha256
        Hash of the file.
    accessions
        Accession of each protein, isoform kept.
    genes
        Gene symbol of each, ``""`` if the header has none.
    reviewed
        Whether the header says Swiss-Prot.
    residues
        All sequences in capitals, each followed by a line feed.
    starts
        Offset of each protein in `residues`.
    """

    path: str
    sha256: str
    accessions: tuple[str, ...]
    genes: tuple[str, ...]
    reviewed: NDArray[np.bool_]
    residues: bytes
    starts: NDArray[np.int64]

    def window(self, offset: int, flank: int = 7) -> str:
        """Cut the window around a residue, ``_`` beyond the ends of its protein.

        Parameters
        ----------
        offset
            Place of the residue in `residues`.
        flank
            Residues on each side.
        """
        left = self.residues[max(0, offset - flank) : offset].rpartition(b"\n")[2].decode()
        right = self.residues[offset : offset + flank + 1].partition(b"\n")[0].decode()
        return left.rjust(flank, "_") + right.ljust(flank + 1, "_")


def load_fasta(path: str | Path) -> Fasta:
    """Read a FASTA file, also inside gzip, xz or zip; decoy sequences are left out.

    Parameters
    ----------
    path
        File.

    Raises
    ------
    DataError
        If it is no FASTA file of proteins.
    """
    content = _bytes.load(path)
    data = content.data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\xef\xbb\xbf")
    if not data.lstrip().startswith(b">"):
        hint = "name the FASTA file that the search was made with under input.fasta"
        raise DataError(Problem("this is no FASTA file: it begins without '>'", content.path,
                                hint=hint))  # fmt: skip
    accessions, genes, reviewed, parts = [], [], [], []
    for record in data.split(b"\n>"):
        header, _, sequence = record.partition(b"\n")
        title = header.decode("utf-8", "replace").strip().lstrip(">")
        named = _ID.match(title)
        mark = named["mark"] if named else title
        if mark.startswith(_DECOY) or not title:
            continue
        accessions.append(mark + named["accession"] if named else re.split(r"[\s|]", title)[0])
        gene = _GENE.search(title)
        genes.append(gene[1] if gene else "")
        reviewed.append(title.startswith("sp|"))
        parts.append(b"".join(sequence.split()).upper().rstrip(b"*"))
    if not any(parts):
        raise DataError(Problem("the FASTA file holds no sequence", content.path))
    letters = set(b"".join(parts[:200])) - set(b"ACGTUN")
    if not letters:
        hint = "name the FASTA file of the proteins"
        raise DataError(Problem("the sequences are nucleotides", content.path, hint=hint))
    lengths = np.array([len(p) + 1 for p in parts], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    return Fasta(
        content.path, content.sha256, tuple(accessions), tuple(genes),
        np.array(reviewed, dtype=bool), b"\n".join([*parts, b""]), starts,
    )  # fmt: skip


def find_peptides(fasta: Fasta, peptides: Sequence[str]) -> pd.DataFrame:
    """Find every place of each peptide; isoleucine and leucine count as one.

    Parameters
    ----------
    fasta
        Sequences.
    peptides
        Residues of distinct peptides.

    Returns
    -------
    One row a place: peptide and protein by number, and the offset of its first residue.
    """
    codes = _CODES[np.frombuffer(fasta.residues, dtype=np.uint8)]
    words = [_CODES[np.frombuffer(p.encode("ascii", "replace"), dtype=np.uint8)] for p in peptides]
    usable = np.array([len(w) >= _SEED for w in words], dtype=bool)
    numbers = np.flatnonzero(usable)
    if not len(numbers):
        return pd.DataFrame({"peptide": [], "protein": [], "offset": []}, dtype=np.int64)
    seeds = _seed(np.concatenate([words[i][:_SEED] for i in numbers]))[::_SEED]
    places, keys = _candidates(codes, np.unique(seeds))
    order = np.argsort(keys, kind="stable")
    places, keys = places[order], keys[order]
    left = np.searchsorted(keys, seeds, side="left")
    count = np.searchsorted(keys, seeds, side="right") - left
    lengths = np.array([len(words[i]) for i in numbers])
    peptide, offset = [], []
    for length in np.unique(lengths):
        these = np.flatnonzero((lengths == length) & (count > 0))
        for block in np.array_split(these, max(1, int(count[these].sum() * length) >> 24)):
            found = _compare(codes, words, numbers[block], places, left[block], count[block])
            peptide.append(found[0])
            offset.append(found[1])
    at = np.concatenate(offset).astype(np.int64)
    protein = np.searchsorted(fasta.starts, at, side="right") - 1
    frame = pd.DataFrame({"peptide": np.concatenate(peptide), "protein": protein, "offset": at})
    return frame.sort_values(["peptide", "protein", "offset"], ignore_index=True)


def _seed(codes: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Code the next residues at every place of a sequence by one number."""
    n = max(0, len(codes) - _SEED + 1)
    seed = np.zeros(n, dtype=np.int32)
    for step in range(_SEED):
        np.left_shift(seed, 5, out=seed)
        np.bitwise_or(seed, codes[step : step + n], out=seed)
    return seed


def _candidates(
    codes: NDArray[np.uint8], seeds: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Find the places whose next residues begin any peptide."""
    wanted = np.zeros(1 << (5 * _SEED), dtype=bool)
    wanted[seeds] = True
    places, keys = [], []
    for begin in range(0, len(codes), _CHUNK):
        some = _seed(codes[begin : begin + _CHUNK + _SEED - 1])
        hit = np.flatnonzero(wanted[some])
        places.append(hit + begin)
        keys.append(some[hit])
    return np.concatenate(places), np.concatenate(keys)


def _compare(
    codes: NDArray[np.uint8],
    words: Sequence[NDArray[np.uint8]],
    numbers: NDArray[np.intp],
    places: NDArray[np.int64],
    left: NDArray[np.intp],
    count: NDArray[np.intp],
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Compare peptides of one length with all their candidate places."""
    if not len(numbers):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.int64)
    whole = np.stack([words[i] for i in numbers])
    length = whole.shape[1]
    which = np.repeat(np.arange(len(numbers)), count)
    step = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    start = places[np.repeat(left, count) + step]
    inside = start + length <= len(codes)
    which, start = which[inside], start[inside]
    for at in range(_SEED, length):
        same = codes[start + at] == whole[which, at]
        which, start = which[same], start[same]
    return numbers[which], start
