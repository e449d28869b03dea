"""One page a patient: the answers, the map, the readouts and the calls on two sheets of paper."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from phosres.columns import SCHEMAS
from phosres.report import calls, readouts, sentences, wording
from phosres.report._page import Page, compose, embed
from phosres.report.answer import describe_group
from phosres.report.groups import Group, groups, page_paths, records
from phosres.report.methods import state_basis
from phosres.report.sections import (
    Cards,
    Cell,
    Figure,
    Head,
    Heading,
    Notice,
    Part,
    Section,
    Table,
    Terms,
    Text,
)
from phosres.report.tables import make_table, number
from phosres.results import RunResult

ROOT = "../"
"""Path from the page of a patient to the folder of the run."""

_CLEAR = ("up", "down", "unchanged")


def render_patients(result: RunResult) -> dict[str, Page]:
    """Make the page of every subject that has results of its own.

    Parameters
    ----------
    result
        The run.

    Returns
    -------
    Pages by path relative to the folder of the run; the same run gives the same bytes. What fails
    becomes a box with the reason.
    """
    paths = page_paths(result)
    title = (result.config.get("report") or {}).get("title") or result.name
    return {path: _render(result, subject, title) for subject, path in paths.items()}


def _render(result: RunResult, subject: str, above: str) -> Page:
    mine = [
        g
        for c in result.contrasts.values()
        for g in groups(c)
        if g.level == "subject" and g.subject == subject
    ]
    sections = [
        _section(id_, title, build, result, mine)
        for id_, title, build in (
            ("answer", "The answer", _answer),
            ("readouts", "Readouts", _readouts),
            ("activities", "Complexes and pathways", _activities),
            ("calls", "Calls and their evidence", _calls),
            ("quality", "Quality", _quality),
            ("methods", "How it was made", _methods),
        )
    ]
    failed = [f"section {s.id}: {s.failed}" for s in sections if s.failed]
    failed += [
        f"figure {p.id}: {p.error}"
        for s in sections
        for p in s.parts
        if isinstance(p, Figure) and p.error and p.tone == "fail"
    ]
    name = wording.elide(subject, 80)
    html = compose(
        name,
        sections,
        kind="patient several" if len(mine) > 1 else "patient",
        root=ROOT,
        above=wording.elide(above),
    )
    return Page(html, tuple(f"page of {wording.elide(subject)}, {f}" for f in failed))


def _section(id_: str, title: str, build: Any, result: RunResult, mine: Sequence[Group]) -> Section:
    """Build one section; whatever goes wrong stays inside it."""
    try:
        return Section(id_, title, tuple(build(result, mine)))
    except Exception as error:  # noqa: BLE001 - the other sections must still reach the reader
        return Section(id_, title, failed=wording.clean(f"{type(error).__name__}: {error}"))


def _answer(result: RunResult, mine: Sequence[Group]) -> list[Part]:
    """Say what was found, then draw the map and the place within the cohort."""
    from phosres.figures import render_subject

    parts: list[Part] = []
    for group in mine:
        if len(mine) > 1:
            parts.append(Heading(f"{wording.name(group.contrast)} against pre-treatment"))
        parts.append(describe_group(result, group, root=f"{ROOT}report.html"))
    for group in mine:
        for drawn in render_subject(result, group.contrast, group.subject):
            figure = embed(drawn, source="tables/activities.tsv")
            stem = wording.anchor(drawn.id, *group.key)
            parts.append(_renamed(figure, stem))
    return parts


def _renamed(figure: Figure, id_: str) -> Figure:
    return replace(figure, id=id_)


def _rows(result: RunResult, mine: Sequence[Group], name: str) -> pd.DataFrame:
    """Return the rows of a table that speak of the subject."""
    parts = []
    for group in mine:
        scores, called = result.scores.get(group.contrast), result.calls.get(group.contrast)
        table = called.table if called and name == "calls" else getattr(scores, name, None)
        if table is not None:
            own = (table["level"] == group.level) & (table["subject"] == group.subject)
            parts.append(table[own])
    return pd.concat(parts, ignore_index=True) if parts else SCHEMAS[name].empty()


def _readouts(result: RunResult, mine: Sequence[Group]) -> list[Part]:
    """Show the readouts with their peptidoforms."""
    table = _rows(result, mine, "readouts")
    if table.empty:
        return [Text(("No readout was scored.",))]
    return [readouts.make_static(table, root=f"{ROOT}report.html")]


def _activities(result: RunResult, mine: Sequence[Group]) -> list[Part]:
    """Show the sets that are clear, and name the others."""
    table = _rows(result, mine, "activities")
    clear = table[table["status"].isin(_CLEAR)]
    parts: list[Part] = []
    if len(clear):
        parts.append(
            Table(
                "Sets that rose, fell or stayed",
                (
                    Head("Set"),
                    Head("Contrast"),
                    Head("Status", "status"),
                    Head("Score", "log2", "Signed weighted change of the members, log2."),
                    Head("Interval", title="Confidence interval of the score, log2."),
                    Head("q", "p", "p value adjusted within its family."),
                    Head("Seen", title="Member sites measured, of those in the set."),
                ),
                tuple(
                    (
                        Cell(wording.clean(str(r["set"])), lines=(("", str(r["kind"])),)),
                        Cell(wording.elide(str(r["contrast"]))),
                        Cell(status=str(r["status"])),
                        number(r["score"], "log2"),
                        Cell(wording.interval(r["ci_low"], r["ci_high"])),
                        number(r["q"], "p"),
                        Cell(
                            f"{wording.count(r['n_measured'])} of {wording.count(r['n_members'])}"
                        ),
                    )
                    for r in records(clear)
                ),
                source="tables/activities.tsv",
            )
        )
    for status, said in (
        ("inconclusive", "Inconclusive"),
        ("not_measured", "Not measured, which says nothing about a change"),
    ):
        names = list(dict.fromkeys(table.loc[table["status"] == status, "set"]))
        if names:
            parts.append(Text((f"{said}: {wording.listing(map(wording.label, names), 80)}.",)))
    return parts


def _calls(result: RunResult, mine: Sequence[Group]) -> list[Part]:
    """Show what was called with its evidence; name what was not; say why what could not be."""
    table = _rows(result, mine, "calls")
    if table.empty:
        return [Text(("No call was made: none of the rules applies.",))]
    parts: list[Part] = []
    for group in mine:
        rows = group.rows(table)
        parts.append(Heading(wording.name(group.contrast)))
        cards = [calls.make_card(r) for r in rows if r["status"] == "yes"]
        parts.append(Cards(tuple(cards)) if cards else Text(("Nothing was called.",)))
        no = [
            f"{wording.label(r['call'])} ({r['grade'] or r['kind']})"
            for r in rows
            if r["status"] == "no"
        ]
        if no:
            parts.append(Text((f"Assessed and not called: {wording.listing(no, 80)}.",)))
        open_ = [r for r in rows if r["status"] == "not_assessable"]
        if open_:
            parts.append(_unassessed(open_, wording.name(group.contrast)))
    return parts


def _coverage(row: Mapping[str, Any]) -> str:
    return f"{wording.count(row['n_measured'])} of {wording.count(row['n_members'])}"


def _name(row: Mapping[str, Any]) -> str:
    """Name a call with its grade."""
    return f"{wording.label(row['call'])} ({row['grade'] or row['kind']})"


def _unassessed(rows: Sequence[Mapping[str, Any]], contrast: str) -> Table:
    """List what could not be assessed by the reason why."""
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        by_reason.setdefault(str(row["reason"]), []).append(wording.label(row["call"]))
    return Table(
        f"Not assessable, which is not the same as no: {contrast}",
        (Head("Calls"), Head("Why not")),
        tuple(
            (Cell(", ".join(names)), Cell(wording.sentence(wording.clean(reason))))
            for reason, names in by_reason.items()
        ),
        source="tables/calls.tsv",
        style="fold",
    )


def _quality(result: RunResult, mine: Sequence[Group]) -> list[Part]:
    """Show the checks of the subject's samples and pairs that are not in order."""
    table = result.table("quality")
    subject = mine[0].subject
    samples = {
        str(s)
        for g in mine
        for s, a in result.contrasts[g.contrast].arms["subject"].items()
        if a == subject
    }
    named = table["name"].astype(str)
    own = table[
        ((table["scope"] == "sample") & named.isin(samples))
        | ((table["scope"] == "pair") & named.str.contains(subject, regex=False))
    ]
    parts: list[Part] = [
        Notice(wording.sentence(w), "warn") for w in result.normalized.warnings if subject in w
    ]
    bad = own[own["light"] != "ok"]
    said = f"{len(own) - len(bad)} of {wording.plural(len(own), 'check')} of its samples in order."
    parts.append(Text((said,)))
    if len(bad):
        heads = (
            ("light", Head("Light", "status")),
            ("name", Head("Name")),
            ("check", Head("Check")),
            ("reason", Head("What was found")),
        )
        shown = bad.assign(check=bad["check"].map(wording.words))
        parts.append(
            make_table(
                shown, heads, caption="Checks that need a look", source="tables/quality.tsv",
                id="table-quality",
            )
        )  # fmt: skip
    return parts


def _methods(result: RunResult, mine: Sequence[Group]) -> list[Part]:
    """Say how it was made, briefly; the report of the run has the whole."""
    basis, terms = state_basis(result)
    tone = sentences.tone(result.config, mine[0])
    noise = sentences.pair_sentence(tone) if mine[0].n_of_one else ""
    return [Text(tuple(t for t in (basis, noise) if t)), Terms("Versions and hashes", terms)]
