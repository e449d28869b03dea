"""Skyline: reports of transitions or precursors, columns as the user chose them."""

from types import MappingProxyType

from phosres.readers._format import Format, Words
from phosres.readers.formats._parsing import blank
from phosres.readers.formats._peptides import KEY, read_forms

_HEAVY = "heavy standard"
_STANDARD = "peptide of a standard (iRT, normalisation)"


def read_report(words: Words) -> Words:
    """Read modified peptides; set heavy and other standards aside.

    Parameters
    ----------
    words
        Columns by role.
    """
    words = dict(words)
    label = words.pop("label", blank(words["peptide"])).str.casefold()
    standard = words.pop("standard", blank(words["peptide"]))
    refused = blank(words["peptide"]).mask(label.str.contains("heavy", regex=False), _HEAVY)
    used = (standard != "") & ~standard.str.casefold().isin(["false", "none", "normal"])
    return read_forms({**words, "refused": refused.mask((refused == "") & used, _STANDARD)})


REPORT = Format(
    name="skyline",
    title="Skyline report of peak areas",
    roles=MappingProxyType(
        {
            "peptide": (
                "peptide.modified.sequence.unimod.ids",
                "peptide.modified.sequence",
                "modified.sequence",
                "peptide.modified.sequence.monoisotopic.masses",
                "modified.sequence.monoisotopic.masses",
            ),
            "protein": ("protein.accession", "protein.name", "protein"),
            "gene": ("protein.gene",),
            "charge": ("precursor.charge",),
            "fragment": ("fragment.ion",),
            "product": ("product.charge",),
            "label": ("isotope.label.type", "isotope.label"),
            "standard": ("standard.type",),
            "sample": ("file.name", "replicate.name", "replicate"),
            "value": (
                "area", "total.area.fragment", "total.area", "normalized.area", "total.area.ms1",
            ),
        }
    ),
    required=("peptide", "charge", "sample", "value"),
    excluded=("eg.modifiedsequence", "stripped.sequence"),
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_report,
    key=KEY,
    units=("charge", "fragment", "product"),
    source="https://skyline.ms/wiki/home/software/Skyline/page.view?name=Custom%20Reports",
    notes=(
        "A feature is one modified peptide; its charges and transitions are summed in each run. "
        "Skyline gives no localisation probabilities. Heavy peptides and standards are not used. "
        "Name the FASTA file under input.fasta to place the peptides in their proteins."
    ),
)  # fmt: skip
