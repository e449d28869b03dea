"""Third section: the readouts, their peptidoforms and what each weighed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from phosres.report import wording
from phosres.report.sections import Cell, Figures, Head, Heading, Part, Table, Text
from phosres.report.tables import MAX_STATIC, make_table, number, pack
from phosres.results import RunResult

_SOURCE = "tables/readouts.tsv"

_HEADS = (
    Head("Who", title="Cohort or subject, and contrast."),
    Head("Readout"),
    Head("Status", "status"),
    Head("log2 change", "log2", "Change combined over the peptidoforms, on minus pre."),
    Head("Interval", title="Confidence interval of the change, log2."),
    Head("p", "p", "Two-sided p value."),
    Head("q", "p", "p value adjusted within its family."),
    Head("Forms", "count", "Peptidoforms the readout rests on."),
    Head("MDC", "size", "Smallest change found in 80 of 100 cases, log2."),
    Head("Why, and from which peptidoforms"),
)

_PACKED = (
    ("contrast", Head("Contrast")),
    ("subject", Head("Subject")),
    ("readout", Head("Readout")),
    ("complex", Head("Complex")),
    ("status", Head("Status", "status")),
    ("log2fc", Head("log2 change", "log2")),
    ("ci_low", Head("CI low", "log2")),
    ("ci_high", Head("CI high", "log2")),
    ("p", Head("p", "p")),
    ("q", Head("q", "p")),
    ("n_features", Head("Forms", "count")),
    ("mdc", Head("MDC", "size")),
    ("reason", Head("Why")),
    ("features", Head("Peptidoforms")),
)

EVIDENCE_HEADS = (
    ("contrast", Head("Contrast")),
    ("subject", Head("Subject", title="Empty for the cohort.")),
    ("target", Head("Readout or set")),
    ("feature", Head("Peptidoform")),
    ("site_ids", Head("Curated sites")),
    ("sign", Head("Sign", "count", "Direction of the site when the pathway is active.")),
    ("log2fc", Head("log2 change", "log2")),
    ("se", Head("SE", "size", "Standard error of the change, log2.")),
    ("weight", Head("Weight", "size", "Share in the combined change.")),
    ("note", Head("Note")),
)
"""Columns of the evidence table."""


def readout_href(result: RunResult, row: Mapping[str, Any] | None) -> str:
    """Return the link to a readout: its own anchor, or the section if the rows are packed.

    Parameters
    ----------
    result
        The run.
    row
        Row of the readouts table, None if there is none.
    """
    if row is None or not _is_static(result, row):
        return "#readouts"
    return f"#{_anchor(row)}"


def build(result: RunResult, figures: Figures) -> list[Part]:
    """Show the readouts: figures, then the table, then the peptidoforms behind each.

    Parameters
    ----------
    result
        The run.
    figures
        Figures by section; those of ``readouts`` are shown here.
    """
    table = result.table("readouts")
    parts: list[Part] = [
        Text(
            (
                "A readout is one of up, down, unchanged (shown to lie within the margin), "
                "inconclusive (neither a change nor its absence can be shown) or not measured. "
                "S6 S235/S236 is also phosphorylated by RSK, S6 S240/S244 by S6K alone.",
                _say_protein(table),
            )
        ),
        *figures.get("readouts", ()),
    ]
    shown = table[[_is_static(result, r) for r in table.to_dict("records")]]
    packed = table.drop(shown.index)
    if len(shown):
        parts.append(make_static(shown))
    if len(packed):
        parts.append(
            pack(
                packed,
                _PACKED,
                caption="Readouts of each subject",
                source=_SOURCE,
                id="table-readouts",
            )
        )
    parts += _evidence(result, set(table["readout"]))
    return parts


def _say_protein(table: pd.DataFrame) -> str:
    """Say whether readouts are corrected for their proteins."""
    if table["log2fc_corrected"].notna().any():
        return (
            "The change beyond that of the protein stands under each readout; a status that "
            "differs with it is marked in the reason."
        )
    return (
        "The readouts are not protein-corrected: a change of a site may be one of its protein "
        "(input.protein_table adds total protein)."
    )


def make_static(table: pd.DataFrame, *, root: str = "") -> Table:
    """Make the table of readouts whose rows stand in the page.

    Parameters
    ----------
    table
        Rows of the readouts table.
    root
        Path to the report of the run where the readouts link to it; empty on that page itself.
    """
    link = {str(k): f"{root}#{k}" for k in (_anchor(r) for r in table.to_dict("records"))}
    rows = tuple(
        (
            _who(r),
            Cell(
                wording.label(r["readout"]),
                href=link[_anchor(r)] if root else "",
                lines=(("", wording.label(r["complex"])),),
            ),
            Cell(status=str(r["status"])),
            number(r["log2fc"], "log2"),
            Cell(wording.interval(r["ci_low"], r["ci_high"])),
            number(r["p"], "p"),
            number(r["q"], "p"),
            number(r["n_features"], "count"),
            number(r["mdc"], "size"),
            Cell(wording.sentence(str(r["reason"])), lines=_lines(r)),
        )
        for r in table.to_dict("records")
    )
    return Table("Readouts, one row each for the cohort or a subject", _HEADS, rows, source=_SOURCE)


def _who(row: Mapping[Any, Any]) -> Cell:
    """Make the row head: cohort or subject, with the contrast under it."""
    who = str(row["subject"]) if row["level"] == "subject" else "cohort"
    return Cell(
        wording.elide(who),
        title=wording.clean(who),
        id=_anchor(row),
        lines=(("", wording.elide(str(row["contrast"]))),),
    )


def _lines(row: Mapping[Any, Any]) -> tuple[tuple[str, str], ...]:
    """Return the small print of a readout: its peptidoforms and whether they agree."""
    lines = []
    if row["features"]:
        lines.append(("Peptidoforms", str(row["features"])))
    if not wording.is_missing(row["n_agree"]) and row["n_features"] and row["n_features"] > 1:
        spread = "" if wording.is_missing(row["tau"]) else f", spread {float(row['tau']):.2f} log2"
        lines.append(("Agreement", f"{row['n_agree']} of {row['n_features']} forms{spread}"))
    if not wording.is_missing(row["log2fc_corrected"]):
        change = f"{float(row['log2fc_corrected']):+.2f} ± {float(row['se_corrected']):.2f} log2"
        said = f"{row['protein_correction']}: {change}, {wording.words(row['status_corrected'])}"
        lines.append(("Beyond the protein", said))
    if row["detection"]:
        lines.append(("One side only", str(row["detection"])))
    if row["normalization_dependent"]:
        lines.append(("Caution", "the status differs under another normalisation"))
    return tuple(lines)


def _evidence(result: RunResult, readouts: set[str]) -> list[Part]:
    """Make the table of the peptidoforms behind the readouts."""
    table = result.table("evidence")
    table = table[table["target"].isin(readouts)]
    if table.empty:
        return []
    return [
        Heading("Peptidoforms behind the readouts"),
        make_table(
            table,
            EVIDENCE_HEADS,
            caption="One row for each peptidoform of each readout",
            source="tables/evidence.tsv",
            id="table-evidence",
        ),
    ]


def _is_static(result: RunResult, row: Mapping[Any, Any]) -> bool:
    """Tell whether a readout stands in the page: the cohort always, subjects if they are few."""
    few = sum(len(s.readouts) for s in result.scores.values()) <= MAX_STATIC
    return few or row["level"] == "cohort"


def _anchor(row: Mapping[Any, Any]) -> str:
    """Return the anchor of a readout."""
    return wording.anchor(
        "readout",
        str(row["contrast"]),
        str(row["level"]),
        str(row["subject"] or ""),
        str(row["readout"]),
    )
