"""mzTab 1.0: the section of peptides with its abundances."""

from types import MappingProxyType

from phosres.readers._format import Format, Words
from phosres.readers.formats._parsing import convert
from phosres.readers.formats._peptides import KEY, read_forms


def read_peptides(words: Words) -> Words:
    """Read modified peptides; termini of proteins are written ``-``.

    Parameters
    ----------
    words
        Columns by role.
    """
    words = dict(words)
    for role in ("before", "after"):
        if role in words:
            words[role] = convert(words[role], lambda c: c if len(c) == 1 and c.isalpha() else "")
    return read_forms(words)


PEPTIDES = Format(
    name="mztab",
    title="mzTab 1.0, section of peptides",
    roles=MappingProxyType(
        {
            "peptide": ("mztab.peptide",),
            "scored": ("mztab.localization",),
            "protein": ("accession",),
            "start": ("mztab.start",),
            "before": ("mztab.pre",),
            "after": ("mztab.post",),
            "charge": ("charge",),
        }
    ),
    required=("peptide", "protein"),
    samples=(r"^abundance of (?P<sample>.+)$",),
    sample_name="{channel}",
    missing=("null", "INF"),
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_peptides,
    key=KEY,
    units=("charge",),
    source="https://github.com/HUPO-PSI/mzTab/tree/master/specification_document-releases/1_0",
    notes=(
        "A feature is one modified peptide, its charges summed; a sample is an assay, named by its "
        "run where each run is one assay. Positions in proteins come from the section of spectra "
        "if it is there, else from input.fasta. Rows are those of the section of peptides."
    ),
)
