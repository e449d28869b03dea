"""Read a configuration file as plain data, knowing where each key stands.

YAML 1.2 is the main format; TOML and JSON of the same layout are told by the file's extension.
"""

from collections.abc import Mapping
from pathlib import Path

from phosres.config.parsers import PARSERS
from phosres.config.places import Source, shown
from phosres.errors import ConfigError, Problem, did_you_mean

MAX_BYTES = 1_000_000
"""Largest configuration read; ours are about 1 kB, so anything larger is another file."""


def read_source(path: Path) -> Source:
    """Read a configuration file without judging what it says.

    Parameters
    ----------
    path
        A ``.yaml``, ``.yml``, ``.toml`` or ``.json`` file of at most `MAX_BYTES`, UTF-8.

    Raises
    ------
    ConfigError
        If the file is not there, not text, not of its format, or holds no keys.
    """
    parse = PARSERS.get(path.suffix.lower())
    if not path.is_file():
        raise ConfigError(missing_file(path, str(path), "the configuration"))
    if parse is None:
        raise ConfigError(
            Problem(
                f"found a '{path.suffix}' file, expected a configuration: "
                "a .yaml, .yml, .toml or .json file",
                file=str(path),
                hint="for a table of sites, `phosres init TABLE` drafts a configuration",
            )
        )
    text = _read_text(path)
    try:
        source = parse(str(path), text)
    except (ValueError, RecursionError) as error:
        what = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ConfigError(Problem(f"cannot be read: {what}", file=str(path))) from error
    if not isinstance(source.data, Mapping):
        found = shown(source.data) if source.data is not None else "an empty file"
        raise ConfigError(
            Problem(
                f"found {found}, expected keys such as 'name', 'input' and 'design'",
                file=str(path),
                hint="`phosres init TABLE` drafts a configuration",
            )
        )
    return source


def missing_file(path: Path, spelling: str, what: str, key: str = "") -> Problem:
    """Say that a file is not there, with the nearest name that is.

    Parameters
    ----------
    path
        Where it was looked for.
    spelling
        How the user wrote it.
    what
        What it was to be, for example ``the sample sheet``.
    key
        Key of the configuration that names it, if one does.
    """
    start = f"{key}: " if key else ""
    if path.is_dir():
        return Problem(f"{start}found the folder '{spelling}', expected a file ({what})")
    if not path.parent.is_dir():
        return Problem(
            f"{start}there is no file '{spelling}' ({what})",
            hint=f"its folder is not there either: {path.parent}",
        )
    try:
        names = sorted(
            p.name for p in path.parent.iterdir() if p.exists() and not p.name.startswith(".")
        )
    except PermissionError:
        names = []
    return Problem(
        f"{start}there is no file '{spelling}' ({what})",
        hint=did_you_mean(path.name, names) or f"its folder is empty: {path.parent}",
    )


def _read_text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ConfigError(
                Problem(
                    f"found {size:,} bytes, expected at most {MAX_BYTES:,}: "
                    "this is not a configuration",
                    file=str(path),
                )
            )
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(Problem(f"cannot be read: {error.strerror}", file=str(path))) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            Problem(
                f"byte {error.start + 1} is not UTF-8 text",
                file=str(path),
                line=line,
                hint="save the file as UTF-8 text",
            )
        ) from error
    return text
