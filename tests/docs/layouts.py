"""One simulated cohort in the layouts of several programs, under the headers of their fixtures.

The tables hold the peptidoforms whose every phosphate is localised, so that all layouts can say the
same; `tests/readers` has the odd rows.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.stats

import phosres

FIXTURES = Path(__file__).parents[1] / "readers" / "fixtures"
Cells = dict[str, object]
_SCORED = re.compile(r"([A-Z])(?:\(([\d.e-]+)\))?")
_FEWEST = 4


@dataclass(frozen=True)
class Form:
    """A peptidoform with its linear intensities by sample, NaN where it was not measured."""

    gene: str
    protein: str
    sites: tuple[str, ...]
    windows: tuple[str, ...]
    localization: float
    bare: str
    phospho: tuple[int, ...]
    values: dict[str, float]

    def spell(self, mark: str) -> str:
        """Write the peptide with a mark behind each phosphorylated residue."""
        return "".join(r + mark * (i in self.phospho) for i, r in enumerate(self.bare))

    @property
    def span(self) -> tuple[int, int]:
        """First and last residue of the peptide in the protein."""
        start = int(self.sites[0][1:]) - self.phospho[0]
        return start, start + len(self.bare) - 1

    def measured(self) -> Iterator[tuple[str, float]]:
        """Return the samples with a value."""
        return ((s, v) for s, v in self.values.items() if not np.isnan(v))


def read_forms(folder: Path) -> list[Form]:
    """Read the forms of a simulated cohort that have a value in most samples."""
    table = phosres.read(folder / "Phospho (STY)Sites.txt", folder / "samples.tsv")
    forms = []
    for name, row in table.features.iterrows():
        sites = tuple(row["sites"].split(";"))
        values = (2 ** table.values.loc[name]).round(0).to_dict()
        if len(sites) != row["multiplicity"] or np.isfinite(list(values.values())).sum() < _FEWEST:
            continue
        residues = _SCORED.findall(row["peptide"])
        ranked = sorted(range(len(residues)), key=lambda i: -float(residues[i][1] or 0))
        forms.append(
            Form(
                row["gene"], row["protein"], sites, tuple(row["window"].split(";")),
                round(row["localization"], 3), "".join(r for r, _ in residues),
                tuple(sorted(ranked[: len(sites)])), values,
            )
        )  # fmt: skip
    return forms


def _fragpipe_lfq(form: Form) -> Iterator[Cells]:
    if len(form.sites) == 1:
        own = {f"{s} {k}": v for s, v in form.measured() for k in ("Intensity", "MaxLFQ Intensity")}
        name = f"sp|{form.protein}|{form.gene}_HUMAN"
        yield {
            "Index": f"{form.protein}_{form.sites[0]}", "Gene": form.gene, "Protein": name,
            "Protein ID": form.protein, "Peptide": form.bare,
            "Best Localization Probability": form.localization, **own,
        }  # fmt: skip


def _fragpipe_tmt(form: Form) -> Iterator[Cells]:
    n, start, end = len(form.sites), form.sites[0][1:], form.sites[-1][1:]
    first, last = form.span
    yield {
        "Index": f"{form.protein}_{start}_{end}_{n}_{n}_{''.join(form.sites)}", "Gene": form.gene,
        "ProteinID": form.protein, "Peptide": form.bare, "SequenceWindow": "", "Start": first,
        "End": last, "MaxPepProb": 1, "ReferenceIntensity": 1e6, **dict(form.measured()),
    }  # fmt: skip


def _diann_sites(form: Form) -> Iterator[Cells]:
    ids = {"Protein": form.protein, "Protein.Names": f"{form.gene}_HUMAN", "Gene.Names": form.gene}
    for site, window in zip(form.sites, form.windows, strict=True):
        at = {"Residue": site[0], "Site": site[1:], "Sequence": window}
        yield {**ids, **at, **{f"D:\\runs\\{s}.raw": v for s, v in form.measured()}}


def _diann_site_report(form: Form) -> Iterator[Cells]:
    for sample, value in form.measured():
        for site in form.sites:
            yield {
                "Run": sample, "Protein": form.protein, "Residue": site[0], "Site": site[1:],
                "Modification": "UniMod:21", "Probability": form.localization, "Occupied": 1,
                "Precursor.Id": form.spell("(UniMod:21)") + "2", "Fragment.Sum": value,
                "Protein.Group": form.protein, "Genes": form.gene, "Q.Value": 0.001,
            }  # fmt: skip


def _diann_report(form: Form) -> Iterator[Cells]:
    for sample, value in form.measured():
        yield {
            "File.Name": f"D:\\runs\\{sample}.raw", "Run": sample, "Protein.Group": form.protein,
            "Protein.Ids": form.protein, "Protein.Names": f"{form.gene}_HUMAN", "Genes": form.gene,
            "Modified.Sequence": form.spell("(UniMod:21)"), "Stripped.Sequence": form.bare,
            "Precursor.Id": form.spell("(UniMod:21)") + "2", "Precursor.Charge": 2,
            "Q.Value": 0.001, "Global.Q.Value": 0.001, "PG.Q.Value": 0.001,
            "Precursor.Quantity": value, "Precursor.Normalised": value, "PTM.Q.Value": 0,
            "PTM.Site.Confidence": form.localization,
        }  # fmt: skip


def _spectronaut(form: Form) -> Iterator[Cells]:
    n = len(form.sites)
    for sample, value in form.measured():
        for site, window in zip(form.sites, form.windows, strict=True):
            yield {
                "R.FileName": sample, "PG.ProteinAccessions": form.protein,
                "PTM.CollapseKey": f"{form.protein}_{site}_M{n}_1", "PTM.FlankingRegion": window,
                "PTM.ModificationTitle": "Phospho (STY)", "PTM.Multiplicity": n,
                "PTM.ProteinId": form.protein, "PTM.Quantity": value, "PTM.SiteAA": site[0],
                "PTM.SiteLocation": site[1:], "PTM.SiteProbability": form.localization,
            }  # fmt: skip


def _discoverer(form: Form) -> Iterator[Cells]:
    n, first, last = len(form.sites), *form.span
    percent = round(100 * form.localization, 1)
    sites = "; ".join(f"{s}({percent})" for s in form.sites)
    own: Cells = {f"Abundances (Normalized): F1: {s}": v for s, v in form.measured()}
    found = {
        f"Found in Sample: [S1] F1: {s}": "Not Found" if np.isnan(v) else "High"
        for s, v in form.values.items()
    }
    yield {
        "Checked": "FALSE", "Confidence": "High", "Annotated Sequence": f"[K].{form.bare}.[A]",
        "Modifications": f"{n}xPhospho", "# PSMs": 3, "Master Protein Accessions": form.protein,
        "Master Protein Descriptions": f"simulated OS=Homo sapiens OX=9606 GN={form.gene}",
        "Positions in Master Proteins": f"{form.protein} [{first}-{last}]",
        "Modifications in Master Proteins": f"{form.protein} {n}xPhospho [{sites}]", **own, **found,
    }  # fmt: skip


def _log_ratios(form: Form) -> Cells:
    own = np.log2(list(form.values.values()))
    return dict(zip(form.values, (own - np.nanmedian(own)).round(4), strict=True))


def _gct(form: Form) -> Iterator[Cells]:
    n, sites = len(form.sites), "".join(f"{s}{s[0].lower()}" for s in form.sites)
    flanks = "|".join(w[:7] + w[7].lower() + w[8:] for w in form.windows)
    yield {
        "id": f"{form.protein}_{sites} _{n}_{n}_{form.sites[0][1:]}_{form.sites[-1][1:]}",
        "geneSymbol": form.gene, "VMsiteFlanks": flanks, "accession_numbers": form.protein,
        **_log_ratios(form),
    }  # fmt: skip


def _linked(form: Form) -> Iterator[Cells]:
    for site, window in zip(form.sites, form.windows, strict=True):
        ids = f"ENSG00000000001.1|ENSP00000000001.1|{site}|{window}|1"
        yield {"idx": ids, **_log_ratios(form)}


def _perseus(form: Form) -> Iterator[Cells]:
    n = len(form.sites)
    for site, window in zip(form.sites, form.windows, strict=True):
        yield {
            "Proteins": form.protein, "Positions within proteins": site[1:],
            "Leading proteins": form.protein, "Protein": form.protein, "Gene names": form.gene,
            "Localization prob": form.localization, "Number of Phospho (STY)": n,
            "Amino acid": site[0], "Sequence window": window,
            "Phospho (STY) Probabilities": form.spell("(1)"), "Multiplicity": f"___{n}",
            "Score": 88, **{s: np.log2(v) for s, v in form.measured()}, "id": 1,
            "Position": site[1:],
        }  # fmt: skip


def _msstats(form: Form) -> Iterator[Cells]:
    for sample, value in form.measured():
        yield {
            "ProteinName": "_".join([form.protein, *form.sites]),
            "PeptideSequence": form.spell("*"), "Condition": sample[4:],
            "BioReplicate": sample[:3], "Run": f"{sample}.raw", "Intensity": value,
            "PrecursorCharge": 2, "FragmentIon": "y3", "ProductCharge": 1, "IsotopeLabelType": "L",
        }  # fmt: skip


def _skyline(form: Form) -> Iterator[Cells]:
    for sample, value in form.measured():
        yield {
            "Protein Name": f"sp|{form.protein}|{form.gene}_HUMAN",
            "Peptide Modified Sequence": form.spell("[+80]"), "Precursor Charge": 2,
            "Fragment Ion": "precursor", "Product Charge": 2, "Isotope Label Type": "light",
            "Condition": sample[4:], "BioReplicate": sample[:3], "File Name": f"{sample}.raw",
            "Area": value, "Standard Type": "", "Truncated": "False",
        }  # fmt: skip


def _generic(form: Form) -> Iterator[Cells]:
    ids: Cells = {"Gene": form.gene, "Site": ";".join(form.sites)}
    yield {**ids, "Localization": form.localization, **dict(form.measured())}


def _xenograft(form: Form) -> Iterator[Cells]:
    """Human rows, and for every gene of an even number of letters the same of mouse."""
    own: Cells = {"Site": ";".join(form.sites), "Sequence window": ";".join(form.windows)}
    own |= dict(form.measured())
    yield {"Gene": form.gene, "Organism": "Homo sapiens", **own}
    if len(form.gene) % 2 == 0:
        yield {"Gene": form.gene.capitalize(), "Organism": "Mus musculus", **own}


def _changes(form: Form) -> Iterator[Cells]:
    """A contrast table: a change with the standard error and p of a paired t test."""
    own = np.log2(list(form.values.values()))
    pairs = own[1::2] - own[::2]
    pairs = pairs[~np.isnan(pairs)]
    if len(pairs) > 1:
        result = scipy.stats.ttest_1samp(pairs, 0)
        yield {
            "Gene": form.gene, "Site": ";".join(form.sites), "logFC": pairs.mean(),
            "AveExpr": np.nanmean(own), "t": result.statistic, "P.Value": result.pvalue,
        }  # fmt: skip


def _cbioportal(form: Form) -> Iterator[Cells]:
    site = form.sites[0]
    if len(form.sites) == 1:
        ids = {"ENTITY_STABLE_ID": f"{form.gene}_{site}", "GENE_SYMBOL": form.gene}
        yield {**ids, "PHOSPHOSITE": site, **_log_ratios(form)}


def _proteins(form: Form) -> Iterator[Cells]:
    """Proteins whose amounts do not change."""
    if len(form.sites) == 1:
        own = {s: 1e7 + 1e5 * at for at, s in enumerate(form.values)}
        yield {"Accession": form.protein, "Gene": form.gene, **own}


LAYOUTS: dict[str, Callable[[Form], Iterator[Cells]]] = {
    "fragpipe_lfq": _fragpipe_lfq,
    "fragpipe_tmt": _fragpipe_tmt,
    "diann_phosphosites": _diann_sites,
    "diann_site_report": _diann_site_report,
    "diann_report_1": _diann_report,
    "spectronaut_ptm": _spectronaut,
    "discoverer_peptides": _discoverer,
    "gct": _gct,
    "linkedomics": _linked,
    "maxquant_sites_expanded": _perseus,
    "msstats_ptm": _msstats,
    "skyline": _skyline,
    "generic": _generic,
    "changes": _changes,
    "xenograft": _xenograft,
    "cbioportal": _cbioportal,
    "proteins": _proteins,
}
"""By the name of the format, or of the how-to that made it up."""


def lay_out(name: str, forms: Sequence[Form]) -> pd.DataFrame:
    """Lay the forms out under the headers of a format.

    Parameters
    ----------
    name
        A key of `LAYOUTS`.
    forms
        What to write.

    Raises
    ------
    ValueError
        If a column is written that the fixture of the format does not have, other than samples.
    """
    frame = pd.DataFrame([row for form in forms for row in LAYOUTS[name](form)])
    frame = frame.drop_duplicates("Accession") if name == "proteins" else frame
    fixture = FIXTURES / f"{name}.txt"
    if fixture.exists():
        text = fixture.read_text("utf-8")
        header = set(re.split(r"[\t,\n]", text))
        samples = tuple(forms[0].values)
        own = [c for c in frame if not any(s in str(c) for s in samples)]
        if unknown := [c for c in own if c not in header]:
            raise ValueError(f"{name}: {unknown} are no columns of the fixture")
    return frame


def spell(name: str, frame: pd.DataFrame) -> str:
    """Write a table as its program does: separator, and what stands above the rows."""
    text = str(frame.to_csv(sep="," if name in ("msstats_ptm", "skyline") else "\t", index=False))
    if name == "gct":
        return f"#1.3\n{len(frame)}\t{frame.shape[1] - 4}\t3\t0\n{text}"
    return text
