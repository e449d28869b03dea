"""YAML, TOML and JSON as plain data with the places of their keys.

Nothing is executed, expanded or fetched: anchors, aliases and tags are refused.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from phosres.config.places import KeyPath, Place, Source, spelled
from phosres.errors import ConfigError, Problem

MAX_DEPTH = 10
"""Deepest nesting read; ours is 3, and parsing time grows with the square of the depth."""


def _parse_yaml(file: str, text: str) -> Source:
    try:
        _refuse_references(file, text)
        root = YAML(typ="safe", pure=True).compose(text)
        loader = YAML(typ="safe", pure=True)
        loader.allow_duplicate_keys = True  # reported below, with all of them and their places
        data = loader.load(text)
    except MarkedYAMLError as error:
        raise ConfigError(_yaml_problem(file, error)) from error
    except YAMLError as error:
        found = str(error).splitlines()[0]
        raise ConfigError(Problem(f"is not YAML: {found}", file=file)) from error
    places: dict[KeyPath, Place] = {}
    problems = tuple(_walk(file, root, (), places)) if root is not None else ()
    data = _with_text_keys(data)
    return Source(file, data, lambda key: places.get(key, (None, None)), problems)


def _refuse_references(file: str, text: str) -> None:
    """Refuse anchors, aliases and tags: they expand or build objects, and no key needs them."""
    problems = []
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH:
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            message = f"is nested too deeply, expected at most {MAX_DEPTH} levels"
            raise ConfigError(Problem(message, file, line, column))
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            mark = "*" if isinstance(event, AliasEvent) else "&"
            found = f"an {'alias' if mark == '*' else 'anchor'} ({mark}{anchor})"
            hint = f"write the value out, or put a text that begins with {mark} in quotes"
        elif getattr(event, "tag", None) is not None:
            found = "a tag (!)"
            hint = "leave it out, or put a text that begins with ! in quotes"
        else:
            continue
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        message = f"found {found}, which configurations do not use"
        problems.append(Problem(message, file, line, column, hint))
    if problems:
        raise ConfigError(problems)


def _walk(file: str, node: Node, path: KeyPath, places: dict[KeyPath, Place]) -> Iterator[Problem]:
    """Note where each key and list item stands, and yield the keys that are given twice."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            place = (key.start_mark.line + 1, key.start_mark.column + 1)
            if here in places:
                yield Problem(
                    f"{spelled(here)}: the key is given twice, first on line {places[here][0]}",
                    file=file,
                    line=place[0],
                    column=place[1],
                    hint="keep one of the two",
                )
            else:
                places[here] = place
            yield from _walk(file, value, here, places)
    elif isinstance(node, SequenceNode):
        for i, value in enumerate(node.value):
            places[(*path, i)] = (value.start_mark.line + 1, value.start_mark.column + 1)
            yield from _walk(file, value, (*path, i), places)


def _with_text_keys(value: Any) -> Any:
    """Spell keys such as 1 or true as texts, so that they are reported as unknown keys."""
    if isinstance(value, Mapping):
        return {str(k): _with_text_keys(v) for k, v in value.items()}
    return value


def _yaml_problem(file: str, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else None
    column = mark.column + 1 if mark else None
    found = " ".join(str(error.problem or error.context).split())
    if "another document" in found:
        message = "found a second document (---), expected one"
        return Problem(message, file, line, column, "one file is one run")
    if "'\\t'" in found:
        return Problem(
            "found a tab character, which YAML does not allow here",
            file=file,
            line=line,
            column=column,
            hint="indent with spaces",
        )
    return Problem(
        f"is not YAML: {found}",
        file=file,
        line=line,
        column=column,
        hint="check indentation, colons and quotes on this line and the one before",
    )


def _parse_toml(file: str, text: str) -> Source:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found, _, place = str(error).partition(" (at ")
        at = re.match(r"line (\d+), column (\d+)", place)
        line, column = (int(at[1]), int(at[2])) if at else (None, None)
        raise ConfigError(Problem(f"is not TOML: {found}", file, line, column)) from error
    return Source(file, data or None, _finder(text, r"\s*(?:=|[\].])"))


def _parse_json(file: str, text: str) -> Source:
    twice: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [k for k, _ in items]
        twice.extend(sorted({k for k in keys if keys.count(k) > 1}))
        return dict(items)

    if not text.strip():
        return Source(file, None, lambda _: (None, None))
    try:
        data = json.loads(text, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        problem = Problem(f"is not JSON: {error.msg}", file, error.lineno, error.colno)
        raise ConfigError(problem) from error
    problems = tuple(
        Problem(f"{key}: the key is given twice", file=file, hint="keep one of the two")
        for key in twice
    )
    return Source(file, data, _finder(text, r"\s*:"), problems)


def _finder(text: str, after: str) -> Callable[[KeyPath], Place]:
    """Find keys by text, for formats whose parsers keep no places; unknown where ambiguous."""

    def locate(path: KeyPath) -> Place:
        key = next((p for p in reversed(path) if isinstance(p, str)), None)
        if key is None:
            return (None, None)
        pattern = rf"(?<![\w-])[\"']?{re.escape(key)}[\"']?{after}"
        found = list(re.finditer(pattern, text))
        if len(found) != 1:
            return (None, None)
        start = found[0].start()
        return (text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))

    return locate


PARSERS: Mapping[str, Callable[[str, str], Source]] = {
    ".yaml": _parse_yaml,
    ".yml": _parse_yaml,
    ".toml": _parse_toml,
    ".json": _parse_json,
}
"""Parsers of a file's name and text, by the extension of the file."""
