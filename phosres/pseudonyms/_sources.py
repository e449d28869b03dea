"""Where pseudonyms come from: a table that lists them, or a secret that makes them."""

import base64
import hashlib
import hmac
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from phosres.errors import ConfigError, DataError, PhosresError, Problem
from phosres.pseudonyms._names import Names
from phosres.readers.sheets import KNOWN, Annotation, name_plainly, open_sheet, read_lines

_COLUMNS = ("id", "pseudonym")
_USABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_LEAST_SECRET, _MOST_SECRET = 16, 4096
_SUBJECT_CHARACTERS, _SAMPLE_CHARACTERS = 9, 5
"""Base 32: 45 and 25 bits. Of 10,000 subjects two collide with a chance of 1.4e-6 (a birthday
bound), and of a subject's 50 samples with 4e-5; a collision is an error, never a mixture."""
_MAKE = "make one: python -c 'import secrets; print(secrets.token_hex(32))' > FILE"


def open_names(
    sheet: Path | None, *, mapping: Path | None = None, key: Path | None = None
) -> Names:
    """Read the pseudonyms of everybody in a sample sheet.

    Parameters
    ----------
    sheet
        The sample sheet; None, or one that cannot be read, leaves the ids of the mapping alone.
    mapping
        TSV or CSV with the columns ``id`` and ``pseudonym``: every subject, and those samples
        that are to have a name of their own; other samples are numbered within their subject.
    key
        File with a secret: pseudonyms are keyed hashes (HMAC-SHA256, RFC 2104) of the ids, the
        same wherever the same secret is used, and cannot be recomputed without it.

    Raises
    ------
    ConfigError
        If the mapping or the secret cannot be used.
    DataError
        If subjects have no pseudonym, each with its row; ids are not spelled out.
    """
    if mapping is None and key is None:
        return Names()
    listed = _read_mapping(mapping) if mapping is not None else {}
    secret = _read_secret(key) if key is not None else b""
    source = mapping or key
    warnings = _warn_of_access(source) if source is not None else ()
    annotation = _open(sheet)
    if annotation is None:
        return Names(others=listed, warnings=warnings)
    by_row = [str(s) for s in annotation.frame.get("subject", [])]
    subjects = dict.fromkeys(s for s in by_row if s)
    called = {s: _hash(secret, "subject", s) if key else _find(listed, s) for s in subjects}
    _refuse_unlisted(called, by_row, annotation, mapping)
    samples: dict[str, str] = {}
    for names in annotation.names.values():
        spelled = names if annotation.is_own else [name_plainly(n) for n in names]
        given = _name_samples(spelled, by_row, called, listed, secret)
        both = zip(names, spelled, strict=True)
        for name, pseudonym in [*given.items(), *((n, given[s]) for n, s in both if s in given)]:
            samples.setdefault(name, pseudonym)
        _refuse_collisions(called, given, annotation)
    proteins: dict[str, str] = {}
    if annotation.is_own and "protein_sample" in annotation.frame:
        cells = zip(annotation.frame["sample"], annotation.frame["protein_sample"], strict=True)
        proteins = {sample: name for sample, name in cells if name}
        for sample, name in proteins.items():
            samples.setdefault(name, samples[sample])
    rest = {id_: p for id_, p in listed.items() if id_ not in called and id_ not in samples}
    return Names(called, samples, rest, _words(annotation), proteins, warnings)


def _open(sheet: Path | None) -> Annotation | None:
    """Read the sheet; what is wrong with it is said when the table is read."""
    if sheet is None:
        return None
    try:
        return open_sheet(sheet)
    except DataError:
        return None


def _read_mapping(path: Path) -> dict[str, str]:
    """Read id and pseudonym of each row, every problem at once, no id in any message."""
    try:
        lines = read_lines(path)
    except PhosresError as error:
        raise ConfigError(error.problems) from None
    header = [c.casefold() for c in lines.cells[0]]
    if any(c not in header for c in _COLUMNS):
        hint = "its first row names the columns id and pseudonym"
        message = "the table of pseudonyms lacks a column"
        raise ConfigError(Problem(message, lines.path, lines.rows[0], hint=hint))
    at, to = (header.index(c) for c in _COLUMNS)
    found: dict[str, str] = {}
    taken: dict[str, int] = {}
    problems: list[Problem] = []

    def refuse(row: int, what: str, hint: str) -> None:
        problems.append(Problem(what, lines.path, row, hint=hint))

    for row, cells in zip(lines.rows[1:], lines.cells[1:], strict=True):
        id_, pseudonym = unicodedata.normalize("NFC", cells[at]), cells[to]
        if not id_ or not pseudonym:
            refuse(row, "the id or its pseudonym is blank", "give both")
        elif id_ in found:
            refuse(row, "the id is there already", "each id has one row")
        elif not _USABLE.fullmatch(pseudonym):
            hint = "1 to 64 letters, digits, '_', '.' or '-', beginning with a letter or digit"
            refuse(row, "the pseudonym cannot be the name of a folder", hint)
        elif pseudonym.casefold() in taken:
            where = f"row {taken[pseudonym.casefold()]}"
            refuse(row, f"{where} has the same pseudonym", "two people cannot share one")
        else:
            found[id_] = pseudonym
            taken[pseudonym.casefold()] = row
    folded = {id_.casefold() for id_ in found}
    for pseudonym, row in taken.items():
        if pseudonym in folded:
            refuse(row, "the pseudonym is the id of a row", "take one that is no id")
    if problems:
        problems.sort(key=lambda p: p.line or 0)
        raise ConfigError(problems)
    return found


def _read_secret(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            secret = stream.read(_MOST_SECRET + 1).strip()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(Problem(f"the secret cannot be read: {reason}", str(path))) from None
    if not _LEAST_SECRET <= len(secret) <= _MOST_SECRET:
        expected = f"expected {_LEAST_SECRET} to {_MOST_SECRET}"
        message = f"the secret has {len(secret):,} bytes, {expected}"
        raise ConfigError(Problem(message, str(path), hint=_MAKE))
    return secret


def _hash(secret: bytes, what: str, id_: str) -> str:
    """Return the pseudonym of a subject, or the ending of that of a sample."""
    text = f"{what}\0{unicodedata.normalize('NFC', id_)}".encode("utf-8", "surrogatepass")
    digest = hmac.new(secret, text, hashlib.sha256).digest()
    spelled = base64.b32encode(digest).decode("ascii").lower()
    if what == "subject":
        return f"p{spelled[:_SUBJECT_CHARACTERS]}"
    return spelled[:_SAMPLE_CHARACTERS]


def _name_samples(
    names: Sequence[str],
    by_row: Sequence[str],
    called: Mapping[str, str],
    listed: Mapping[str, str],
    secret: bytes,
) -> dict[str, str]:
    """Name the samples of one column of the sheet."""
    counts: dict[str, int] = defaultdict(int)
    given: dict[str, str] = {}
    for name, subject in zip(names, by_row, strict=True):
        if not name or not subject or name in given:
            continue
        counts[subject] += 1
        ending = _hash(secret, "sample", name) if secret else str(counts[subject])
        given[name] = _find(listed, name) or f"{called[subject]}_{ending}"
    return given


def _find(listed: Mapping[str, str], id_: str) -> str:
    return listed.get(unicodedata.normalize("NFC", id_), "")


def _refuse_unlisted(
    called: Mapping[str, str], by_row: list[str], annotation: Annotation, mapping: Path | None
) -> None:
    problems = [
        Problem(
            f"the subject of this row has no pseudonym in {mapping.name if mapping else ''}",
            annotation.path,
            annotation.rows[by_row.index(subject)],
            "subject",
            "add it to the table of pseudonyms",
        )
        for subject, pseudonym in called.items()
        if not pseudonym
    ]
    if problems:
        raise DataError(problems)


def _refuse_collisions(
    called: Mapping[str, str], samples: Mapping[str, str], annotation: Annotation
) -> None:
    if any(len(set(given.values())) < len(given) for given in (called, samples)):
        hint = "use another secret, or another name in the table of pseudonyms"
        raise ConfigError(Problem("two ids have one pseudonym", annotation.path, hint=hint))


def _words(annotation: Annotation) -> frozenset[str]:
    columns = [c for c in KNOWN if c in annotation.frame and c not in ("sample", "subject")]
    return frozenset(str(v) for c in columns for v in annotation.frame[c] if v)


def _warn_of_access(path: Path) -> tuple[str, ...]:
    """Warn if others of this machine may read who is who."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return ()
    if os.name != "posix" or not mode & 0o077:
        return ()
    return (f"others may read {path.name}, which says who is who: chmod 600 it",)
