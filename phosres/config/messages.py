"""Turn what the model refuses into problems: where, what was found, what was expected."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from phosres.config.model import SECTIONS, Config
from phosres.config.places import KeyPath, Source, shown, spelled
from phosres.errors import Problem, did_you_mean


def explain(source: Source, errors: Sequence[ErrorDetails]) -> Iterator[Problem]:
    """Explain each error of the model at its place in the file.

    Parameters
    ----------
    source
        The file that was validated.
    errors
        ``ValidationError.errors()`` of `phosres.config.model.Config`.

    Yields
    ------
    One problem an error.
    """
    schema = Config.model_json_schema()
    for error in errors:
        path = _as_written(source, tuple(error["loc"]))
        if error["type"] == "clash":
            section = error["ctx"].get("section")
            path = (*path, *([section] if section else []), error["ctx"]["key"])
            message, hint = error["msg"], error["ctx"].get("hint", "")
        elif error["type"] in ("extra_forbidden", "invalid_key") or path[-1] == "[key]":
            path = path[:-1] if path[-1] == "[key]" else path
            message, hint = "unknown key", _better_key(path, schema)
        elif error["type"] == "missing":
            node = node_at(schema, path)
            message = f"the key is missing, expected {expectation(schema, node)}"
            hint = str(node.get("description", ""))
        else:
            message, hint = _mismatch(error["input"], schema, path)
            if error["type"] == "control_character":
                message += " without control characters"
        yield place(source, path, message, hint)


def place(source: Source, path: KeyPath, message: str, hint: str = "") -> Problem:
    """Make a problem about one key, at the key's place or else at its section's.

    Parameters
    ----------
    source
        The file.
    path
        Key the problem is about.
    message, hint
        What was found and expected, and what to do.
    """
    line, column = next(
        (found for n in range(len(path), 0, -1) if (found := source.locate(path[:n]))[0]),
        (None, None),
    )
    return Problem(f"{spelled(path)}: {message}", source.file, line, column, hint)


def node_at(schema: Mapping[str, Any], path: KeyPath) -> Mapping[str, Any]:
    """Return the part of the JSON schema that describes a key.

    Parameters
    ----------
    schema
        JSON schema of the whole configuration.
    path
        Key path; list positions and free keys lead to the schema of the items.
    """
    node = schema
    for step in path:
        node = _follow(schema, node)
        if isinstance(step, int):
            lists = [node, *node.get("anyOf", [])]
            node = next(n["items"] for n in lists if "items" in n)
        elif step in node.get("properties", {}):
            node = node["properties"][step]
        else:
            node = node["additionalProperties"]
    return _follow(schema, node)


def expectation(schema: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    """Say in words what a key may hold.

    Parameters
    ----------
    schema
        JSON schema of the whole configuration.
    node
        Schema of the key.
    """
    if "x-expected" in node:
        return str(node["x-expected"])
    if "anyOf" in node:
        return _either([expectation(schema, _follow(schema, n)) for n in node["anyOf"]])
    if "enum" in node or "const" in node:
        values = node.get("enum", [node.get("const")])
        return _either([v if isinstance(v, str) else shown(v) for v in values])
    kind = node["type"]
    if kind in ("number", "integer"):
        return ("a whole number" if kind == "integer" else "a number") + _bounds(node)
    if kind == "object":
        keys = node.get("required") or _known_keys(node)
        return ("the key " if len(keys) == 1 else "the keys ") + _either(keys, "and")
    if kind == "array":
        return "a list of texts"
    if kind == "string":
        return "a file" if node.get("format") == "path" else "a text"
    return {"boolean": "true or false", "null": "null"}[kind]


def _follow(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Replace a reference by what it refers to; before version 2.9, pydantic wraps it in allOf."""
    inner: Mapping[str, Any] = node.get("allOf", [node])[0]
    if "$ref" not in inner:
        return node
    target: Mapping[str, Any] = schema["$defs"][inner["$ref"].rpartition("/")[2]]
    return target


def _known_keys(node: Mapping[str, Any]) -> list[str]:
    return list(node.get("properties") or node["propertyNames"]["enum"])


def _as_written(source: Source, path: KeyPath) -> KeyPath:
    """Drop the position of a single text that the model reads as a list of one."""
    value = source.data
    if not path:
        return path
    for step in path[:-1]:
        if not isinstance(value, Mapping) or step not in value:
            return path
        value = value[step]
    return path[:-1] if isinstance(path[-1], int) and isinstance(value, str) else path


def _either(words: Sequence[str], last: str = "or") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _bounds(node: Mapping[str, Any]) -> str:
    if "minimum" in node and "maximum" in node:
        return f" from {node['minimum']:.10g} to {node['maximum']:.10g}"
    words = {"minimum": "of at least", "exclusiveMinimum": "above", "exclusiveMaximum": "below"}
    parts = [f"{word} {node[key]:.10g}" for key, word in words.items() if key in node]
    return f" {' and '.join(parts)}" if parts else ""


def _mismatch(found: object, schema: Mapping[str, Any], path: KeyPath) -> tuple[str, str]:
    """Describe a value of the wrong kind or outside its limits, with the likely remedy."""
    node = node_at(schema, path)
    expected = expectation(schema, node)
    message = f"found {shown(found)}, expected {expected}"
    if isinstance(found, str) and "enum" in node:
        return message, did_you_mean(found, [v for v in node["enum"] if isinstance(v, str)])
    if isinstance(found, str) and expected.startswith(("a number", "a whole number")):
        point = found.replace(",", ".")
        return message, f"write {point} without quotes" if _is_number(point) else ""
    if not isinstance(found, (str, Mapping, list, tuple, type(None))) and "a text" in expected:
        return message, f'write it in quotes: "{found}"'
    if node.get("type") == "null" or isinstance(found, (Mapping, list, tuple)):
        return message, str(node.get("description", ""))
    return message, ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _better_key(path: KeyPath, schema: Mapping[str, Any]) -> str:
    """Name the section a misplaced key belongs to, or the known keys nearest to a typo."""
    key = str(path[-1])
    home = [name for name, model in SECTIONS.items() if key in model.model_fields]
    if home and len(path) != 2 + (home[0] == path[0]):
        return f"'{key}' belongs under '{home[0]}'"
    if len(path) == 2 and key in Config.model_fields:
        return f"'{key}' belongs at the top of the file, not under '{path[0]}'"
    section = node_at(schema, path[:-1])
    return did_you_mean(key, _known_keys(section))
