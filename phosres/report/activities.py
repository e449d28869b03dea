"""Fourth section: complexes, arms, pathways and kinases."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from phosres.report import wording
from phosres.report.groups import records
from phosres.report.readouts import EVIDENCE_HEADS
from phosres.report.sections import Cell, Figures, Head, Heading, Part, Table, Text
from phosres.report.tables import MAX_STATIC, number, pack
from phosres.results import RunResult

_SOURCE = "tables/activities.tsv"

_HEADS = (
    Head("Who", title="Cohort or subject, and contrast."),
    Head("Set", title="Set of sites, with its kind."),
    Head("Status", "status"),
    Head("Score", "log2", "Signed weighted change of the members, log2."),
    Head("Interval", title="Confidence interval of the score, log2."),
    Head("p", "p", "Two-sided p value."),
    Head("q", "p", "p value adjusted within its family."),
    Head("Seen", "count", "Member sites measured."),
    Head("Of", "count", "Member sites of the set."),
    Head("Why, and from which sites"),
)

_PACKED = (
    ("subject", Head("Subject", title="Empty for the cohort.")),
    ("contrast", Head("Contrast")),
    ("set", Head("Set")),
    ("kind", Head("Kind")),
    ("status", Head("Status", "status")),
    ("score", Head("Score", "log2", "Signed weighted change of the members, log2.")),
    ("ci_low", Head("CI low", "log2")),
    ("ci_high", Head("CI high", "log2")),
    ("p", Head("p", "p")),
    ("q", Head("q", "p", "p value adjusted within its family.")),
    ("n_measured", Head("Seen", "count", "Member sites measured.")),
    ("n_members", Head("Of", "count", "Member sites of the set.")),
    ("reason", Head("Why")),
    ("members", Head("Measured members")),
)


def build(result: RunResult, figures: Figures) -> list[Part]:
    """Show the activities: figures, the cohort, each subject, and the features behind them.

    Parameters
    ----------
    result
        The run.
    figures
        Figures by section; those of ``activities`` are shown here.
    """
    table = result.table("activities")
    parts: list[Part] = [
        Text(
            (
                "The score of a set is the signed, weighted change of its measured sites; up means "
                "more active. Sites of one peptide or protein are not counted as independent. "
                "Coverage (seen of members) says how much of a set could be looked at.",
            )
        ),
        *figures.get("activities", ()),
    ]
    seen = table[table["status"] != "not_measured"]
    for level, title in (("cohort", "the cohort"), ("subject", "each subject")):
        rows = seen[seen["level"] == level]
        if len(rows):
            parts.append(_table(rows, f"Activities of {title}", f"table-activities-{level}"))
    unseen = [
        wording.label(str(s))
        for s, rows in table.groupby("set", sort=False)
        if (rows["status"] == "not_measured").all()
    ]
    if unseen:
        said = f"Not measured, which says nothing about a change: {wording.listing(unseen, 60)}."
        parts.append(Text((said,)))
    parts += _evidence(result, set(table["set"]))
    return parts


def _table(rows: pd.DataFrame, caption: str, anchor: str) -> Part:
    """Make the table of one level."""
    if len(rows) > MAX_STATIC:
        return pack(rows, _PACKED, caption=caption, source=_SOURCE, id=anchor)
    return Table(caption, _HEADS, tuple(_row(r) for r in records(rows)), source=_SOURCE)


def _row(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Make the row of one set."""
    who = str(row["subject"]) if row["level"] == "subject" else "cohort"
    members = (("Sites", str(row["members"])),) if row["members"] else ()
    return (
        Cell(
            wording.elide(who),
            title=wording.clean(who),
            lines=(("", wording.elide(str(row["contrast"]))),),
        ),
        Cell(wording.clean(str(row["set"])), lines=(("", str(row["kind"])),)),
        Cell(status=str(row["status"])),
        number(row["score"], "log2"),
        Cell(wording.interval(row["ci_low"], row["ci_high"])),
        number(row["p"], "p"),
        number(row["q"], "p"),
        number(row["n_measured"], "count"),
        number(row["n_members"], "count"),
        Cell(wording.sentence(wording.clean(str(row["reason"]))), lines=members),
    )


def _evidence(result: RunResult, sets: set[str]) -> list[Part]:
    """Make the searchable table of the features behind the sets."""
    table = result.table("evidence")
    table = table[table["target"].isin(sets)]
    if table.empty:
        return []
    return [
        Heading("Sites behind the activities"),
        pack(
            table,
            EVIDENCE_HEADS,
            caption="One row for each feature of each set",
            source="tables/evidence.tsv",
            id="table-evidence-sets",
        ),
    ]
