"""MaxQuant's evidence.txt: one row a feature of a run, with its modified peptide."""

from dataclasses import replace
from types import MappingProxyType

from phosres.readers._format import Format, Words
from phosres.readers.formats._parsing import blank, convert, map_distinct
from phosres.readers.formats._peptides import KEY, read_forms

_ROLES = MappingProxyType(
    {
        "sample": ("experiment",),
        "peptide": ("modified.sequence",),
        "scored": (
            "phospho.sty.probabilities",
            "phospho.st.probabilities",
            "phospho.probabilities",
        ),
        "protein": ("leading.razor.protein", "leading.proteins", "proteins"),
        "proteins": ("proteins", "leading.proteins"),
        "gene": ("gene.names", "gene.name"),
        "type": ("type",),
        "charge": ("charge",),
        "number": ("id",),
        "decoy": ("reverse",),
        "contaminant": ("potential.contaminant", "contaminant"),
    }
)
_SOURCE = "https://cox-labs.github.io/coxdocs/output_tables.html, section Evidence"
_ADVICE = "; or read 'Phospho (STY)Sites.txt' from the same folder, which is better"


def read_evidence(words: Words) -> Words:
    """Read the modified sequences; rows matched between runs inherit their localisation.

    Parameters
    ----------
    words
        Columns by role.
    """
    read = read_forms(words)
    kind = read.pop("type", blank(read["peptide"]))
    read["matched"] = convert(kind, lambda c: c if "MATCH" in c else "")
    # FASTA headers that MaxQuant could not parse stand there whole.
    proteins = read.get("proteins", read["protein"])
    read["protein"] = map_distinct(
        [read["protein"], proteins], lambda own, every: [every.split(";")[0] if "|" in own else own]
    )[0]
    return read


EVIDENCE_TMT = Format(
    name="maxquant_evidence_tmt",
    title="MaxQuant evidence.txt of TMT or iTRAQ experiments",
    roles=_ROLES,
    required=("peptide", "protein", "type"),
    samples=(
        r"^reporter[ .]intensity[ .]corrected[ .](?P<sample>\d+)$",
        r"^reporter[ .]intensity[ .](?P<sample>\d+)$",
    ),
    sample_name="{channel} {run}",
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_evidence,
    key=KEY,
    units=("number",),
    advice=_ADVICE,
    source=_SOURCE,
    notes=(
        "A feature is one modified peptide, its charges and spectra summed in each experiment. "
        "Samples are named '<channel> <experiment>', as in the site table. Positions in proteins "
        "need input.fasta."
    ),
)
EVIDENCE_SILAC = replace(
    EVIDENCE_TMT,
    name="maxquant_evidence_silac",
    title="MaxQuant evidence.txt of SILAC experiments",
    samples=(r"^intensity[ .](?P<sample>[LMH])$",),
)
EVIDENCE = Format(
    name="maxquant_evidence",
    title="MaxQuant evidence.txt",
    roles=MappingProxyType(
        {
            **_ROLES,
            "sample": ("experiment", "raw.file"),
            "run": ("raw.file",),
            "value": ("intensity",),
        }
    ),
    required=("sample", "peptide", "protein", "type", "value"),
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_evidence,
    key=KEY,
    units=("number",),
    advice=_ADVICE,
    source=_SOURCE,
    notes=(
        "A feature is one modified peptide, its charges and fractions summed in each experiment "
        "(raw file where there is no experiment). Rows matched between runs have the localisation "
        "of their peptidoform. Positions in proteins need input.fasta."
    ),
)
