"""Second section: every call with the sites behind it, and what could not be assessed."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from phosres.report import wording
from phosres.report.groups import Group, leading, records
from phosres.report.sections import Card, Cards, Cell, Figures, Head, Heading, Part, Table, Text
from phosres.report.tables import MAX_STATIC, pack, text
from phosres.results import RunResult

_KINDS = ("engagement", "compensation", "resistance", "quality")
_STATUSES = ("yes", "no", "not_assessable")
_LINES = ("reason", "sites", "hypothesis", "source")
_LABELS = {"reason": "Why", "sites": "Sites", "hypothesis": "Hypothesis", "source": "Source"}

_PACKED = tuple(
    (c, Head(c.capitalize(), "status" if c == "status" else "text"))
    for c in (
        *("contrast", "subject", "call", "kind", "status", "grade"),
        *("sites", "reason", "hypothesis", "source"),
    )
)


def link_calls(result: RunResult) -> Callable[[Mapping[str, Any]], str]:
    """Return a function from a call to its link: its own anchor, or the section if it is packed.

    Parameters
    ----------
    result
        The run.
    """
    few = sum(len(c.table) for c in result.calls.values()) <= MAX_STATIC
    spelled = _spelled(result)
    return lambda row: f"#{_anchor(row)}" if few or _key(row) in spelled else "#calls"


def build(result: RunResult, figures: Figures) -> list[Part]:
    """List the calls: cards for the leading groups, a table for all others.

    Parameters
    ----------
    result
        The run.
    figures
        Figures by section; those of ``calls`` are shown here.
    """
    table = result.table("calls")
    if table.empty:
        return [Text(("No call was made: none of the rules applies to this run.",))]
    parts: list[Part] = [
        Text(
            (
                "A call is a hypothesis with its evidence and its source. Yes and no carry a grade "
                "(strong, moderate or weak); what could not be assessed is listed with the reason, "
                "because it is not the same as no.",
            )
        ),
        *figures.get("calls", ()),
    ]
    for contrast in result.contrasts.values():
        for group in leading(contrast):
            parts += _group(group, group.rows(table))
    spelled = _spelled(result)
    rest = table[[_key(r) not in spelled for r in records(table)]]
    if len(rest):
        parts.append(Heading("Calls subject by subject"))
        parts.append(_rest(rest, static=len(table) <= MAX_STATIC))
    return parts


def _spelled(result: RunResult) -> set[tuple[str, str, str]]:
    """Return whose calls are spelled out: contrast, level and subject."""
    return {g.key for c in result.contrasts.values() for g in leading(c)}


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return whom a call speaks of."""
    return (str(row["contrast"]), str(row["level"]), str(row["subject"] or ""))


def _group(group: Group, rows: list[dict[str, Any]]) -> list[Part]:
    """Make the cards of what was called, and the tables of what was not or could not be."""
    who = f"{wording.name(group.contrast)}, {wording.name(group.who)}"
    by_status: dict[str, list[dict[str, Any]]] = {s: [] for s in _STATUSES}
    for row in sorted(rows, key=lambda r: _KINDS.index(r["kind"])):
        by_status[row["status"]].append(row)
    parts: list[Part] = [Heading(who)]
    if by_status["yes"]:
        parts.append(Cards(tuple(make_card(r) for r in by_status["yes"])))
    else:
        parts.append(Text(("Nothing was called.",)))
    if by_status["no"]:
        parts.append(_listed(f"Assessed and not called: {who}", by_status["no"], "Why"))
    if by_status["not_assessable"]:
        caption = f"Not assessable, which is not the same as no: {who}"
        parts.append(_listed(caption, by_status["not_assessable"], "Why not"))
    return parts


def _listed(caption: str, rows: list[dict[str, Any]], why: str) -> Table:
    """Make the table of calls that were not made."""
    heads = (Head("Call"), Head(why), Head("Source"))
    return Table(
        caption,
        heads,
        tuple(
            (
                Cell(
                    wording.label(r["call"]),
                    id=_anchor(r),
                    lines=(("", ", ".join(str(r[c]) for c in ("kind", "grade") if r[c])),),
                ),
                Cell(
                    wording.sentence(wording.clean(str(r["reason"]))),
                    lines=(("Sites", str(r["sites"])),) if r["sites"] else (),
                ),
                text(r["source"]),
            )
            for r in rows
        ),
        source="tables/calls.tsv",
    )


def make_card(row: Mapping[str, Any]) -> Card:
    """Make the card of one call.

    Parameters
    ----------
    row
        Row of the calls table.
    """
    return Card(
        id=_anchor(row),
        title=f"{wording.label(row['call'])} · {row['kind']}",
        status=row["status"],
        grade=str(row["grade"] or ""),
        lines=tuple(
            (
                _LABELS[c],
                wording.sentence(str(row[c])) if c in ("reason", "hypothesis") else str(row[c]),
            )
            for c in _LINES
            if row[c]
        ),
    )


def _rest(table: pd.DataFrame, *, static: bool) -> Part:
    """Make the table of the calls that have no card."""
    caption = "Calls of each subject, those that were made first"
    if not static:
        return pack(table, _PACKED, caption=caption, source="tables/calls.tsv", id="table-calls")
    order = table["status"].map(_STATUSES.index)
    rows = tuple(
        (
            Cell(wording.elide(r["subject"]), title=wording.clean(r["subject"]), id=_anchor(r)),
            text(r["contrast"], short=True),
            Cell(wording.label(r["call"]), lines=(("", str(r["kind"])),)),
            Cell(str(r["grade"] or ""), status=str(r["status"])),
            Cell(
                wording.sentence(str(r["reason"])),
                lines=tuple(
                    (_LABELS[c], str(r[c]))
                    for c in _LINES[1:]
                    if r[c] and (c != "hypothesis" or r["status"] == "yes")
                ),
            ),
        )
        for r in records(table.iloc[order.argsort(kind="stable")])
    )
    heads = (Head("Subject"), Head("Contrast"), Head("Call"), Head("Status"), Head("Why"))
    return Table(caption, heads, rows, source="tables/calls.tsv")


def _anchor(row: Mapping[str, Any]) -> str:
    """Return the anchor of a call."""
    return wording.anchor("call", *_key(row), str(row["kind"]), str(row["call"]))
