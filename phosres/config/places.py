"""Places in a configuration file, and how keys and values are spelled in messages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from phosres.errors import Problem

Place = tuple[int | None, int | None]
KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Source:
    """A configuration file as data.

    Parameters
    ----------
    file
        The file as the user named it.
    data
        What the file holds.
    locate
        Line and column (1-based, None where unknown) of a key path such as ``("design", "on")``.
    problems
        What is wrong with the file although it could be read: keys given twice.
    """

    file: str
    data: Any
    locate: Callable[[KeyPath], Place]
    problems: tuple[Problem, ...] = ()


def spelled(path: KeyPath) -> str:
    """Spell a key path as ``design.on[2]``, list items counted from 1.

    Parameters
    ----------
    path
        Keys and list positions from the top of the file.
    """
    text = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in path)
    text = text if text.isprintable() else repr(text)[1:-1]
    return _shortened(text.removeprefix("."))


def _shortened(text: str, end: str = "...") -> str:
    return text if len(text) <= 80 else text[: 80 - len(end)] + end


def shown(value: object) -> str:
    """Spell a value for a message, shortened to one line.

    Parameters
    ----------
    value
        Any value that a configuration file can hold.
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value in ("", [], (), {}):
        return f"an empty {'text' if value == '' else 'section' if value == {} else 'list'}"
    if isinstance(value, str):
        return _shortened(repr(value), "...'")
    if isinstance(value, float):
        return str(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else "a number of more than 18 digits"
    if isinstance(value, Mapping):
        return "keys with values"
    return "a list" if isinstance(value, (list, tuple)) else f"'{value}' (a date)"
