"""The page over many runs: what was found in each, what failed and why, with links."""

from collections.abc import Sequence
from urllib.parse import quote

import pandas as pd

from phosres.report import tables
from phosres.report._page import compose
from phosres.report.sections import Cell, Head, Notice, Packed, Part, Section, Table, Terms, Text

MAX_LINKED = 2_000
"""Rows that stand in the page with links; a browser lays out that many in about a second. Longer
tables are packed and name the folders instead."""

_ANSWERS = (
    ("run", Head("Run", title="Opens the report of the run.")),
    ("contrast", Head("Contrast")),
    ("subject", Head("Subject")),
    ("engagement", Head("Drug engaged", "status")),
    ("MTORC1", Head("mTORC1", "status")),
    ("MTORC2", Head("mTORC2", "status")),
    ("S6_S240_S244", Head("S6 S240/S244", "status")),
    ("S6_S235_S236", Head("S6 S235/S236", "status")),
    ("4EBP1", Head("4E-BP1", "status")),
    ("AKT_S473", Head("AKT S473", "status")),
    ("compensation", Head("Compensation called")),
    ("not_assessable", Head("Not assessable", "count", "Calls that could not be assessed.")),
    ("quality", Head("Quality", "status", "Worst light of the run.")),
)
_RUNS = (
    ("run", Head("Run")),
    ("state", Head("State")),
    ("drug", Head("Drug")),
    ("samples", Head("Samples", "count")),
    ("subjects", Head("Subjects", "count")),
    ("features", Head("Features", "count")),
    ("format", Head("Format")),
    ("source", Head("Asked for by")),
)
_FAILED = (
    ("run", Head("Run")),
    ("state", Head("State")),
    ("exit_code", Head("Exit code", "count")),
    ("reason", Head("Reason")),
    ("source", Head("Asked for by")),
)


def render_index(
    title: str, runs: pd.DataFrame, overview: pd.DataFrame, facts: Sequence[tuple[str, str]]
) -> str:
    """Make the page over the runs of a batch; the same tables give the same bytes.

    Parameters
    ----------
    title
        Heading.
    runs, overview
        Tables of `phosres.columns.RUNS` and `phosres.columns.OVERVIEW`.
    facts
        Names with values for the section about the batch.
    """
    whole = runs[runs["state"].isin(["ok", "partly"])]
    rest = runs[runs["state"] != "ok"]
    linked = set(whole["run"])
    sections = [
        Section("answers", "The answers", tuple(_answers(runs, overview, linked))),
        Section("failed", "What failed or is missing", tuple(_failures(rest, linked))),
        Section("runs", "The runs", (_table(runs, _RUNS, "One row a run", "runs", linked),)),
        Section("about", "About this batch", (Terms("Where it came from", tuple(facts)),)),
    ]
    return compose(title, sections, kind="batch")


def _answers(runs: pd.DataFrame, overview: pd.DataFrame, linked: set[str]) -> list[Part]:
    counts = runs["state"].value_counts()
    shares = ", ".join(f"{int(counts[s]):,} {w}" for s, w in _STATES.items() if s in counts)
    engaged = overview.groupby("engagement")["run"].nunique() if len(overview) else pd.Series()
    told = int(engaged.get("yes", 0))
    parts: list[Part] = [
        Text((f"{len(runs):,} runs: {shares}. Engagement was called in {told:,} of them.",))
    ]
    if len(rest := runs[runs["state"].isin(["failed", "missing"])]):
        what = "1 run has" if len(rest) == 1 else f"{len(rest):,} runs have"
        parts.append(Notice(f"{what} no result; see what failed or is missing.", "warn"))
    if len(overview):
        caption = "One row a run, contrast and subject; the cohort first"
        shown = overview.assign(
            subject=overview["subject"].where(overview["level"] != "cohort", "cohort")
        )
        parts.append(_table(shown, _ANSWERS, caption, "overview", linked))
    return parts


_STATES = {"ok": "finished", "partly": "finished in part", "failed": "failed", "missing": "missing"}


def _failures(rest: pd.DataFrame, linked: set[str]) -> list[Part]:
    if not len(rest):
        return [Text(("Every run finished.",))]
    return [_table(rest, _FAILED, "One row a run that did not finish as asked", "runs", linked)]


def _table(
    frame: pd.DataFrame,
    heads: Sequence[tuple[str, Head]],
    caption: str,
    name: str,
    linked: set[str],
) -> Table | Packed:
    """Make a table whose runs link to their reports."""
    source = f"tables/{name}.tsv"
    if len(frame) > MAX_LINKED:
        return tables.pack(frame, heads, caption=caption, source=source, id=f"all-{name}")
    made = tables.make_rows(frame, heads)
    rows = tuple((_link(row[0], linked), *row[1:]) for row in made)
    return Table(caption, tuple(h for _, h in heads), rows, source=source)


def _link(cell: Cell, linked: set[str]) -> Cell:
    run = cell.title or cell.text
    href = f"runs/{quote(run)}/report.html" if run in linked else ""
    return Cell(cell.text, title=cell.title, href=href)
