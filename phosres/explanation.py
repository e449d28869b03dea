"""From a call of a result folder back to the rows of the input file it rests on.

Only the tables of the folder are read, so that a result explains itself wherever it lies.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from phosres import store
from phosres.config.source import read_source
from phosres.errors import ConfigError, Problem, did_you_mean

_TABLES = ("calls", "trace", "readouts", "activities", "evidence", "sites", "samples")
_KEY = ("contrast", "level", "subject")
_SHOWN = 40
"""Features, or samples, that are written one by one; the rest is counted."""


@dataclass(frozen=True, eq=False)
class Folder:
    """A result folder: its tables as text, what was compared, and its input files by hash.

    Parameters
    ----------
    path
        The folder.
    tables
        By name; every cell is text.
    pre
        Conditions before treatment.
    inputs
        SHA-256 of the input files by name.
    header
        Row of the header of the table.
    roles
        Columns of the table that were read, by what they hold.
    """

    path: Path
    tables: dict[str, pd.DataFrame]
    pre: tuple[str, ...]
    inputs: dict[str, str]
    header: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)


def is_result(folder: Path) -> bool:
    """Tell whether a folder holds the result of one run.

    Parameters
    ----------
    folder
        Any path.
    """
    return (folder / store.RUN).is_file() and (folder / "tables" / "calls.tsv").is_file()


def explain(folder: Path, call: str, *, contrast: str = "", subject: str = "") -> str:
    """Trace a call back to rule, gates, readouts and sets, features, and the input file.

    Parameters
    ----------
    folder
        Folder of a result.
    call
        Id of the call, in any case.
    contrast, subject
        Which ones; empty: every contrast, and the cohort (without one: every subject).

    Returns
    -------
    Lines to print.

    Raises
    ------
    ConfigError
        If the folder is no result, or has no such call, contrast or subject.
    """
    result = _open(folder)
    rows = _select(result, call, contrast, subject)
    blocks = [
        "\n".join(_lines(result, {str(k): str(v) for k, v in row.items()}))
        for _, row in rows.iterrows()
    ]
    return "\n\n".join([*blocks, "\n".join(_input_lines(result, rows))])


def _open(folder: Path) -> Folder:
    """Read the tables of a result folder."""
    missing = [n for n in _TABLES if not (folder / "tables" / f"{n}.tsv").is_file()]
    if not is_result(folder) or missing:
        why = f"lacks tables/{missing[0]}.tsv" if missing else f"has no {store.RUN}"
        hint = "name the folder that `phosres run` wrote, of this version or a later one"
        raise ConfigError(Problem(f"'{folder}' is not a whole result: it {why}", hint=hint))
    tables = {
        name: pd.read_csv(
            folder / "tables" / f"{name}.tsv", sep="\t", dtype=str, keep_default_na=False
        )
        for name in _TABLES
    }
    resolved = folder / "config.resolved.yaml"
    pre = read_source(resolved).data.get("design", {}).get("pre") if resolved.is_file() else ()
    facts = store.read_json(folder / store.RUN)
    named = {Path(p).name: str(h) for p, h in facts.get("inputs", {}).items()}
    reading = facts.get("reading", {})
    header, roles = str(reading.get("header_row", "")), reading.get("columns", {})
    return Folder(folder, tables, tuple(map(str, pre or ())), named, header, roles)


def _select(result: Folder, call: str, contrast: str, subject: str) -> pd.DataFrame:
    """Choose the rows of the call table that are meant."""
    rows = result.tables["calls"]
    for column, wanted in (("call", call), ("contrast", contrast), ("subject", subject)):
        if not wanted:
            continue
        same = rows[column].str.casefold() == wanted.casefold()
        if not same.any():
            known = sorted({v for v in rows[column] if v})
            hint = did_you_mean(wanted, known) or f"there are: {', '.join(known[:30]) or 'none'}"
            raise ConfigError(Problem(f"no {column} '{wanted}' in '{result.path}'", hint=hint))
        rows = rows[same]
    cohort = rows[rows["level"] == "cohort"]
    return cohort if len(cohort) and not subject else rows


def _lines(result: Folder, row: dict[str, str]) -> Iterator[str]:
    """Explain one row of the call table."""
    who = f"subject {row['subject']}" if row["subject"] else "the cohort"
    graded = f", {row['grade']}" if row["grade"] else ""
    yield f"call        {row['call']} ({row['kind']}) of {row['contrast']}, {who}"
    yield f"status      {row['status'].replace('_', ' ')}{graded}"
    for name in ("reason", "hypothesis", "source"):
        if row[name]:
            yield f"{name:<11} {row[name]}"
    parts = result.tables["trace"]
    parts = parts[parts["call"] == row["call"]]
    yield from _gate_lines(result, row, parts)
    targets = []
    for part in parts[parts["kind"] != "call"].to_dict("records"):
        text = _state(result, row, str(part["name"]))
        asked = f", asked: {part['asked'].replace('|', ' or ')}" if part["asked"] else ""
        yield f"looked at   {part['role']} {part['name'].replace(';', ', ')}{asked}{text}"
        targets += str(part["name"]).split(";")
    yield from _feature_lines(result, row, targets)


def _gate_lines(result: Folder, row: dict[str, str], parts: pd.DataFrame) -> Iterator[str]:
    """Say how the gates stood, those first that changed the call."""
    changed = [g for g in row.get("gates", "").split(";") if g]
    asked = [*changed, *parts.loc[parts["kind"] == "call", "name"]]
    calls = _same(result.tables["calls"], row)
    for name in dict.fromkeys(asked):
        found = calls[calls["call"] == name]
        status = found["status"].iloc[0].replace("_", " ") if len(found) else "not asked"
        reason = f": {found['reason'].iloc[0]}" if len(found) else ""
        mark = " (lowered or blocked this call)" if name in changed else ""
        yield f"gate        {name} {status}{mark}{reason}"


def _state(result: Folder, row: dict[str, str], name: str) -> str:
    """Say what became of a set or readout."""
    for table, column, number in (
        ("activities", "set", "score"),
        ("readouts", "readout", "log2fc"),
    ):
        mine = _same(result.tables[table], row)
        found = mine[mine[column] == name]
        if len(found):
            one = found.iloc[0]
            change = f" {float(one[number]):+.2f} log2" if one[number] else ""
            return f" -> {one['status'].replace('_', ' ')}{change}"
    return ""


def _same(table: pd.DataFrame, row: dict[str, str]) -> pd.DataFrame:
    """Keep the rows of the contrast, level and subject of a call."""
    keep = pd.Series(data=True, index=table.index)
    for column in _KEY:
        keep &= table[column] == row[column]
    return table[keep]


def _feature_lines(result: Folder, row: dict[str, str], targets: Sequence[str]) -> Iterator[str]:
    """List the features behind a call with where they stand in the input file."""
    evidence = _same(result.tables["evidence"], row)
    evidence = evidence[evidence["target"].isin(targets)]
    sites = _same(result.tables["sites"], row).set_index("feature")
    carried = [
        str(f)
        for f, ids in sites["site_ids"].items()
        if ids and not set(ids.split(";")).isdisjoint(targets)
    ]
    named = [part.rsplit(" ", 1)[0].strip() for part in row["sites"].split("|")]
    features = [*evidence["feature"], *carried, *(n for n in named if n in sites.index)]
    features = [f for f in dict.fromkeys(features) if f in sites.index]
    if not features:
        yield "evidence    none of the sites it looks at is in the table"
        return
    yield f"evidence    {len(features)} peptidoforms"
    evidence = evidence.assign(use=evidence.apply(_use, axis=1)) if len(evidence) else evidence
    for feature in features[:_SHOWN]:
        one = sites.loc[feature]
        change = f"{float(one['log2fc']):+.2f} log2" if one["log2fc"] else "no change estimable"
        known = one["localization"]
        where = f"localisation {float(known):.2f}" if known else "localisation not given"
        peptide = f", peptide {one['peptide']}" if one.get("peptide") else ""
        uses = evidence.loc[evidence["feature"] == feature, "use"] if len(evidence) else ()
        used = "; ".join(["", *dict.fromkeys(uses)]) or "; counts in nothing it looks at"
        yield (
            f"  {feature}: {one['gene']} {one['site']} ({one['site_ids'] or 'no curated site'})"
            f"{peptide}, {where}, {change}, values before {one['n_pre']}, on {one['n_on']}, "
            f"rows {one['source_rows'].replace(';', ', ')} of the input{used}"
        )
    if len(features) > _SHOWN:
        yield f"  and {len(features) - _SHOWN} more, see tables/evidence.tsv and tables/sites.tsv"


def _use(row: "pd.Series[str]") -> str:
    """Say how much a feature counts in a readout or set, and what is special about it."""
    share = float(row["weight"]) if row["weight"] else 0.0
    note = f" ({row['note']})" if row["note"] else ""
    text = f"makes {share:.0%} of" if share > 0 else "does not count in"
    return f"{text} {row['target']}{note}"


def _input_lines(result: Folder, rows: pd.DataFrame) -> Iterator[str]:
    """Name the input file and its columns behind the samples that were compared."""
    samples = result.tables["samples"]
    conditions = {*result.pre, *rows["contrast"]}
    used = samples[samples["condition"].isin(conditions)]
    used = used if len(used) else samples
    subjects = set(rows["subject"]) - {""}
    mine = used[used["subject"].isin(subjects)] if subjects else used
    mine = mine if len(mine) else used
    for file in dict.fromkeys(mine["file"]):
        known = f" (sha256 {result.inputs[file]})" if file in result.inputs else ""
        header = f", header in row {result.header}" if result.header else ""
        yield f"input       {file}{known}{header}"
    if result.roles:
        roles = "; ".join(f"{role} from '{name}'" for role, name in result.roles.items())
        yield f"  {roles}"
    for one in mine.head(_SHOWN).to_dict("records"):
        where = one["columns"] or "not known"
        yield f"  {one['sample']} ({one['subject']}, {one['condition']}): columns {where}"
    if len(mine) > _SHOWN:
        yield f"  and {len(mine) - _SHOWN} more samples, see tables/samples.tsv"
