"""MetaMorpheus and FlashLFQ: tables of quantified peptides and of peaks."""

import re
from types import MappingProxyType

from phosres.readers._format import Format, Words
from phosres.readers._sequences import Sequence, read_sequence
from phosres.readers.formats._parsing import blank, convert
from phosres.readers.formats._peptides import KEY, read_forms

_CLASS = re.compile(r"\[[^\[\]:]*:")
_SEVERAL = "the peak fits several peptides"


def read_full(text: str) -> Sequence:
    """Read ``SQS[UniProt:Phosphoserine on S]PAK``: the class before the colon tells nothing.

    Parameters
    ----------
    text
        A full sequence.
    """
    return read_sequence(_CLASS.sub("[", text))


def read_peaks(words: Words) -> Words:
    """Read full sequences; a peak that fits several is not used.

    Parameters
    ----------
    words
        Columns by role.
    """
    words = dict(words)
    cells = words["peptide"]
    several = cells.str.contains("|", regex=False)
    words["peptide"] = convert(cells, lambda c: c.split("|", 1)[0])
    for role in ("protein", "gene"):
        if role in words:
            words[role] = convert(words[role], lambda c: c.replace("|", ";"))
    words["refused"] = blank(cells).mask(several, _SEVERAL)
    return read_forms(words, form=read_full)


_ROLES = {
    "plain": ("base.sequence",),
    "protein": ("protein.groups", "protein.group", "protein.accession"),
    "gene": ("gene.names", "gene.name"),
}
_SOURCE = "https://github.com/smith-chem-wisc/FlashLFQ/wiki"
PEAKS = Format(
    name="flashlfq_peaks",
    title="FlashLFQ or MetaMorpheus AllQuantifiedPeaks",
    roles=MappingProxyType(
        {
            **_ROLES,
            "peptide": ("full.sequence",),
            "charge": ("precursor.charge",),
            "apex": ("peak.rt.apex",),
            "sample": ("file.name",),
            "value": ("peak.intensity",),
        }
    ),
    required=("peptide", "plain", "sample", "value"),
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_peaks,
    key=KEY,
    units=("charge", "apex"),
    source=_SOURCE,
    notes=(
        "A feature is one modified peptide; its peaks are summed in each run. There are no "
        "localisation probabilities. Prefer AllQuantifiedPeptides. Name the FASTA file under "
        "input.fasta to place the peptides in their proteins."
    ),
)
PEPTIDES = Format(
    name="flashlfq_peptides",
    title="FlashLFQ or MetaMorpheus AllQuantifiedPeptides",
    roles=MappingProxyType({**_ROLES, "peptide": ("sequence", "full.sequence")}),
    required=("peptide", "plain", "protein"),
    samples=(r"^intensity[_. ](?P<sample>.+)$",),
    sample_name="{channel}",
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_peaks,
    key=KEY,
    source=_SOURCE,
    notes=(
        "A feature is one modified peptide. There are no localisation probabilities. Name the "
        "FASTA file under input.fasta to place the peptides in their proteins."
    ),
)
