"""Load a configuration file: a checked `Config`, or every problem of the file at once."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from phosres.config.messages import explain, place
from phosres.config.model import Config, Input, find_side_clash
from phosres.config.model import Knowledge as KnowledgeTables
from phosres.config.places import KeyPath, Source, shown
from phosres.config.source import missing_file, read_source
from phosres.errors import ConfigError, KnowledgeError, PhosresError, Problem, did_you_mean
from phosres.pseudonyms import NOBODY, Names, open_names

_FILES = {
    ("statistics", "noise_model"): "the noise model",
    ("input", "table"): "the table",
    ("input", "samples"): "the sample sheet",
    ("input", "fasta"): "the FASTA file",
    ("input", "protein_table"): "the protein table",
    ("input", "pseudonyms"): "the table of pseudonyms",
    ("input", "pseudonym_key"): "the secret of the pseudonyms",
    ("normalization", "stable_sites"): "the list of stable sites",
    **{("knowledge", key): f"the table of {key}" for key in KnowledgeTables.model_fields},
}
"""Keys that name files."""
_LONGEST_NAME = 64
"""Characters of a run's name, as the model has it."""


def load(path: str | Path) -> Config:
    """Load and check a configuration file.

    Parameters
    ----------
    path
        YAML, TOML or JSON file. Relative paths in it are taken from its folder.

    Returns
    -------
    The configuration, with absolute paths.

    Raises
    ------
    ConfigError
        With every problem of the file, in the order of its lines.
    """
    return validate(read_source(Path(path)), Path(path).parent)


def validate(source: Source, folder: Path) -> Config:
    """Check a configuration that was read or put together.

    Parameters
    ----------
    source
        What it says, and where each key stands.
    folder
        Folder that relative paths are taken from.

    Returns
    -------
    The configuration, with absolute paths, its name without ids that have pseudonyms.

    Raises
    ------
    ConfigError
        With every problem, in the order of the lines.
    DataError
        If subjects of the sheet lack pseudonyms.
    """
    data = deepcopy(dict(source.data))
    problems: list[Problem] = [*source.problems, *_check_surroundings(source, folder)]
    resolve_paths(data, folder)
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        problems += explain(source, error.errors(include_url=False))
    if problems:
        problems = sorted(dict.fromkeys(problems), key=lambda p: _by_place(p, source.file))
        raise ConfigError(find_names(data).hide(problems))
    name = load_names(config).redact(config.name)[:_LONGEST_NAME]
    return config if name == config.name else config.model_copy(update={"name": name})


def load_names(config: Config) -> Names:
    """Load the pseudonyms that a configuration asks for.

    Parameters
    ----------
    config
        A configuration.

    Raises
    ------
    ConfigError, DataError
        See `phosres.pseudonyms.open_names`.
    """
    given = config.input
    return open_names(given.samples, mapping=given.pseudonyms, key=given.pseudonym_key)


def find_names(data: Mapping[str, Any]) -> Names:
    """Load what pseudonyms there are for a configuration that cannot be used; none if in doubt.

    Parameters
    ----------
    data
        What it says, with absolute paths.
    """
    section = _section(data, "input")
    sheet, mapping, key = (
        Path(found) if isinstance(found, str) and Path(found).is_file() else None
        for found in map(section.get, ("samples", "pseudonyms", "pseudonym_key"))
    )
    for samples in (sheet, None):
        try:
            return open_names(samples, mapping=mapping, key=None if mapping else key)
        except PhosresError:
            continue
    return NOBODY


def load_input(path: str | Path) -> Input | None:
    """Load what a configuration says of its files, whatever else is wrong with it.

    Parameters
    ----------
    path
        As for `load`.

    Returns
    -------
    None if the files are not named or not there.
    """
    try:
        data = deepcopy(dict(read_source(Path(path)).data))
    except ConfigError:
        return None
    resolve_paths(data, Path(path).parent)
    section = _section(data, "input")
    files = {k: section[k] for name, k in _FILES if name == "input" and section.get(k)}
    if "table" not in files or not all(Path(str(f)).is_file() for f in files.values()):
        return None
    for candidate in (section, files):
        try:
            return Input.model_validate(candidate)
        except ValidationError:
            continue
    return None


def _by_place(problem: Problem, file: str) -> tuple[bool, int, int]:
    """Order the problems of a file by place; those of the tables it names follow."""
    column = problem.column if isinstance(problem.column, int) else 0
    return (problem.file != file, problem.line or 0, column)


def _section(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a section, empty if it is missing or not a section (the model says so)."""
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def resolve_paths(data: Mapping[str, Any], folder: Path) -> None:
    """Make the paths of a configuration's plain data absolute, in place.

    Parameters
    ----------
    data
        What a configuration says.
    folder
        Folder that relative paths are taken from.
    """
    for name, key in _FILES:
        section = _section(data, name)
        spelling = section.get(key)
        if isinstance(spelling, str) and "\0" not in spelling:
            section[key] = str((folder / spelling.strip()).resolve())
    for _, network in _networks(data):
        spelling = network.get("path")
        if isinstance(spelling, str) and "\0" not in spelling:
            network["path"] = str((folder / spelling.strip()).resolve())


def _networks(data: Mapping[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """Return the networks that are keys with values, with their positions."""
    found = data.get("networks")
    items = found if isinstance(found, list) else []
    return [(at, item) for at, item in enumerate(items) if isinstance(item, dict)]


def _check_surroundings(source: Source, folder: Path) -> Iterator[Problem]:
    """Check what the model cannot know: the files, the formats and the drugs there are."""
    named: list[tuple[KeyPath, str, object]] = [
        (path, what, _section(source.data, path[0]).get(path[1])) for path, what in _FILES.items()
    ]
    named += [
        (("networks", at, "path"), "the network", network.get("path"))
        for at, network in _networks(source.data)
    ]
    for path, what, spelling in named:
        if not isinstance(spelling, str) or "\0" in spelling:
            continue
        target = (folder / spelling.strip()).resolve()
        if not spelling.strip():
            yield place(source, path, "found an empty text, expected a file")
        elif not target.is_file():
            problem = missing_file(target, spelling, what)
            yield place(source, path, problem.message, problem.hint)
    yield from _check_format(source, _section(source.data, "input").get("format", "auto"))
    yield from _check_sides(source)
    yield from _check_knowledge(source, folder)


def _check_sides(source: Source) -> Iterator[Problem]:
    """Check null where a side is needed, also where another key keeps the model from looking."""
    given, design = _section(source.data, "input"), _section(source.data, "design")
    values = given.get("values", "auto")
    if values != "change" and not ("samples" in given and "pre" in design):
        return  # the model says that the key is missing
    found = find_side_clash(values, given.get("samples"), design.get("pre"))
    if found is not None:
        section, key, message, hint = found
        yield place(source, (section, key), message, hint)


def _check_format(source: Source, name: object) -> Iterator[Problem]:
    from phosres.readers import FORMATS

    known = ["auto", *(f.name for f in FORMATS)]
    if isinstance(name, str) and name.strip() and name.strip() not in known:
        message = f"found {shown(name)}, expected auto or a name from `phosres show formats`"
        yield place(source, ("input", "format"), message, did_you_mean(name, known))


def _check_knowledge(source: Source, folder: Path) -> Iterator[Problem]:
    """Check the user's tables of the knowledge base, and the drug among what they make of it."""
    from phosres.knowledge import load as load_knowledge

    name = _section(source.data, "treatment").get("drug")
    given = _section(source.data, "knowledge")
    paths = {
        key: (folder / given[key].strip()).resolve()
        for key in KnowledgeTables.model_fields
        if isinstance(given.get(key), str) and given[key].strip() and "\0" not in given[key]
    }
    asked = isinstance(name, str) and name.strip()
    if not (asked or paths) or not all(p.is_file() for p in paths.values()):
        return
    try:
        knowledge = load_knowledge(paths)
    except KnowledgeError as error:
        yield from error.problems
        return
    try:
        if asked:
            knowledge.find_drug(str(name))
    except KnowledgeError as error:
        for problem in error.problems:
            yield place(source, ("treatment", "drug"), problem.message, problem.hint)
