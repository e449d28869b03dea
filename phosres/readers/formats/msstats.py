"""Tables of MSstatsPTM: one row a fragment or channel, the site in the protein name."""

import re
from types import MappingProxyType

from phosres.readers._format import Format, Words
from phosres.readers.formats._parsing import blank, extract
from phosres.readers.formats._peptides import read_forms

_NAME = re.compile(r"(?P<protein>.+?)(?P<site>(?:_[A-Z]\d{1,5})+)")
_OTHER = "no phosphosite in ProteinName (another modification, or none)"


def read_protein_name(words: Words) -> Words:
    """Split ``P62753_S235_S236`` into accession and sites.

    Tables without such names, as FragPipe's msstats.csv, are tables of modified peptides.

    Parameters
    ----------
    words
        Columns by role.
    """
    name = extract(words["name"], _NAME)
    is_phospho = name["site"].str.contains(r"_[STY]\d", regex=True)
    if not is_phospho.any():
        bare = {role: cells for role, cells in words.items() if role != "name"}
        read = read_forms({**bare, "protein": words["name"], "proteins": words["name"]})
        if read["phospho"].ne("").any():
            return read
    return {
        **{role: cells for role, cells in words.items() if role != "name"},
        "protein": name["protein"],
        "site": name["site"].str.lstrip("_").str.replace("_", ";", regex=False).astype(object),
        "refused": blank(words["name"]).mask(~is_phospho, _OTHER),
    }


_ROLES = {
    "name": ("proteinname", "protein.name"),
    "peptide": ("peptidesequence", "peptidemodifiedsequence", "peptide.sequence"),
    "sample": ("run",),
    "value": ("intensity", "abundance"),
}
MSSTATS = Format(
    name="msstats_ptm",
    title="MSstatsPTM input of label-free data",
    roles=MappingProxyType(
        {
            **_ROLES,
            "charge": ("precursorcharge", "precursor.charge"),
            "fragment": ("fragmention", "fragment.ion"),
            "fragment_charge": ("productcharge", "product.charge"),
            "label": ("isotopelabeltype", "isotope.label.type"),
        }
    ),
    required=("name", "peptide", "sample", "value", "charge", "fragment"),
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_protein_name,
    units=("charge", "fragment", "fragment_charge", "label"),
    source="https://github.com/Vitek-Lab/MSstatsPTM",
    notes=(
        "A feature is one modified peptide with its sites; its charges and fragments are summed in "
        "each run. Samples are runs. Where ProteinName has no site (FragPipe's msstats.csv), the "
        "modified peptide has its phosphates, and positions need input.fasta."
    ),
)
MSSTATS_TMT = Format(
    name="msstats_ptm_tmt",
    title="MSstatsPTM input of TMT data",
    roles=MappingProxyType(
        {
            **_ROLES,
            "channel": ("channel",),
            "charge": ("charge",),
            "psm": ("psm",),
        }
    ),
    required=("name", "peptide", "sample", "value", "channel", "psm"),
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_protein_name,
    units=("charge", "psm"),
    source="https://github.com/Vitek-Lab/MSstatsPTM",
    notes="As msstats_ptm; samples are named '<run> <channel>'.",
)
