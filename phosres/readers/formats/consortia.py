"""CPTAC, the Broad Institute and LinkedOmics: GCT matrices and tables of identifiers."""

import re
from types import MappingProxyType

from phosres.readers._format import Format, Words
from phosres.readers.formats._parsing import blank, convert, extract

# "NP_001333374.1_S18s _1_1_18_18": accession, sites, sites present and localised, first, last.
_SPECTRUM_MILL = re.compile(
    r"(?P<protein>[A-Za-z0-9][A-Za-z0-9.|_-]*?)_(?P<site>(?:[STY]\d+[sty]?[\s|]*)+)"
    r"_(?P<n>\d+)_(?P<m>\d+)_\d+_\d+"
)
_WINDOW = r"[A-Z_*]{7}[STYsty][A-Z_*]{7}"
# A peptide with several phosphates lists the flanks of all: the first one stands for them.
_FLANK = re.compile(rf"(?P<window>{_WINDOW})(?:-p)?(?P<more>(?:[|;,]{_WINDOW}(?:-p)?)*)")
_PROBE = re.compile(
    r"(?:\d+_)?(?P<gene>[A-Za-z0-9]+)_p?(?P<site>[STY]\d+(?:[_/]p?[STY]\d+)*)_(?P<peptide>[A-Z\[].*)"
)
_LINKED = re.compile(
    r"(?P<gene>ENS[A-Z]*G\d[\d.]*|[A-Za-z0-9.-]+)\|(?P<protein>ENS[A-Z]*P\d[\d.]*|NP_\d[\d.]*)\|"
    r"(?P<site>(?:[STY]\d+[,;_]?)+)\|(?P<window>[A-Za-z_*,;-]*)(?:\|.*)?"
)
_SUMMARIES = ("Mean", "Median", "StdDev")
_SUMMARY = "summary row of the table (Mean, Median, StdDev)"
_AMBIGUOUS = "not every phosphate is localised (fewer sites localised than present, in the id)"


def read_id(words: Words) -> Words:
    """Read a row id of a GCT matrix: Spectrum Mill's, a flanking sequence, or a P100 probe.

    Parameters
    ----------
    words
        Columns by role.
    """
    ids = words["id"]
    mill = extract(ids, _SPECTRUM_MILL)
    flank = extract(ids, _FLANK)
    probe = extract(ids, _PROBE)
    is_mill = mill["n"] != ""
    known = is_mill | (flank["window"] != "") | (probe["gene"] != "")
    read = {k: v for k, v in words.items() if k != "id"}
    site = mill["site"].where(is_mill, probe["site"])
    read["site"] = site.where(known, ids)
    several = convert(flank["more"], lambda m: str(len(re.findall(_WINDOW, m)) + 1) if m else "")
    read["multiplicity"] = mill["n"].where(is_mill, several)
    read["refused"] = blank(ids).mask(is_mill & (mill["n"] != mill["m"]), _AMBIGUOUS)
    own = words.get("window", blank(ids))
    read["window"] = own.where(own != "", flank["window"])
    if known.any():
        gene = words.get("gene", blank(ids))
        read["gene"] = gene.where(gene != "", probe["gene"])
        protein = words.get("protein", blank(ids))
        read["protein"] = mill["protein"].where(is_mill, protein)
        peptide = words.get("peptide", blank(ids))
        read["peptide"] = peptide.where(peptide != "", probe["peptide"])
    return read


def read_linked(words: Words) -> Words:
    """Read the ids of LinkedOmics: ``ENSG|ENSP|S123|WINDOW|...``, else an owner and its sites.

    Parameters
    ----------
    words
        Columns by role.
    """
    ids = words["id"]
    found = extract(ids, _LINKED)
    is_linked = found["protein"] != ""
    if not is_linked.any():
        return {"site": ids}
    # An Ensembl gene id is no symbol.
    gene = convert(found["gene"], lambda g: "" if g.startswith("ENS") else g)
    return {
        "site": found["site"].where(is_linked, ids),
        "gene": gene,
        "protein": found["protein"],
        "window": found["window"],
    }


def read_common(words: Words) -> Words:
    """Set the summary rows of the common pipeline's tables aside.

    Parameters
    ----------
    words
        Columns by role.
    """
    site = words["site"]
    summary = site.isin(_SUMMARIES)
    for role in ("gene", "peptide"):
        summary |= words.get(role, blank(site)).isin(_SUMMARIES)
    return {**words, "refused": blank(site).mask(summary, _SUMMARY)}


GCT = Format(
    name="gct",
    title="GCT 1.2 or 1.3 (Broad Institute, CPTAC, PTM-SEA, P100)",
    roles=MappingProxyType(
        {
            "id": ("id", "name", "rid"),
            "gene": ("genesymbol", "gene.symbol", "pr.gene.symbol", "gene"),
            "proteins": ("accession.numbers",),
            "protein": ("pr.uniprot.id", "uniprot.id"),
            "window": ("vmsiteflanks", "flanking.sequence", "site.flanking"),
            "peptide": ("sequence", "pr.p100.modified.peptide.code"),
        }
    ),
    required=("id",),
    container="gct",
    interpret=read_id,
    source="https://clue.io/connectopedia/gct_format; https://github.com/broadinstitute/PANOPLY",
    notes=(
        "The samples are the columns that line 2 counts; rows of column annotation are skipped. "
        "Spectrum Mill rows with fewer sites localised than present are not used."
    ),
)
CDAP = Format(
    name="cptac_cdap",
    title="CPTAC common pipeline (PDC) phosphosite table",
    roles=MappingProxyType(
        {"site": ("phosphosite",), "gene": ("gene",), "peptide": ("peptide", "phosphopeptide")}
    ),
    required=("site",),
    samples=(r"^(?!.*(?:unshared|withdrawn))(?P<sample>.+?)[ .]log[ .]ratio$",),
    set_aside=r"^.*(?:unshared|withdrawn).*log[ .]ratio$",
    interpret=read_common,
    scale="log2",
    values="ratio",
    source="https://pdc.cancer.gov, Common Data Analysis Pipeline",
    notes="log2 ratios to the pool; Unshared and Withdrawn columns are counted, not read.",
)
LINKED_OMICS = Format(
    name="linkedomics",
    title="LinkedOmics phosphosite matrix (cct)",
    roles=MappingProxyType({"id": ("idx", "attrib.name")}),
    required=("id",),
    interpret=read_linked,
    source="https://linkedomics.org and https://kb.linkedomics.org, phosphosite abundance",
    notes="Ids such as ENSG|ENSP|S123|WINDOW|1, or a gene and its sites.",
)
