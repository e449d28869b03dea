"""FragPipe: site tables of IonQuant, TMT-Integrator and the DIA site reports."""

import re
from types import MappingProxyType

import pandas as pd

from phosres.readers._format import Format, Words
from phosres.readers.formats._parsing import RUN_COLUMNS, blank, centre_windows, extract

_MULTI = re.compile(
    r"(?P<protein>.+)_(?P<start>\d+)_(?P<end>\d+)_(?P<n>\d+)_(?P<m>\d+)"
    r"(?:_(?P<sites>(?:[A-Z]\d+)+))?"
)
_SINGLE = re.compile(r"(?P<protein>.+)_(?P<sites>[A-Z]\d+)")
_UNLOCALIZED = "phosphosite not localised (Index ends in _<phosphates>_0)"
_OFF_BY_ONE = (
    "the position in Index is not where the peptide has the phosphate, counted from Start: "
    "FragPipe 21.0 wrote positions off by one (fixed in 21.1); the sequence windows were used"
)


def read_index(words: Words) -> Words:
    """Read owner, sites, phosphates and windows from Index, one site or several.

    Parameters
    ----------
    words
        Columns by role.
    """
    multi = extract(words["site"], _MULTI)
    single = extract(words["site"], _SINGLE)
    is_multi = multi["n"] != ""
    sites = multi["sites"].where(is_multi, single["sites"])
    protein = words.get("protein", blank(sites))
    owner = multi["protein"].where(is_multi, single["protein"])
    number = words.get("multiplicity", blank(sites))
    refused = blank(sites).mask(is_multi & (multi["m"] == "0"), _UNLOCALIZED)
    read = {
        **words,
        "site": sites,
        "protein": protein.where(protein != "", owner),
        # The Index keeps the prefix of decoys and contaminants, ProteinID may not.
        "proteins": owner.where(owner != "", protein),
        "multiplicity": multi["n"].where(is_multi, number),
        "refused": refused,
    }
    if "window" in words:
        read["window"] = _windows(words["window"], sites)
    if "start" in words and "peptide" in words:
        read["doubt"] = _check_positions(words, sites, owner)
    return read


def _windows(windows: "pd.Series[str]", sites: "pd.Series[str]") -> "pd.Series[str]":
    """Cut ``PREV.PEPTIDE.NEXT`` into a window a site; single windows stay as they are."""
    pairs = {pair: _window(*pair) for pair in set(zip(windows, sites, strict=True))}
    cut = [pairs[pair] for pair in zip(windows, sites, strict=True)]
    return pd.Series(cut, index=windows.index, dtype=object)


def _window(text: str, sites: str) -> str:
    parts = text.split(".")
    if len(parts) != 3:
        return text
    before, peptide, after = parts
    found = [i for i, c in enumerate(peptide) if c in "sty"]
    if len(found) != len(re.findall(r"[A-Z]\d+", sites)):
        return ""
    return centre_windows(before + peptide + after, [len(before) + i for i in found])


def _check_positions(
    words: Words, sites: "pd.Series[str]", owner: "pd.Series[str]"
) -> "pd.Series[str]":
    """Compare positions with Start and the small letters of the peptide."""
    rows = zip(words["peptide"], words["start"], sites, strict=True)
    wrong = [_disagrees(*row) for row in rows]
    return blank(owner).mask(pd.Series(wrong, index=owner.index), _OFF_BY_ONE)


def _disagrees(peptide: str, start: str, sites: str) -> bool:
    small = [i for i, c in enumerate(peptide) if c in "sty"]
    numbers = [int(n) for n in re.findall(r"\d+", sites)]
    if not start.isdigit() or len(small) != len(numbers) or ";" in peptide:
        return False
    return [int(start) + i for i in small] != numbers


def drop_empty_localization(words: Words) -> Words:
    """Ignore localisation probabilities that are all zero: PTMProphet was not run.

    Parameters
    ----------
    words
        Columns by role.
    """
    cells = words["localization"]
    if cells.isin(["", "0", "0.0"]).all():
        return {**words, "localization": blank(cells)}
    return words


LFQ = Format(
    name="fragpipe_lfq",
    title="FragPipe (IonQuant) combined_site_STY",
    roles=MappingProxyType(
        {
            "site": ("index",),
            "gene": ("gene",),
            "protein": ("protein.id", "protein"),
            "proteins": ("protein",),
            "peptide": ("peptide",),
            "localization": ("best.localization.probability",),
        }
    ),
    required=("site", "peptide", "localization"),
    samples=(
        r"^(?P<sample>.+?)[ .]MaxLFQ[ .]Intensity$",
        r"^(?P<sample>.+?)[ .]Intensity$",
    ),
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=drop_empty_localization,
    source="https://github.com/Nesvilab/IonQuant (CHANGELOG); FragPipe issues 2474, 1799, 2029",
    notes=(
        "MaxLFQ where the table has it, else Intensity. The table is not filtered by localisation; "
        "Best Localization Probability is. It has no multiplicity."
    ),
)
_SITE_ROLES = {
    "site": ("index",),
    "gene": ("gene",),
    "protein": ("proteinid", "protein.id"),
    "peptide": ("peptide",),
    "window": ("sequencewindow", "sequence.window"),
    "start": ("start",),
}
TMT = Format(
    name="fragpipe_tmt",
    title="TMT-Integrator single-site and multi-site abundance or ratio",
    roles=MappingProxyType(
        {
            **_SITE_ROLES,
            # Any of them tells TMT-Integrator: users drop columns, old versions lack some.
            "score": (
                *("maxpepprob", "max.pep.prob", "numberpsm", "referenceintensity"),
                *("reference.intensity", "sequencewindow"),
            ),
        }
    ),
    required=("site", "protein", "peptide", "score"),
    not_samples=("end", "referenceintensity", "reference.intensity", "numberpsm"),
    references=r"(?:^|[_ .-])(?:pool\w*|ref|refint\w*|reference|bridge)(?:[_ .-]|\d|$)",
    interpret=read_index,
    source="https://fragpipe.nesvilab.org/docs/tutorial_tmt_outputs.html; FragPipe issue 1190",
    notes=(
        "Multi-site tables tell singly from doubly phosphorylated peptides: prefer them. Linear or "
        "log2 is told from the values. Localisation was filtered by min_site_prob of the workflow. "
        "Leave reference channels out of the sample sheet."
    ),
)
DIA = Format(
    name="fragpipe_dia",
    title="FragPipe DIA site report, single-site and multi-site",
    roles=MappingProxyType(
        {
            **_SITE_ROLES,
            "multiplicity": ("multiplicity",),
            "localization": ("best.localization", "best.localization.probability"),
        }
    ),
    required=("site", "protein", "peptide", "multiplicity", "localization"),
    samples=RUN_COLUMNS,
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_index,
    source="https://github.com/Nesvilab/FragPipe, FragReporter since 23.0",
    notes="Samples are named by the file of the run, without folder, _uncalibrated and ending.",
)
