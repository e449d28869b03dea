"""First section: the answer in sentences, and the matrix of statuses."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from phosres.columns import CALLS
from phosres.report import sentences, wording
from phosres.report.calls import link_calls
from phosres.report.groups import Group, groups, leading, page_paths, records
from phosres.report.readouts import readout_href
from phosres.report.sections import (
    Cell,
    Figures,
    Finding,
    Findings,
    Head,
    Heading,
    Notice,
    Part,
    Table,
    Text,
)
from phosres.results import Contrast, RunResult

MAX_ROUTES = 8
"""Columns of compensation calls in the matrix; with more routes only those that were called."""

ROUTES = ("compensation", "resistance")
"""Kinds of calls that speak of what the tumour did against the drug."""


def build(result: RunResult, figures: Figures) -> list[Part]:
    """Say what was found, contrast by contrast.

    Parameters
    ----------
    result
        The run.
    figures
        Figures by section; those of ``answer`` are shown here.
    """
    parts: list[Part] = []
    for contrast in result.contrasts.values():
        parts.append(Heading(f"{wording.name(contrast.name)} against pre-treatment"))
        parts += _say(result, contrast)
    parts += figures.get("answer", ())
    for contrast in result.contrasts.values():
        parts += [_matrix(result, contrast), Text((_legend(result, contrast),))]
    return parts


def _say(result: RunResult, contrast: Contrast) -> list[Part]:
    """Say what was found in one contrast."""
    shown = leading(contrast)
    parts: list[Part] = [describe_group(result, g, titled=len(shown) > 1) for g in shown]
    if not shown:
        n = len(groups(contrast))
        parts.append(
            Notice(
                f"{n} subjects and no cohort: the findings are counted here; each subject has its "
                "row in the matrix."
            )
        )
    subjects = [g for g in groups(contrast) if g.level == "subject"]
    if subjects and subjects[0] not in shown:
        parts.append(Text(_spread(result, contrast, subjects)))
    return parts


def describe_group(
    result: RunResult, group: Group, *, titled: bool = False, root: str = ""
) -> Findings:
    """Answer the questions of the run for one group.

    Parameters
    ----------
    result
        The run.
    group
        The cohort or a subject.
    titled
        Whether the answers name whom they are about.
    root
        Path from the page to the report of the run, empty on that page itself.
    """
    scores, calls = result.scores.get(group.contrast), result.calls.get(group.contrast)
    readouts = group.rows(scores.readouts) if scores else []
    activities = group.rows(scores.activities) if scores else []
    rows = group.rows(calls.table) if calls else []
    tone = sentences.tone(result.config, group)
    engagement = [r for r in rows if r["kind"] == "engagement"]
    routes = [r for r in rows if r["kind"] in ROUTES]
    items = [
        Finding(
            "Target engaged?",
            sentences.engagement_sentence(engagement, calls.drug if calls else ""),
            engagement[0]["status"] if engagement else "",
            (root + link_calls(result)(engagement[0])) if engagement else "#calls",
        )
    ]
    states = group.rows(scores.states) if scores else []
    if states:
        state = min(states, key=lambda r: r["rank"])
        items.append(Finding("State of mTOR?", sentences.state_sentence(state), "", "#state"))
    for complex_ in ("MTORC1", "MTORC2"):
        own = [r for r in readouts if r["complex"] == complex_]
        found = [r for r in activities if r["set"] == complex_]
        text = " ".join(sentences.activity_sentence(r, tone) for r in found)
        items.append(
            Finding(
                f"{wording.label(complex_)}?",
                f"{text or 'Not scored.'} {sentences.panel_sentence(own)}",
                found[0]["status"] if found else "",
                "#activities",
            )
        )
    items.append(
        Finding(
            "What compensates?",
            sentences.compensation_sentence(routes),
            _overall(routes),
            "#calls",
        )
    )
    n_features = _n_compared(result.contrasts[group.contrast], group)
    certainty = sentences.certainty_sentence(group, readouts, rows, n_features, tone)
    items.append(Finding("How sure?", certainty, "", "#quality"))
    return Findings(
        wording.name(group.subject) if titled else "",
        sentences.headline(group, activities, rows, readouts),
        tuple(items),
    )


def _overall(rows: list[dict[str, Any]]) -> str:
    """Return yes if any route was called, no if any could be assessed, else not assessable."""
    found = {r["status"] for r in rows}
    return next((s for s in ("yes", "no", "not_assessable") if s in found), "")


def _n_compared(contrast: Contrast, group: Group) -> int:
    """Count the features with an estimate of their change."""
    effects = [e for e in contrast.effects if (e.level, e.subject) == (group.level, group.subject)]
    return int(effects[0].table["log2fc"].notna().sum()) if effects else 0


def _spread(result: RunResult, contrast: Contrast, subjects: list[Group]) -> tuple[str, ...]:
    """Count statuses and calls over the subjects, with what one pair can tell."""
    parts = []
    scores, calls = result.scores.get(contrast.name), result.calls.get(contrast.name)
    if calls:
        rows = records(calls.table[calls.table["level"] == "subject"])
        engagement = [r for r in rows if r["kind"] == "engagement"]
        for call in dict.fromkeys(r["call"] for r in engagement):
            found = [r for r in engagement if r["call"] == call]
            parts.append(sentences.spread_sentence(found, f"{call}_ENGAGEMENT"))
        parts.append(sentences.called_sentence([r for r in rows if r["kind"] in ROUTES]))
    if scores:
        table = scores.activities[scores.activities["level"] == "subject"]
        for complex_ in ("MTORC1", "MTORC2"):
            found = records(table[table["set"] == complex_])
            if found:
                parts.append(sentences.spread_sentence(found, complex_))
    tone = sentences.tone(result.config, subjects[0])
    caution = [sentences.pair_sentence(tone)] if subjects[0].n_of_one else []
    return (f"Subject by subject: {' '.join(p for p in parts if p)}", *caution)


def _matrix(result: RunResult, contrast: Contrast) -> Table:
    """Lay out the statuses: cohort and subjects against engagement, readouts and routes."""
    scores, calls = result.scores.get(contrast.name), result.calls.get(contrast.name)
    call_rows = calls.table if calls else CALLS.empty()
    engagement, routes, _ = _call_columns(call_rows)
    readouts = list(scores.readouts["readout"].drop_duplicates()) if scores else []
    heads = [Head("Who"), Head("n", title="Samples before / on treatment, or columns of changes.")]
    heads += [Head(f"{wording.label(c)} engaged") for c in engagement]
    heads += [Head(wording.label(r)) for r in readouts]
    heads += [Head("mTORC1"), Head("mTORC2")]
    heads += [Head(f"{wording.label(c)} route") for c in routes]
    rows, link, pages = [], link_calls(result), page_paths(result)
    for group in groups(contrast):
        by_call = {(r["kind"] == "engagement", r["call"]): r for r in group.rows(call_rows)}
        readout = {str(r["readout"]): r for r in group.rows(scores.readouts)} if scores else {}
        sets = {str(r["set"]): r for r in group.rows(scores.activities)} if scores else {}
        row = [
            Cell(
                wording.elide(group.who),
                title=wording.clean(group.who),
                href=pages.get(group.subject, "") if group.level == "subject" else "",
            ),
            Cell(f"{group.n_on}" if group.given else f"{group.n_pre}/{group.n_on}"),
        ]
        row += [_call_cell(by_call.get((True, c)), link) for c in engagement]
        row += [
            _score_cell(readout.get(r), "log2fc", readout_href(result, readout.get(r)))
            for r in readouts
        ]
        row += [_score_cell(sets.get(c), "score", "#activities") for c in ("MTORC1", "MTORC2")]
        row += [_call_cell(by_call.get((False, c)), link) for c in routes]
        rows.append(tuple(row))
    caption = f"Status of every readout, complex and call: {wording.name(contrast.name)}"
    return Table(caption, tuple(heads), tuple(rows), source="tables/readouts.tsv", style="matrix")


def _legend(result: RunResult, contrast: Contrast) -> str:
    """Explain the glyphs of the matrix, and what it leaves out."""
    text = (
        "▲ up, ▼ down, ■ unchanged (shown to be), ○ inconclusive, × not measured, which is never "
        "the same as unchanged; ● yes, – no, ? not assessable. Numbers are changes in log2."
    )
    calls = result.calls.get(contrast.name)
    left_out = _call_columns(calls.table)[2] if calls else 0
    if left_out:
        text += f" Left out: {wording.plural(left_out, 'route')} that nobody was called for."
    return text


def _call_columns(table: pd.DataFrame) -> tuple[list[str], list[str], int]:
    """Choose the calls that get a column: engagement, and routes up to `MAX_ROUTES`."""
    engagement = list(table.loc[table["kind"] == "engagement", "call"].drop_duplicates())
    rows = table[table["kind"].isin(ROUTES)]
    routes = list(rows["call"].drop_duplicates())
    if len(routes) <= MAX_ROUTES:
        return engagement, routes, 0
    called = list(rows.loc[rows["status"] == "yes", "call"].drop_duplicates())
    return engagement, called, len(routes) - len(called)


def _call_cell(row: Mapping[str, Any] | None, link: Callable[[Mapping[str, Any]], str]) -> Cell:
    """Make a cell of a call with its grade."""
    if row is None:
        return Cell()
    return Cell(
        str(row["grade"] or ""),
        status=str(row["status"]),
        href=link(row),
        title=wording.clean(str(row["reason"])),
    )


def _score_cell(row: Mapping[str, Any] | None, column: str, href: str) -> Cell:
    """Make a cell of a readout or a complex with its change."""
    if row is None:
        return Cell()
    return Cell(
        wording.log2(row[column]),
        status=str(row["status"]),
        href=href,
        title=wording.clean(str(row["reason"])),
    )
