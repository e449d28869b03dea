"""The key of a unit: everything its result depends on, and nothing else.

A unit is one run: reading, statistics, calls, figures and report. Two runs with the same key give
the same bytes, so a finished unit is never computed again, and what differs between two keys is
the reason why a run was.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from phosres import provenance, readers, store
from phosres.config import Config
from phosres.pseudonyms import NOBODY, Names

STAGE = "run"
STAGE_VERSION = 1
"""Raised when the files of a result change their meaning without a new version of phosres."""


class Hasher:
    """Hashes files, each once while it stays as it is."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, int], str] = {}

    def hash(self, path: Path) -> str:
        """Return the SHA-256 of a file.

        Parameters
        ----------
        path
            The file.

        Raises
        ------
        OSError
            If it cannot be read.
        """
        stat = path.stat()
        place = (str(path), stat.st_size, stat.st_mtime_ns)
        if place not in self._known:
            self._known[place] = store.hash_file(path)
        return self._known[place]


def describe(
    config: Config, common: Mapping[str, Any], hasher: Hasher, names: Names = NOBODY
) -> dict[str, Any]:
    """Collect what the result of a run depends on.

    Parameters
    ----------
    config
        Its configuration.
    common
        What all runs of a batch share, see `describe_common`.
    hasher
        For the input files.
    names
        Its pseudonyms: the ids are in none of the fields.

    Returns
    -------
    Stage, versions, code and knowledge, parameters (with the seed), contents of the input files.

    Raises
    ------
    OSError
        If an input file cannot be read.
    """
    inputs = {name: hasher.hash(path) for name, path in config.files()}
    inputs |= {p.name: hasher.hash(p) for p in readers.list_companions(config.input.table)}
    found = {**common, "parameters": config.resolved(), "inputs": inputs}
    return {**names.clean(found), "pseudonyms": names.fingerprint} if names else found


def describe_common() -> dict[str, Any]:
    """Collect what all runs depend on: stage, versions, code and knowledge."""
    return {
        "stage": STAGE,
        "stage_version": STAGE_VERSION,
        "versions": provenance.versions(),
        "code": provenance.hash_code(),
    }


def make_key(fields: Mapping[str, Any]) -> str:
    """Return the key of a unit: the SHA-256 of its fields in one canonical spelling.

    Parameters
    ----------
    fields
        As `describe` returns them.
    """
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def compare(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say what differs between the fields of two units.

    Parameters
    ----------
    before, now
        Fields.

    Returns
    -------
    A phrase a difference, for example ``inputs.input.table changed (1f0c.. -> 9a3e..)``.
    """
    old, new = dict(_flat(before)), dict(_flat(now))
    return [
        f"{name} {_spell(old.get(name))} -> {_spell(new.get(name))}"
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def _flat(fields: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in fields.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _spell(value: object) -> str:
    if value is None:
        return "(none)"
    text = value if isinstance(value, str) else json.dumps(value)
    is_hash = len(text) == 64 and set(text) <= set("0123456789abcdef")
    return f"{text[:8]}.." if is_hash else text
