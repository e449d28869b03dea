"""Sixth to eighth section: quality, what the normalisation does to the readouts, lost rows."""

import pandas as pd

from phosres.report import sentences, wording
from phosres.report.groups import records
from phosres.report.sections import Cell, Figures, Head, Notice, Part, Table, Text
from phosres.report.tables import MAX_STATIC, make_table, number, pack, text
from phosres.results import RunResult

_AUDIT = "tables/audit.tsv"
_LIGHTS = ("fail", "warn", "ok")

_CHECKS = (
    ("light", Head("Light", "status")),
    ("scope", Head("Scope")),
    ("name", Head("Name")),
    ("check", Head("Check")),
    ("value", Head("Value", "number")),
    ("limit", Head("Limit", "number", "Value at which the light changes.")),
    ("reason", Head("What was found")),
)

_LOSSES = (
    ("file", Head("File")),
    ("step", Head("Step")),
    ("reason", Head("Why")),
    ("rows", Head("Rows", "count")),
    ("fate", Head("Fate", title="Merged rows live on in another feature.")),
)


def build_quality(result: RunResult, figures: Figures) -> list[Part]:
    """Show the lights with their reasons, the warnings of every step, and the figures.

    Parameters
    ----------
    result
        The run.
    figures
        Figures by section; those of ``quality`` are shown here.
    """
    table = result.table("quality")
    parts: list[Part] = [
        Text((wording.sentence(result.quality.text), sentences.quality_sentence(records(table))))
    ]
    parts += [Notice(wording.sentence(w), "warn") for w in result.normalized.warnings]
    parts += figures.get("quality", ())
    order = table["light"].map({light: i for i, light in enumerate(_LIGHTS)})
    table = table.iloc[order.argsort(kind="stable")]
    table = table.assign(check=table["check"].map(wording.words))
    if len(table):
        parts.append(
            make_table(
                table,
                _CHECKS,
                caption="Quality checks, failures first",
                source="tables/quality.tsv",
                id="table-quality",
            )
        )
    return parts


def build_normalization(result: RunResult, figures: Figures) -> list[Part]:
    """Show each sample's shift and each readout under every normalisation.

    Parameters
    ----------
    result
        The run.
    figures
        Figures by section; those of ``normalization`` are shown here.
    """
    parts: list[Part] = [Text((wording.sentence(result.audit.text),))]
    parts += figures.get("normalization", ())
    shifts, readouts = result.table("normalization"), result.audit.readouts
    if len(shifts):
        parts.append(_shifts(shifts))
    if len(readouts):
        parts.append(_by_method(readouts))
    return parts


def build_losses(result: RunResult, figures: Figures) -> list[Part]:
    """Account for every row of the input that was not used as it is.

    Parameters
    ----------
    result
        The run.
    figures
        Figures by section; those of ``losses`` are shown here.
    """
    table = result.table("losses")
    said = sentences.losses_sentence(
        records(table), result.normalized.source.rows, result.normalized.n_features
    )
    parts: list[Part] = [Text((said,)), *figures.get("losses", ())]
    if len(table):
        fate = table["kept"].map({True: "merged", False: "dropped"})
        parts.append(
            make_table(
                table.assign(fate=fate, file=table["file"].map(wording.file_name)),
                _LOSSES,
                caption="Rows that did not become features of their own",
                source="tables/losses.tsv",
                id="table-losses",
            )
        )
    return parts


def _shifts(table: pd.DataFrame) -> Part:
    """Lay out the shifts, one row a sample and one column a method; the used one is marked."""
    methods = list(table["method"].drop_duplicates())
    used = set(table.loc[table["used"], "method"])
    wide = table.pivot_table(
        index="sample", columns="method", values="shift", sort=False, dropna=False
    )
    wide = wide.reindex(columns=methods).reset_index()
    heads = [("sample", Head("Sample"))]
    heads += [
        (m, Head(f"{wording.words(m)}{' (used)' if m in used else ''}", "log2")) for m in methods
    ]
    return make_table(
        wide,
        heads,
        caption="Value subtracted from each sample, log2",
        source="tables/normalization.tsv",
        id="table-normalization",
    )


def _by_method(table: pd.DataFrame) -> Part:
    """Lay out the readouts, one row each and one column a method."""
    methods = list(table["method"].drop_duplicates())
    table = table.assign(subject=table["subject"].fillna(""))
    keys = ["contrast", "level", "subject", "readout"]
    found = list(table.groupby(keys, sort=False))
    caption = "Status and change (log2) of each readout under each normalisation"
    if len(found) > MAX_STATIC:
        heads = [(c, Head(c.capitalize())) for c in ("contrast", "subject", "readout", "method")]
        heads += [("status", Head("Status", "status")), ("log2fc", Head("log2 change", "log2"))]
        return pack(table, heads, caption=caption, source=_AUDIT, id="table-audit")
    rows = []
    for key, group in found:
        contrast, level, subject, readout = (str(k) for k in key)
        by_method = {str(r["method"]): r for r in records(group)}
        flips = len({r["status"] for r in by_method.values()}) > 1
        cells = [
            text(subject if level == "subject" else "cohort", short=True),
            text(contrast, short=True),
            Cell(wording.label(readout)),
        ]
        for method in methods:
            row = by_method.get(method)
            change = number(row["log2fc"], "log2") if row else Cell()
            status = str(row["status"]) if row else ""
            cells.append(Cell(change.text, value=change.value, status=status))
        rows.append((*cells, Cell("differs" if flips else "same")))
    heads_ = [Head("Who"), Head("Contrast"), Head("Readout")]
    heads_ += [Head(wording.words(m)) for m in methods]
    return Table(caption, (*heads_, Head("Status")), tuple(rows), source=_AUDIT)
