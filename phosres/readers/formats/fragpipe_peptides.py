"""FragPipe: tables of spectra and of modified peptides, psm.tsv, msstats.csv, combined_*."""

from types import MappingProxyType

from phosres.readers._format import Format, Words
from phosres.readers.formats._parsing import RUN_FILE, convert
from phosres.readers.formats._peptides import KEY, flank_of, read_forms

_ROLES = {
    "peptide": ("modified.peptide", "modified.peptide.sequence", "modified.sequence"),
    "plain": ("peptide", "peptide.sequence"),
    "scored": ("sty.79.9663", "sty.79.966331", "sty.79.96633", "localization"),
    "charge": ("charge",),
    "start": ("protein.start", "start"),
    "extended": ("extended.peptide",),
    "before": ("prev.aa",),
    "after": ("next.aa",),
    "protein": ("protein.id", "protein"),
    "proteins": ("protein",),
    "entry_name": ("entry.name",),
    "gene": ("gene",),
}
_RUN = rf"^(?:.*[\\/])?(?:interact-)?(?P<sample>[^\\/]+?)(?:_rank\d+)?(?:\.pep\.xml|{RUN_FILE})?$"
_SOURCE = "https://fragpipe.nesvilab.org/docs/tutorial_fragpipe_outputs.html"
_ADVICE = ""


def read_spectra(words: Words) -> Words:
    """Read modified peptides; those without modification stand in a column of their own.

    Parameters
    ----------
    words
        Columns by role.
    """
    words = dict(words)
    plain = words.pop("plain", None)
    if plain is not None:
        words["peptide"] = words["peptide"].where(words["peptide"] != "", plain)
    extended = words.pop("extended", None)
    if extended is not None:
        words["before"] = convert(extended, lambda c: _flank(c, 0))
        words["after"] = convert(extended, lambda c: _flank(c, -1))
    for role in ("before", "after"):
        if role in words:
            words[role] = convert(words[role], flank_of)
    return read_forms(words)


def _flank(cell: str, side: int) -> str:
    """Return what comes before (0) or after (-1) the peptide of ``KGHIEMVR.FLLEAGADQEHK.TDEM``."""
    parts = cell.split(".")
    return parts[side] if len(parts) == 3 else ""


PSM_TMT = Format(
    name="fragpipe_psm_tmt",
    title="FragPipe psm.tsv or msstats.csv of TMT experiments",
    roles=MappingProxyType(
        {**_ROLES, "sample": ("spectrum.file",), "number": ("spectrum", "spectrum.name")}
    ),
    required=("peptide", "plain", "charge", "protein", "number", "sample"),
    samples=(
        r"^channel[ .](?P<sample>.+)$",
        r"^intensity[ ](?P<sample>.+)$",
    ),
    runs=_RUN,
    has_mixtures=True,
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_spectra,
    key=KEY,
    units=("number",),
    source=_SOURCE,
    notes=(
        "A feature is one modified peptide, its spectra summed. Samples are named '<run> "
        "<channel>'; with an MSstats annotation beside the table (columns Run and Mixture) the "
        "runs of one plex are summed, and samples are named '<mixture> <channel>'. Localisation is "
        "that of PTMProphet. Prefer abundance_multi-site of TMT-Integrator."
    ),
)
PSM = Format(
    name="fragpipe_psm",
    title="FragPipe psm.tsv of label-free experiments",
    roles=MappingProxyType({**PSM_TMT.roles, "value": ("intensity",)}),
    required=("peptide", "plain", "charge", "protein", "number", "sample", "value"),
    runs=_RUN,
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_spectra,
    key=KEY,
    units=("charge",),
    source=_SOURCE,
    notes=(
        "A feature is one modified peptide; its charges are summed in each run, and spectra that "
        "repeat the intensity of a precursor count once. Localisation is that of PTMProphet. "
        "Prefer combined_site_STY."
    ),
)
COMBINED = Format(
    name="fragpipe_modified_peptides",
    title="FragPipe combined_modified_peptide.tsv or combined_ion.tsv",
    roles=MappingProxyType(_ROLES),
    required=("peptide", "plain", "protein", "start"),
    samples=(
        r"^(?P<sample>.+?)[ .]MaxLFQ[ .]Intensity$",
        r"^(?P<sample>.+?)[ .]Intensity$",
    ),
    sample_name="{channel}",
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_spectra,
    key=KEY,
    units=("charge",),
    source=_SOURCE,
    notes=(
        "A feature is one modified peptide, the ions of combined_ion summed; MaxLFQ where the "
        "table has it, else Intensity. Without a column of localisation probabilities every "
        "site is taken as localised: prefer combined_site_STY."
    ),
)
