"""mzTab 1.0 files as a plain table of peptides (doi:10.1074/mcp.O113.036681)."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from phosres.errors import DataError, Problem
from phosres.readers._bytes import Content

_META = re.compile(r"MTD\t(?P<what>ms_run|assay)\[(?P<at>\d+)\]-(?P<key>\S+)\t(?P<value>.*)")
_ABUNDANCE = re.compile(r"peptide_abundance_(?P<what>assay|study_variable|sub)\[(?P<at>\d+)\]$")
_MODIFICATION = re.compile(
    r"(?P<where>\d+(?:\[[^\]]*\])?(?:\|\d+(?:\[[^\]]*\])?)*)-(?P<what>[A-Za-z]+:[^,\s]+)"
)
_PLACE = re.compile(r"(?P<at>\d+)(?:\[(?P<param>[^\]]*)\])?")


def unfold(content: Content) -> Content:
    """Write the section of peptides as a tab-separated table; return any other file as it is.

    Parameters
    ----------
    content
        The file's bytes.

    Raises
    ------
    DataError
        If the file is mzTab without abundances of peptides.
    """
    begin = content.data[: 1 << 16].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not begin.startswith((b"mtd\t", b"com\t")) or b"mtd\tmztab" not in begin:
        return content
    lines = content.data.decode("utf-8", "replace").splitlines()
    header = next((x.split("\t") for x in lines if x.startswith("PEH\t")), [])
    places = {c.strip(): i for i, c in enumerate(header)}
    found = [(c, i) for c, i in places.items() if _ABUNDANCE.match(c)]
    kinds = [_ABUNDANCE.match(c)["what"] for c, _ in found]  # type: ignore[index]
    kind = next((k for k in ("assay", "sub", "study_variable") if k in kinds), "")
    columns = [(c, i) for (c, i), k in zip(found, kinds, strict=True) if k == kind]
    rows = [x.split("\t") for x in lines if x.startswith("PEP\t")]
    if not columns or not rows or not {"sequence", "accession"} <= set(places):
        what = "the mzTab file holds no abundances of peptides (section PEP)"
        hint = "export it with quantified peptides, or save the site table as a plain table"
        raise DataError(Problem(what, content.path, hint=hint))
    names = _name_samples([c for c, _ in columns], lines)
    spectra = _read_spectra(lines)
    head = ["mztab_peptide", "mztab_localization", "accession", "mztab_start", "mztab_pre"]
    head += ["mztab_post", "charge", *(f"abundance of {name}" for name in names)]
    body = [_row(cells, places, [i for _, i in columns], spectra) for cells in rows]
    text = "\n".join("\t".join(r) for r in [head, *body])
    note = f"{content.path}: the section of peptides was read; rows are counted in it"
    return Content(
        content.path, f"{text}\n".encode(), content.sha256, (*content.warnings, note)
    )  # fmt: skip


def _row(
    cells: list[str],
    places: Mapping[str, int],
    columns: list[int],
    spectra: Mapping[tuple[str, str], tuple[str, str, str]],
) -> list[str]:
    def cell(at: int) -> str:
        text = cells[at].strip() if at < len(cells) else ""
        return "" if text == "null" else text

    sequence, accession = cell(places["sequence"]), cell(places["accession"])
    form, certain = annotate(sequence, cell(places.get("modifications", -1)))
    place = spectra.get((sequence, accession), ("", "", ""))
    values = [cell(i) for i in columns]
    charge = cell(places["charge"]) if "charge" in places else ""
    return [form, certain, accession, *place, charge, *values]


def annotate(sequence: str, modifications: str) -> tuple[str, str]:
    """Write modifications into a sequence, and the probabilities of their places.

    Parameters
    ----------
    sequence
        Residues.
    modifications
        ``3[MS,MS:1001876,modification probability,0.8]|4[MS,MS:1001876,,0.2]-UNIMOD:21``. A place
        without probability is certain if it is the only one, else as likely as the others.

    Returns
    -------
    The sequence with modifications at their likeliest places, and with probabilities; the latter
    is empty where the file gives none.

    Examples
    --------
    >>> annotate("RLSSLR", "3-UNIMOD:21")
    ('RLS(UNIMOD:21)SLR', '')
    >>> annotate("RLSSLR", "3|4-UNIMOD:21")
    ('RLS(UNIMOD:21)SLR', 'RLS(0.5)S(0.5)LR')
    """
    on: dict[int, str] = {}
    likely: dict[int, float] = {}
    for match in _MODIFICATION.finditer(modifications):
        places = [(int(m["at"]), _probability(m["param"])) for m in _PLACE.finditer(match["where"])]
        given = [p for _, p in places if p is not None]
        shares = {at: 1 / len(places) if p is None else p for at, p in places}
        best = max(shares, key=lambda at: shares[at])
        on[best] = on.get(best, "") + f"({match['what']})"
        if match["what"].upper() == "UNIMOD:21" and (given or len(places) > 1):
            likely |= shares
    form = "".join(c + on.get(i, "") for i, c in enumerate(sequence, 1))
    if not likely:
        return form, ""
    return form, "".join(c + (f"({likely[i]:g})" if i in likely else "") for i, c in
                         enumerate(sequence, 1))  # fmt: skip


def _probability(param: str | None) -> float | None:
    """Read the value of a parameter, the last of its four parts."""
    try:
        return float((param or "").rsplit(",", 1)[-1])
    except ValueError:
        return None


def _name_samples(columns: list[str], lines: list[str]) -> list[str]:
    """Name samples by their runs where each assay has one of its own, else by their column."""
    runs: dict[str, str] = {}
    assays: dict[str, str] = {}
    for match in filter(None, map(_META.match, lines)):
        if match["what"] == "ms_run" and match["key"] == "location":
            runs[match["at"]] = PurePath(match["value"].replace("\\", "/").strip()).stem
        elif match["key"] == "ms_run_ref":
            assays[match["at"]] = re.sub(r"\D", "", match["value"].split(",")[0])
    numbers = [_ABUNDANCE.match(c)["at"] for c in columns]  # type: ignore[index]
    named = [runs.get(assays.get(n, ""), "") for n in numbers]
    if all(named) and len(set(named)) == len(named):
        return named
    return [c.removeprefix("peptide_abundance_") for c in columns]


def _read_spectra(lines: list[str]) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Read where the spectra place their peptides: start, residue before and after."""
    header = next((x.split("\t") for x in lines if x.startswith("PSH\t")), [])
    places = {c.strip(): i for i, c in enumerate(header)}
    if not {"sequence", "accession", "start"} <= set(places):
        return {}
    return dict(_places(lines, places))


def _places(
    lines: list[str], places: Mapping[str, int]
) -> Iterator[tuple[tuple[str, str], tuple[str, str, str]]]:
    for line in lines:
        if line.startswith("PSM\t"):
            cells = line.split("\t")
            keys = ("start", "pre", "post")
            found = [cells[places[k]].strip() if places.get(k, 1 << 30) < len(cells) else ""
                     for k in keys]  # fmt: skip
            start, pre, post = ("" if c == "null" else c for c in found)
            if start:
                yield (cells[places["sequence"]], cells[places["accession"]]), (start, pre, post)
