"""What every id is called instead, and everything that may hold an id with the ids replaced."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from phosres.errors import PhosresError, Problem
from phosres.readers.sheets import KNOWN
from phosres.table import SAMPLE_COLUMNS, PhosphoTable, Step

_UNLISTED = "(an id without pseudonym)"
_FEWEST_LETTERS, _FEWEST_DIGITS = 3, 5
"""Characters from which an id is replaced wherever it stands in a sentence. Shorter ones (``1``,
``S6``) are parts of other words, and are replaced where they are quoted or stand in a cell."""
_BETWEEN = r"[\W_]{1,4}"


def _items(*parts: Mapping[str, str]) -> list[tuple[str, str]]:
    return [item for part in parts for item in part.items()]


def _spell(text: str) -> str:
    """Return the spelling in which ids are compared: words of letters and digits, one case."""
    plain = unicodedata.normalize("NFC", text)
    return " ".join(re.findall(r"[^\W_]+", plain)).casefold()


def _compile(known: Collection[str], words: Collection[str]) -> "re.Pattern[str] | None":
    """Make the pattern of all ids that are told from other words, the longest first."""
    long: list[str] = []
    short: list[str] = []
    for id_ in sorted((k for k in known if k not in words), key=lambda k: (-len(k), k)):
        parts = id_.split(" ")
        spelled = _BETWEEN.join(map(re.escape, parts))
        (long if _is_distinct("".join(parts)) else short).append(spelled)
    ways = []
    if long:
        ways.append(rf"(?<![^\W_])(?:{'|'.join(long)})(?![^\W_])")
    if short:
        ways.append(rf"(?<=')(?:{'|'.join(short)})(?=')")
    return re.compile("|".join(ways), re.IGNORECASE) if ways else None


def _is_distinct(text: str) -> bool:
    return len(text) >= (_FEWEST_DIGITS if text.isdigit() else _FEWEST_LETTERS)


@dataclass(frozen=True, slots=True)
class Names:
    """Pseudonyms of the subjects and samples of one sheet.

    Parameters
    ----------
    subjects, samples
        Pseudonym by id.
    others
        Pseudonym by id of those who are not in the sheet but may be named in a path.
    words
        Words of the sheet that are no ids (conditions, batches); they are not replaced in
        sentences even where a subject has the same name.
    protein_names
        Name of a sample in the protein table, by id, where the sheet gives one.
    warnings
        Sentences a user should read.
    """

    subjects: Mapping[str, str] = field(default_factory=dict)
    samples: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    protein_names: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    _known: Mapping[str, str] = field(init=False, repr=False, default_factory=dict)
    _pattern: "re.Pattern[str] | None" = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        known: dict[str, str] = {}
        for id_, pseudonym in _items(self.subjects, self.samples, self.others):
            known.setdefault(_spell(id_), pseudonym)
            first, _, last = _spell(id_).partition(" ")
            if first.isalpha() and last.isalpha():  # Mustermann, Erika
                known.setdefault(f"{last} {first}", pseudonym)
        known.pop("", None)
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_pattern", _compile(known, {_spell(w) for w in self.words}))

    def __bool__(self) -> bool:
        return bool(self._known)

    @property
    def fingerprint(self) -> str:
        """Hash of the pseudonyms in the order of the sheet, without the ids."""
        given = json.dumps([list(self.subjects.values()), list(self.samples.values())])
        return hashlib.sha256(given.encode()).hexdigest() if self else ""

    def redact(self, text: str) -> str:
        """Return a text with pseudonyms in the place of ids, however these are joined and cased.

        Parameters
        ----------
        text
            A sentence, a path, a name.
        """
        if self._pattern is None:
            return text
        plain = unicodedata.normalize("NFC", text)
        return self._pattern.sub(lambda found: self._known[_spell(found.group())], plain)

    def clean(self, data: Any) -> Any:
        """Return plain data with pseudonyms in every text and key.

        Parameters
        ----------
        data
            Dicts, lists, tuples, texts, numbers, None.
        """
        if not self:
            return data
        if isinstance(data, str):
            return self.redact(data)
        if isinstance(data, Mapping):
            return {self.clean(k): self.clean(v) for k, v in data.items()}
        if isinstance(data, (list, tuple)):
            return type(data)(self.clean(v) for v in data)
        return data

    def hide(self, problems: Sequence[Problem], more: Collection[str] = ()) -> list[Problem]:
        """Return problems that name no id; file, row and column still say where to look.

        Parameters
        ----------
        problems
            What is wrong.
        more
            Further names of samples that may be quoted, such as headers of a table.
        """
        quoted = [f"'{m}'" for m in sorted(more, key=len, reverse=True) if m]

        def clear(text: str) -> str:
            text = self.redact(text)
            for name in quoted:
                text = text.replace(name, _UNLISTED)
            return text

        return [
            Problem(
                clear(p.message),
                self.redact(p.file),
                p.line,
                self._cover(p.column, more),
                clear(p.hint),
            )
            for p in problems
        ]

    def _cover(self, column: int | str | None, more: Collection[str]) -> int | str | None:
        if not isinstance(column, str):
            return column
        known = self._known.get(_spell(column))
        return known or (_UNLISTED if column in more else self.redact(column))

    @contextmanager
    def hiding(self) -> Iterator[None]:
        """Let no error that is raised inside name an id.

        Raises
        ------
        PhosresError
            As raised inside, with pseudonyms.
        RuntimeError
            In the place of any other error, which may quote what it stumbled over.
        """
        try:
            yield
        except PhosresError as error:
            if not self:
                raise
            raise type(error)(self.hide(error.problems)) from None
        except Exception as error:
            if not self:
                raise
            text = self.redact(f"{type(error).__name__}: {error}")
            raise RuntimeError(text).with_traceback(error.__traceback__) from None

    def rename(self, table: PhosphoTable, keep: Collection[str] = ()) -> PhosphoTable:
        """Return a table of pseudonyms.

        Parameters
        ----------
        table
            As it was read.
        keep
            Columns of the sheet beyond those phosres knows that are needed (covariates); all
            others are left out, since nobody can tell what they hold.
        """
        if not self:
            return table
        index = pd.Index([self.samples[s] for s in table.samples.index], name="sample")
        columns = dict.fromkeys([*SAMPLE_COLUMNS, *KNOWN, *keep])
        samples = table.samples[[c for c in columns if c in table.samples]]
        samples = samples.map(self._replace_cell)
        samples["subject"] = [self.subjects[s] for s in table.samples["subject"]]
        return replace(
            table,
            values=table.values.set_axis(index, axis=1),
            samples=samples.set_axis(index, axis=0),
            source=replace(table.source, path=self.redact(table.source.path)),
            history=tuple(self._clean_step(s) for s in table.history),
            losses=tuple(
                replace(x, file=self.redact(x.file), reason=self.redact(x.reason))
                for x in table.losses
            ),
            standard_errors=_relabel(table.standard_errors, index),
            error_df=_relabel(table.error_df, index),
        )

    def restore(self, samples: pd.DataFrame) -> pd.DataFrame:
        """Return samples under the names the files use, to look for them in another file.

        Parameters
        ----------
        samples
            Of a table that was renamed.
        """
        if not self:
            return samples
        found = {p: id_ for id_, p in reversed(_items(self.samples))}
        people = {p: id_ for id_, p in reversed(_items(self.subjects))}
        names = pd.Index([found[s] for s in samples.index], name=samples.index.name)
        samples = samples.set_axis(names, axis=0)
        samples = samples.assign(subject=[people[s] for s in samples["subject"]])
        if not self.protein_names:
            return samples
        return samples.assign(protein_sample=[self.protein_names.get(s, "") for s in names])

    def _replace_cell(self, cell: object) -> object:
        return self.redact(cell) if isinstance(cell, str) else cell

    def _clean_step(self, step: Step) -> Step:
        return replace(
            step,
            text=self.redact(step.text),
            parameters=self.clean(dict(step.parameters)),
            warnings=tuple(self.redact(w) for w in step.warnings),
        )


NOBODY = Names()
"""No pseudonyms: everything stays as it is."""


def _relabel(part: pd.DataFrame | None, index: pd.Index) -> pd.DataFrame | None:
    return None if part is None else part.set_axis(index, axis=1)
