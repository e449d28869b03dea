"""Fifth section: what rose and what fell among the curated sites, and all sites to search."""

import numpy as np
import pandas as pd

from phosres.report import wording
from phosres.report.groups import Group, groups, leading
from phosres.report.sections import Cell, Figures, Head, Heading, Notice, Part, Table, Text
from phosres.report.tables import number, pack
from phosres.results import Contrast, RunResult

MAX_LISTED = 150
"""Curated sites listed in each direction of the cohort; all are in the searchable table below."""

MAX_LISTED_SUBJECT = 30
"""The same for a subject without a cohort, of whom there may be several."""

MAX_ROWS = 50_000
"""Rows in the searchable table: at about 10 bytes each they leave the page under 3 MB with its
figures, and they can be searched and sorted in a browser without delay."""

_SOURCE = "tables/sites.tsv"

_PACKED = (
    ("feature", Head("Feature", title="Gene, sites and multiplicity of one peptidoform.")),
    ("site_ids", Head("Curated", title="Curated sites the feature was matched to.")),
    ("contrast", Head("Contrast")),
    ("subject", Head("Subject", title="Empty for the cohort.")),
    ("log2fc", Head("log2 change", "log2", "On minus pre.")),
    ("se", Head("SE", "size", "Moderated standard error, log2.")),
    ("p", Head("p", "p")),
    ("q", Head("q", "p")),
    ("n_pre", Head("n pre", "count")),
    ("n_on", Head("n on", "count")),
)


def build(result: RunResult, figures: Figures) -> list[Part]:
    """Show the figures, the curated sites that rise and fall, and all sites.

    Parameters
    ----------
    result
        The run.
    figures
        Figures by section; those of ``sites`` are shown here.
    """
    parts: list[Part] = list(figures.get("sites", ()))
    alpha = float((result.config.get("statistics") or {}).get("alpha", 0.05))
    for contrast in result.contrasts.values():
        parts.append(Heading(f"Curated sites that rise or fall: {wording.name(contrast.name)}"))
        shown = leading(contrast) or groups(contrast)[:1]
        table = contrast.table
        for group in shown:
            parts += _directions(contrast, group, table, alpha, titled=len(shown) > 1)
    parts.append(Heading("All sites"))
    parts += _all(result.table("sites"))
    return parts


def _directions(
    contrast: Contrast, group: Group, table: pd.DataFrame, alpha: float, *, titled: bool
) -> list[Part]:
    """List the curated sites of one group by direction."""
    mine = table[(table["level"] == group.level) & (table["subject"] == group.subject)]
    mine = mine[mine["site_ids"].fillna("").ne("") & mine["log2fc"].notna()]
    parts: list[Part] = [Heading(wording.name(group.who), level=4)] if titled else []
    if mine.empty:
        return [*parts, Text(("No curated site has a value on both sides.",))]
    n = wording.plural(len(mine), "peptidoform")
    if group.n_of_one:
        said = (
            f"{n} with a curated site, ranked by change. One subject: single sites are "
            "suggestive, ranked, and not tested one by one."
        )
    else:
        n_sure = int((mine["q"] <= alpha).sum())
        said = f"{n} with a curated site, {n_sure} of them with q ≤ {alpha:g}."
    parts.append(Text((said,)))
    for title, rows in (
        ("rise", mine[mine["log2fc"] > 0].sort_values("log2fc", ascending=False, kind="stable")),
        ("fall", mine[mine["log2fc"] <= 0].sort_values("log2fc", kind="stable")),
    ):
        if len(rows):
            parts.append(_ranked(rows, title, contrast, group, alpha))
    return parts


def _ranked(
    rows: pd.DataFrame, title: str, contrast: Contrast, group: Group, alpha: float
) -> Table:
    """Make the table of one direction."""
    listed = rows.head(MAX_LISTED if group.level == "cohort" else MAX_LISTED_SUBJECT)
    cut = f" (first {len(listed)} of {len(rows):,})" if len(rows) > len(listed) else ""
    ranked = ", suggestive, ranked" if group.n_of_one else ""
    who = f"{wording.name(contrast.name)}, {wording.name(group.who)}"
    return Table(
        f"Curated sites that {title}: {who}{ranked}{cut}",
        (
            Head("Curated site"),
            Head("Peptidoform"),
            Head("log2 change", "log2", "On minus pre."),
            Head("SE", "size", "Moderated standard error, log2."),
            Head("p", "p"),
            Head("q", "p", "p value adjusted over all features."),
            Head("n pre", "count"),
            Head("n on", "count"),
        ),
        tuple(
            (
                Cell(wording.clean(str(r["site_ids"]).replace(";", ", "))),
                Cell(wording.elide(str(r["feature"]), 60), title=wording.clean(str(r["feature"]))),
                number(r["log2fc"], "log2"),
                number(r["se"], "size"),
                number(r["p"], "p"),
                _q(r["q"], alpha),
                number(r["n_pre"], "count"),
                number(r["n_on"], "count"),
            )
            for r in listed.to_dict("records")
        ),
        source=_SOURCE,
    )


def _q(value: float, alpha: float) -> Cell:
    """Make the cell of q, marked where it is at most alpha."""
    if wording.is_missing(value):
        return Cell()
    mark = "\N{ASTERISK}" if value <= alpha else ""
    return Cell(f"{wording.p_value(value)}{mark}", value=float(value))


def _all(table: pd.DataFrame) -> list[Part]:
    """Pack all sites, the strongest first, cut to what a page can carry."""
    table = table[table["log2fc"].notna()]
    # The cohort first, then what is curated, then the smallest p: what is cut matters least.
    rank = np.where(table["level"] == "cohort", 0, np.where(table["site_ids"].ne(""), 1, 2))
    ranked = table.assign(rank=rank).sort_values(["rank", "p"], kind="stable")
    shown = ranked.head(MAX_ROWS).sort_values("p", kind="stable")
    n_cohort = int((shown["level"] == "cohort").sum())
    parts: list[Part] = []
    if len(shown) < len(table):
        parts.append(
            Notice(
                f"{len(shown):,} of {len(table):,} rows are in this page: "
                f"{wording.plural(n_cohort, 'row')} of the cohort, then the curated sites of each "
                f"subject, then the smallest p. All rows are in {_SOURCE}."
            )
        )
    if shown.empty:
        return [Text(("No site has a value on both sides.",))]
    packed = pack(
        shown,
        _PACKED,
        caption="All features with an estimated change, smallest p first",
        source=_SOURCE,
        id="table-sites",
    )
    return [*parts, packed]
