"""What a batch is to run: configurations, folders of them, and sheets of one row a run."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from phosres.batch._model import Entry
from phosres.config import Config, find_names, load, load_names
from phosres.config.load import resolve_paths, validate
from phosres.config.model import SECTIONS
from phosres.config.parsers import PARSERS
from phosres.config.places import Source
from phosres.config.source import missing_file, read_source
from phosres.errors import ConfigError, PhosresError, Problem, did_you_mean
from phosres.pseudonyms import NOBODY, Names

_SHEETS: Mapping[str, str] = {".tsv": "\t", ".txt": "\t", ".csv": ","}
_BASE = "config"
_MOST_BYTES = 100_000_000
"""Largest sheet of runs: a million rows of a hundred characters."""
_RESERVED = {"con", "prn", "aux", "nul", *(f"{p}{i}" for p in ("com", "lpt") for i in range(1, 10))}
"""Names that are no folders on Windows, where results are read too."""


def plan(sources: Sequence[Path]) -> tuple[Entry, ...]:
    """List the runs of a batch.

    Parameters
    ----------
    sources
        Configurations; folders, whose configurations are taken in the order of their names; and
        sheets (TSV or CSV) of one row a run: the column ``config`` names a configuration, every
        other column a key that the row sets (``name``, ``input.table``, ``treatment.drug``, ...).
        Empty cells leave a key as it is; paths in a sheet are relative to the sheet.

    Returns
    -------
    One entry a run. A configuration that cannot be used is an entry with its problems: the other
    runs are not its affair.

    Raises
    ------
    ConfigError
        If a source is not there, a sheet cannot be understood, or two runs have one name.
    """
    problems: list[Problem] = []
    entries: list[Entry] = []
    for source in sources:
        try:
            entries += _entries(source)
        except ConfigError as error:
            problems += error.problems
    if not problems and not entries:
        problems.append(Problem("there is nothing to run", hint="name configurations or a sheet"))
    entries = _set_apart([_refuse_reserved(e) for e in _hide_strangers(entries)])
    problems += _clashes(entries)
    if problems:
        raise ConfigError(problems)
    return tuple(entries)


def take_shard(entries: Sequence[Entry], shard: str) -> tuple[Entry, ...]:
    """Take one part of a batch.

    Parameters
    ----------
    entries
        All of it.
    shard
        ``i/n``: the i-th of n parts, counted from 1; every n-th run belongs to it.

    Raises
    ------
    ConfigError
        If it is not of this form.
    """
    first, slash, last = shard.partition("/")
    if slash and first.isascii() and last.isascii() and first.isdigit() and last.isdigit():
        i, n = int(first), int(last)
        if 1 <= i <= n:
            return tuple(entries[i - 1 :: n])
    raise ConfigError(
        Problem(f"--shard: found '{shard}', expected i/n with i from 1 to n", hint="e.g. 1/4")
    )


def _entries(source: Path) -> Iterator[Entry]:
    if source.is_dir():
        found = sorted(p for p in source.iterdir() if p.suffix.lower() in PARSERS and p.is_file())
        if not found:
            hint = "configurations end in .yaml, .yml, .toml or .json"
            raise ConfigError(Problem(f"the folder '{source}' holds no configuration", hint=hint))
        for path in found:
            yield _entry(path)
    elif source.suffix.lower() in _SHEETS:
        yield from _rows(source)
    else:
        if not source.is_file():
            raise ConfigError(missing_file(source, str(source), "a configuration"))
        yield _entry(source)


def _entry(path: Path) -> Entry:
    """Make the entry of one configuration."""
    try:
        config = load(path)
    except PhosresError as error:
        return _unusable(path.stem, str(path), error, _names_in(path))
    return _usable(str(path), config)


def _usable(source: str, config: Config) -> Entry:
    """Make the entry of a configuration that can be used; its name holds pseudonyms already."""
    names = load_names(config)
    return Entry(config.name, names.redact(source), config, names=names)


def _unusable(name: str, source: str, error: PhosresError, names: Names) -> Entry:
    return hide(Entry(name, source, None, error.problems), names)


def _names_in(path: Path) -> Names:
    """Load what pseudonyms a configuration asks for that cannot be used."""
    try:
        data = deepcopy(dict(read_source(path).data))
    except ConfigError:
        return NOBODY
    return _names_of(data, path.parent)


def _names_of(data: dict[str, Any], folder: Path) -> Names:
    resolve_paths(data, folder)
    return find_names(data)


def hide(entry: Entry, names: Names) -> Entry:
    """Return an unusable run with pseudonyms in its name, its source and its problems.

    Parameters
    ----------
    entry
        The run.
    names
        Pseudonyms.
    """
    return replace(
        entry,
        run=_fallback(names.redact(entry.run)),
        source=names.redact(entry.source),
        problems=tuple(names.hide(entry.problems)),
        names=names,
    )


def _hide_strangers(entries: Sequence[Entry]) -> list[Entry]:
    """Give runs whose pseudonyms cannot be told those of another run of the batch."""
    known = next((e.names for e in entries if e.names), NOBODY)
    return [e if e.config or e.names else hide(e, known) for e in entries]


def _rows(sheet: Path) -> Iterator[Entry]:
    """Make the entries of a sheet."""
    if not sheet.is_file():
        raise ConfigError(missing_file(sheet, str(sheet), "a sheet of runs"))
    cells_of = list(_read_rows(sheet))
    header = [cell.strip() for cell in cells_of[0][1]] if cells_of else []
    _check_header(header, sheet)
    bases: dict[str, Source] = {}
    for row, cells in cells_of[1:]:
        filled = {k: c.strip() for k, c in zip(header, cells, strict=False) if c.strip()}
        if len(cells) > len(header):
            message = f"the row has {len(cells)} cells, the header has {len(header)}"
            raise ConfigError(Problem(message, str(sheet), line=row))
        if filled:
            yield _row(filled, sheet, row, bases)


def _read_rows(sheet: Path) -> Iterator[tuple[int, list[str]]]:
    """Read the rows of a sheet, each with its number."""
    try:
        size = sheet.stat().st_size
        text = sheet.read_text("utf-8-sig") if size <= _MOST_BYTES else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(Problem(f"cannot be read: {error}", file=str(sheet))) from error
    if size > _MOST_BYTES:
        message = f"found {size:,} bytes, expected at most {_MOST_BYTES:,}: no sheet of runs"
        raise ConfigError(Problem(message, file=str(sheet)))
    lines = csv.reader(text.splitlines(), delimiter=_SHEETS[sheet.suffix.lower()])
    try:
        for cells in lines:
            yield lines.line_num, cells
    except csv.Error as error:
        raise ConfigError(Problem(f"cannot be read: {error}", str(sheet), lines.line_num)) from None


def _check_header(header: Sequence[str], sheet: Path) -> None:
    known = [_BASE, *_keys()]
    problems = [
        Problem(f"unknown column '{name}'", str(sheet), line=1, hint=did_you_mean(name, known))
        for name in header
        if name not in known
    ]
    problems += [
        Problem(f"the column '{name}' is there {header.count(name)} times", str(sheet), line=1)
        for name in sorted({n for n in header if header.count(n) > 1})
    ]
    if problems:
        raise ConfigError(problems)


def _keys() -> list[str]:
    """Spell every key a row may set."""
    top = [name for name in Config.model_fields if name not in SECTIONS]
    inner = [f"{s}.{key}" for s, model in SECTIONS.items() for key in model.model_fields]
    return [*top, *inner]


def _row(filled: dict[str, str], sheet: Path, row: int, bases: dict[str, Source]) -> Entry:
    """Make the entry of one row: its base with the keys it sets."""
    where = f"{sheet}:{row}"
    name = filled.get("name", f"row_{row}")
    data: dict[str, Any] = {}
    try:
        data = _base(filled.pop(_BASE, ""), sheet, row, bases)
        for key, cell in filled.items():
            _set(data, key, cell)
        source = Source(str(sheet), data, lambda _: (row, None))
        config = validate(source, sheet.parent)
    except PhosresError as error:
        return _unusable(name, where, error, _names_of(data, sheet.parent))
    return _usable(where, config)


def _base(spelled: str, sheet: Path, row: int, bases: dict[str, Source]) -> dict[str, Any]:
    """Return the data of the configuration a row starts from, its paths absolute."""
    if not spelled:
        return {}
    path = sheet.parent / spelled
    if spelled not in bases:
        if not path.is_file():
            problem = missing_file(path, spelled, "the configuration")
            raise ConfigError(Problem(problem.message, str(sheet), row, _BASE, problem.hint))
        bases[spelled] = read_source(path)
    source = bases[spelled]
    if source.problems:
        raise ConfigError(source.problems)
    data = deepcopy(dict(source.data))
    resolve_paths(data, path.parent)
    return data


def _set(data: dict[str, Any], key: str, cell: str) -> None:
    """Set a key to what a cell says: JSON where it is JSON, else the text as it is."""
    section, _, inner = key.rpartition(".")
    target = data
    if section:
        if not isinstance(data.get(section), dict):
            data[section] = {}
        target = data[section]
    target[inner] = cell if key in _TEXTS else _value(cell)


_TEXTS = ("name", "input.table", "input.samples", "report.title", "treatment.drug")
"""Keys whose cells are texts even where they look like numbers."""


def _value(cell: str) -> Any:
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _fallback(name: str) -> str:
    """Make a folder's name of a name that is not usable as it is."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "_-.") else "_" for c in name)
    return plain.strip("._-")[:64] or "run"


def _set_apart(entries: Sequence[Entry]) -> list[Entry]:
    """Give unusable runs names of their own, so that a bad row is no obstacle to the others."""
    taken = {e.run.casefold() for e in entries if e.config}
    found = []
    for entry in entries:
        start = f"run-{entry.run}" if _is_reserved(entry.run) else entry.run
        name, n = start, 1
        while entry.config is None and name.casefold() in taken:
            n += 1
            name = f"{start}-{n}"
        taken.add(name.casefold())
        found.append(replace(entry, run=name))
    return found


def _is_reserved(name: str) -> bool:
    return name.partition(".")[0].casefold() in _RESERVED


def _refuse_reserved(entry: Entry) -> Entry:
    """Make a run unusable whose folder could not be read on Windows."""
    if entry.config is None or not _is_reserved(entry.run):
        return entry
    problem = Problem(f"'{entry.run}' is no name for a folder on Windows", hint="name it otherwise")
    return replace(entry, config=None, problems=(problem,))


def _clashes(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Find runs whose folders would be one, also where upper and lower case are the same."""
    by_name: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_name[entry.run.casefold()].append(entry)
    for same in by_name.values():
        if len(same) > 1:
            shown = ", ".join(e.source for e in same[:4])
            hint = "give each run its own name (key 'name', or a column of that name in the sheet)"
            yield Problem(f"{len(same)} runs are named '{same[0].run}': {shown}", hint=hint)
