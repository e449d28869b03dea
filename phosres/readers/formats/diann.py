"""DIA-NN: site matrices and main reports."""

from types import MappingProxyType

from phosres.readers._format import Format
from phosres.readers.formats._parsing import RUN_COLUMNS

PHOSPHOSITES = Format(
    name="diann_phosphosites",
    title="DIA-NN phosphosites_90 or phosphosites_99",
    roles=MappingProxyType(
        {
            "protein": ("protein",),
            "entry_name": ("protein.names", "protein.name"),
            "gene": ("gene.names", "gene.name", "genes"),
            "residue": ("residue",),
            "position": ("site",),
            "window": ("sequence",),
        }
    ),
    required=("protein", "residue", "position", "window", "gene"),
    samples=RUN_COLUMNS,
    scale="linear",
    values="intensity",
    zero="missing",
    source="https://github.com/vdemichev/DiaNN, section Output",
    notes=(
        "Every value has a site probability of at least 0.9 (or 0.99), as the file name says. It "
        "has no multiplicity: a doubly phosphorylated peptide stands there once for each site, and "
        "rows with the same values are read as one peptidoform. Samples are named by the file of "
        "the run."
    ),
)
