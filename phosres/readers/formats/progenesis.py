"""Progenesis QI for proteomics: peptide ions, with blocks of columns under common headings."""

import re
from types import MappingProxyType

import pandas as pd

from phosres.readers._format import Format, Words
from phosres.readers.formats._parsing import blank
from phosres.readers.formats._peptides import KEY, read_forms

_MODIFICATION = re.compile(r"\[(?P<at>\d+|[NC]-?term)\]\s*(?P<what>[^|]+)", re.IGNORECASE)
_UNUSED = "another peptide of the same ion is used in quantitation"
_UNKNOWN = "ion without a peptide"


def read_ions(words: Words) -> Words:
    """Write the modifications into the sequences; set unidentified and unused ions aside.

    Parameters
    ----------
    words
        Columns by role.
    """
    words = dict(words)
    plain, listed = words["peptide"], words.pop("modifications")
    pairs = list(zip(plain, listed, strict=True))
    spelled = {pair: annotate(*pair) for pair in dict.fromkeys(pairs)}
    words["peptide"] = pd.Series([spelled[p] for p in pairs], index=plain.index, dtype=object)
    refused = blank(plain).mask(plain == "", _UNKNOWN)
    words["refused"] = refused.mask((refused == "") & _beaten(words, plain), _UNUSED)
    return read_forms({r: c for r, c in words.items() if r not in ("used", "number")})


def _beaten(words: Words, plain: "pd.Series[str]") -> "pd.Series[bool]":
    """Mark peptides of ions that another peptide was chosen for.

    An ion that is unused as a whole is kept: it is no use for the amount of its protein, for
    example because the peptide is shared, but measured all the same.
    """
    if "used" not in words or "number" not in words:
        return pd.Series(data=False, index=plain.index)
    unused = words["used"].str.casefold().isin(["false", "no", "0"])
    chosen = set(words["number"][~unused])
    return unused & words["number"].isin(chosen)


def annotate(sequence: str, modifications: str) -> str:
    """Write listed modifications behind their residues.

    Parameters
    ----------
    sequence
        Residues.
    modifications
        ``[3] Phospho (ST)|[5] Phospho (ST)``.

    Examples
    --------
    >>> annotate("NDSPSK", "[3] Phospho (ST)|[1] Deamidated (NQ)")
    'N[Deamidated (NQ)]DS[Phospho (ST)]PSK'
    """
    residues = list(sequence)
    for found in _MODIFICATION.finditer(modifications):
        if found["at"].isdigit() and 0 < int(found["at"]) <= len(sequence):
            residues[int(found["at"]) - 1] += f"[{found['what'].strip()}]"
    return "".join(residues)


IONS = Format(
    name="progenesis",
    title="Progenesis QI table of peptide ions",
    roles=MappingProxyType(
        {
            "peptide": ("sequence",),
            "modifications": ("modifications", "variable.modifications.position.description"),
            "protein": ("accession",),
            "proteins": (
                "all.accessions.for.this.sequence", "grouped.accessions.for.this.sequence",
            ),
            "used": ("use.in.quantitation",),
            # The number of an ion stands under '#', which is nothing once normalised.
            "number": ("",),
            "charge": ("charge",),
        }
    ),
    required=("peptide", "modifications", "protein", "charge"),
    samples=(r"^normali[sz]ed abundance (?P<sample>.+)$", r"^raw abundance (?P<sample>.+)$"),
    sample_name="{channel}",
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_ions,
    key=KEY,
    units=("charge",),
    normalized=False,
    source="https://www.nonlinear.com/progenesis/qi-for-proteomics/",
    notes=(
        "A feature is one modified peptide; its charges are summed. The normalised abundances are "
        "read, the raw ones where there are no others. There are no localisation probabilities. "
        "Name the FASTA file under input.fasta to place the peptides in their proteins."
    ),
)  # fmt: skip
