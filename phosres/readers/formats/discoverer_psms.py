"""Proteome Discoverer: spectra with the localisation of ptmRS or phosphoRS."""

import re
from dataclasses import replace
from types import MappingProxyType

from phosres.readers._format import Format, Words
from phosres.readers._sequences import is_phosphate, read_listed, read_sequence
from phosres.readers.formats._parsing import blank, convert, map_distinct
from phosres.readers.formats._peptides import BARE, KEY, flank_of

_MODIFICATION = re.compile(
    r"(?P<residue>[A-Z]|[NC]-Term)(?:\(Prot\))?(?P<at>\d*)\((?P<what>[^()]*)\)"
)
_ANNOTATED = re.compile(
    r"^(?:\[(?P<before>[^\]]*)\]\.)?(?P<peptide>[A-Za-z]+)(?:\.\[(?P<after>[^\]]*)\])?$"
)
_NO_SITES = "no site probabilities of ptmRS (too many isoforms, or inconclusive)"


def read_spectra(words: Words) -> Words:
    """Read peptide, modifications and the sites ptmRS finds most probable.

    The positions of the search engine are used only in tables without ptmRS or phosphoRS.

    Parameters
    ----------
    words
        Columns by role.
    """
    words = dict(words)
    scored = [words.pop(role) for role in ("scored", "every") if role in words]
    empty = blank(words["peptide"])
    first = scored[0] if scored else empty
    second = scored[-1] if scored else empty
    cells = [words["peptide"], words["modifications"], first, second]
    names = ("peptide", "bare", "phospho", "certain", "multiplicity", "refused", "before", "after")
    made = map_distinct(cells, lambda *row: _read(*row, has_scores=bool(scored)))
    words.update(zip(names, made, strict=True))
    if not scored:
        del words["certain"]
    del words["modifications"]
    if "accessions" in words:
        words["proteins"] = words.pop("accessions")
    words["protein"] = convert(words["protein"], lambda c: re.split(r"[;,]\s*", c)[0])
    return words


def _read(
    peptide: str, modifications: str, best: str, every: str, *, has_scores: bool
) -> tuple[str, ...]:
    """Return form, residues, phosphates, probabilities, their number, refusal and flanks."""
    match = _ANNOTATED.match(peptide.strip())
    bare = match["peptide"].upper() if match else ""
    before = (match["before"] or "") if match else ""
    after = (match["after"] or "") if match else ""
    flanks = tuple(flank_of(side) for side in (before, after))
    found = list(_MODIFICATION.finditer(modifications))
    engine = [int(m["at"]) for m in found if m["at"] and is_phosphate(m["what"])]
    count = len(engine)
    if not count or not bare:
        return bare, bare, "", "", "", BARE, *flanks
    sites = [(at, float("nan")) for at in engine]
    if has_scores:
        listed = read_listed(every) if len(read_listed(every)) > len(read_listed(best)) else ()
        listed = listed or read_listed(best)
        sites = sorted(sorted(listed, key=lambda s: -s[1])[:count])
        sites = [s for s in sites if s[0] <= len(bare) and bare[s[0] - 1] in "STY"]
    if len(sites) < count:
        return bare, bare, "", "", str(count), _NO_SITES, *flanks
    others = {int(m["at"] or 0): m["what"] for m in found if not is_phosphate(m["what"])}
    at = [s for s, _ in sites]
    marks = {at: f"({what})" for at, what in others.items()}
    spelled = "".join(c + marks.get(i, "") + "(ph)" * (i in at) for i, c in enumerate(bare, 1))
    form = read_sequence(marks.get(0, "") + spelled).form
    certain = ";".join(f"{p:.6g}" for _, p in sites) if has_scores else ""
    return form, bare, ";".join(map(str, at)), certain, str(count), "", *flanks


_ROLES = {
    "peptide": ("annotated.sequence", "sequence"),
    "modifications": ("modifications",),
    "scored": (
        "ptmrs.best.site.probabilities",
        "phosphors.best.site.probabilities",
        "best.site.probabilities",
    ),
    "every": ("ptmrs.phospho.site.probabilities", "phosphors.phospho.site.probabilities"),
    "protein": ("master.protein.accessions", "protein.accessions"),
    "accessions": ("protein.accessions",),
    "fasta": ("master.protein.descriptions", "protein.descriptions"),
    "charge": ("charge",),
    "number": ("first.scan", "ms.ms.scan.number"),
    "file": ("spectrum.file", "file.id"),
    "contaminant": ("contaminant",),
}
_NOTES = (
    "A feature is one modified peptide. Sites and probabilities are those of ptmRS or phosphoRS, "
    "not the positions the search engine reports. Positions in proteins need input.fasta; peptide "
    "groups with Modifications in Master Proteins have them."
)
TMT = Format(
    name="discoverer_psms_tmt",
    title="Proteome Discoverer PSMs of TMT or iTRAQ experiments",
    roles=MappingProxyType({**_ROLES, "sample": ("file.id", "spectrum.file")}),
    required=("peptide", "modifications", "protein", "number", "file"),
    samples=(r"^abundances?[ .:]+(?P<sample>1[0-9]{2}[NC]?)$", r"^(?P<sample>1[12][0-9][NC]?)$"),
    runs=r"^(?:(?P<sample>F\d+)(?:\.\d+)?$|)",
    scale="linear",
    values="intensity",
    zero="missing",
    interpret=read_spectra,
    key=KEY,
    units=("file", "number"),
    advice="; or export the peptide groups with Modifications in Master Proteins",
    source="Proteome Discoverer 2.x and 3.x, export of the PSMs with ptmRS or phosphoRS",
    notes=_NOTES + " Spectra are summed; samples are named '<file set> <channel>', such as F1 126.",
)
PSMS = replace(
    TMT,
    name="discoverer_psms",
    title="Proteome Discoverer PSMs of label-free experiments",
    roles=MappingProxyType(
        {
            **_ROLES,
            "sample": ("spectrum.file", "file.id"),
            "value": ("precursor.abundance", "precursor.area", "intensity"),
        }
    ),
    required=("peptide", "modifications", "protein", "number", "file", "value"),
    samples=(),
    runs="",
    units=("charge",),
    notes=_NOTES + " Charges are summed; spectra that repeat an area count once.",
)
