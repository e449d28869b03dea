"""What there is to know of a file format: one record each, in `phosres.readers.formats`.

Headers are compared in a normalised spelling, so that MaxQuant's ``Localization prob``, R's
``Localization.prob`` and a hand-typed ``localization_prob`` are the same.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import pandas as pd

_NOT_WORD = re.compile(r"[^a-z0-9]+")

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "gene": "gene symbols",
        "protein": "accession of the leading protein",
        "entry_name": "UniProt entry names such as RS6_HUMAN or RS6",
        "species": "species of the protein",
        "site": "sites such as S235, alone or after a protein or gene (P62753_S235)",
        "residue": "residue letter S, T or Y",
        "position": "position of the site in the protein",
        "window": "sequence around the site, the site in its centre",
        "peptide": "peptide sequence",
        "multiplicity": "number of phosphates on the peptide",
        "localization": "localisation probability",
        "sample": "sample or run of a row, in tables with one row a site and sample",
        "value": "value of a row, in tables with one row a site and sample",
    }
)
"""Roles a configuration can give to a column (`input.columns`), and what such a column holds."""


def normalise(header: str) -> str:
    """Return a header in the spelling that headers are compared in.

    Parameters
    ----------
    header
        A column name as it stands in a file.

    Examples
    --------
    >>> normalise("Phospho (STY) Probabilities") == normalise("Phospho..STY..Probabilities")
    True
    """
    return _NOT_WORD.sub(".", header.strip().strip("\ufeff\"'").lower()).strip(".")


Words = dict[str, "pd.Series[str]"]
"""Columns of text by role; ``refused`` says why a row is not used, ``""`` if it is."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file format.

    Parameters
    ----------
    name
        Name in configurations.
    title
        What a user calls it.
    roles
        Role to the headers that hold it, normalised, the preferred one first.
    required
        Roles without which a table is not of this format.
    excluded
        Roles with which a table is not of this format.
    samples
        Patterns of sample columns on the header as written, the preferred one first; group
        ``sample`` is the sample's name, ``multiplicity`` the number of phosphates. Empty: every
        column of numbers that has no role and is not in `not_samples` may be a sample. In tables
        with one row a signal and run they are the channels of the run.
    runs
        Pattern of the cells that name the run, group ``sample`` is its name; empty: a path.
    has_mixtures
        Whether an MSstats annotation beside the table says which runs are one sample.
    sample_name
        How the name of a sample is put together from its run and channel.
    not_samples
        Normalised headers of numbers that are no samples.
    set_aside
        Pattern of columns that look like samples and must not be read; they are counted.
    scale
        Scale of the values in the file, or ``auto`` if the format does not say.
    values
        Whether they are intensities or ratios.
    zero
        ``missing`` if zero is always "not measured"; ``by_scale`` if it is for linear values only.
    missing
        Spellings of a missing value beyond the usual ones.
    normalized
        Whether the values are aligned over the samples by whoever writes such files.
    floor
        Linear values up to this one mean "not measured".
    container
        ``gct`` or ``perseus`` if the table must be one.
    by_content
        Whether columns without a known name get a role by what they hold.
    interpret
        What headers alone cannot say: turns the columns of the roles into those of a feature.
    key
        Roles that say which rows are one peptidoform, in tables with one row a signal and run.
        Empty: all roles.
    units
        Roles that tell the rows of one peptidoform and sample apart (fragments, charges, ...), in
        tables with one row a sample. Their values are summed.
    marks
        Pattern of the columns that say for each sample how its value came about.
    unmeasured
        What stands there if the value was not measured.
    probabilities
        Pattern of the columns with the localisation probability in each sample.
    scores
        Roles with a score of localisation that is no probability, and its least value.
    advice
        What to read instead of this table, which gives no positions in proteins.
    references
        Pattern of the names of reference channels, which are mixtures and no samples.
    decoys, contaminants
        Prefixes of protein names.
    refusal
        Why tables of this kind cannot be read, and what to read instead.
    source
        Where the format is described.
    notes
        What a user or maintainer should know.
    """

    name: str
    title: str
    roles: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    runs: str = ""
    has_mixtures: bool = False
    sample_name: str = "{run} {channel}"
    not_samples: tuple[str, ...] = ()
    set_aside: str = ""
    scale: Literal["linear", "log2", "auto"] = "auto"
    values: Literal["intensity", "ratio", "auto"] = "auto"
    zero: Literal["missing", "by_scale"] = "by_scale"
    missing: tuple[str, ...] = ()
    normalized: bool = False
    floor: float = 0.0
    container: str = ""
    by_content: bool = False
    interpret: Callable[[Words], Words] | None = None
    key: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    marks: str = ""
    unmeasured: tuple[str, ...] = ()
    probabilities: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)
    advice: str = ""
    references: str = ""
    decoys: tuple[str, ...] = ("REV__", "rev_", "DECOY_", "XXX_")
    contaminants: tuple[str, ...] = ("CON__", "contam_", "Cont_", "cRAP-", "cRAP_")
    refusal: tuple[str, str] = ("", "")
    source: str = ""
    notes: str = ""
    _compiled: tuple[re.Pattern[str], ...] = field(init=False, repr=False, default=())

    def __post_init__(self) -> None:
        patterns = tuple(re.compile(p, re.IGNORECASE) for p in self.samples)
        object.__setattr__(self, "_compiled", patterns)

    @property
    def is_long(self) -> bool:
        """Whether a row is one signal of one run."""
        return bool(self.key) or "value" in self.required

    @property
    def has_channels(self) -> bool:
        """Whether a row has one value for each channel of its run."""
        return self.is_long and bool(self.samples)

    @property
    def is_wide_open(self) -> bool:
        """Whether any column of numbers may be a sample."""
        return not self.samples and not self.is_long

    def find(self, places: Mapping[str, list[int]]) -> dict[str, list[int]]:
        """Find the columns of each role, the preferred one first.

        Parameters
        ----------
        places
            Normalised header to the positions it is at.
        """
        found = {
            role: [at for alias in aliases for at in places.get(alias, ())]
            for role, aliases in self.roles.items()
        }
        return {role: at for role, at in found.items() if at}

    def match_samples(self, header: Iterable[str]) -> list[tuple[int, str, int | None]]:
        """Find the sample columns by the first pattern that fits any.

        Parameters
        ----------
        header
            Column names as they stand in the file.

        Returns
        -------
        Position, sample and multiplicity (None if the header does not give it) of each column.
        Totals over the multiplicities are left out where the single ones exist.
        """
        names = list(header)
        for pattern in self._compiled:
            found = [
                (at, match["sample"].strip(), _level(match))
                for at, name in enumerate(names)
                if (match := pattern.match(name))
            ]
            if found:
                split = [f for f in found if f[2] is not None]
                return split or found
        return []

    def match_companions(self, pattern: str, header: Iterable[str]) -> dict[str, int]:
        """Find the columns that say something about the value of a sample.

        Parameters
        ----------
        pattern
            `marks` or `probabilities`.
        header
            Column names as they stand in the file.

        Returns
        -------
        Sample, normalised, to position.
        """
        compiled = re.compile(pattern, re.IGNORECASE)
        found = [(at, compiled.match(name)) for at, name in enumerate(header)]
        return {normalise(match["sample"]): at for at, match in found if match}


def _level(match: re.Match[str]) -> int | None:
    level = match.groupdict().get("multiplicity")
    return int(level) if level else None
