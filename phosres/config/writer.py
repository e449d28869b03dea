"""Write plain data as YAML that every YAML version reads the same way."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./ ()-]*(?<! )")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
"""Texts that YAML 1.1 or 1.2 read as something else."""
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def scalar(value: object) -> str:
    """Spell one value, or a list or mapping on one line.

    Parameters
    ----------
    value
        None, a boolean, number or text, or a list or mapping of these.
    """
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if plain else _quoted(value)
    return _inner(value)


def write_yaml(data: Mapping[str, Any]) -> str:
    """Write a configuration: keys, and sections of keys.

    Parameters
    ----------
    data
        Plain data, as `phosres.config.Config.resolved` returns it.
    """
    return "\n".join(_lines(data)) + "\n"


def _lines(data: Mapping[str, Any]) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            yield f"{key}:"
            yield from (f"  {inner}: {scalar(item)}" for inner, item in value.items())
        else:
            yield f"{key}: {scalar(value)}"


def _inner(value: object) -> str:
    """Spell a value inside brackets, where commas and braces would end an unquoted text."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_inner(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(_inner(v) for v in value) + "]"
    text = json.dumps(value)
    # YAML 1.1 takes 1e-05 for a text, and 1.0e-05 for a number
    return text.replace("e", ".0e") if isinstance(value, float) and "." not in text else text


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", quoted)
