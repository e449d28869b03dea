"""Who a result speaks of: the cohort or one subject of one contrast."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from phosres.results import Contrast, RunResult

MAX_SPELLED = 6
"""Subjects without a cohort whose findings are spelled out; more are counted instead."""


@dataclass(frozen=True, slots=True)
class Group:
    """The cohort or one subject of one contrast.

    Parameters
    ----------
    contrast
        Name of the contrast.
    level
        ``cohort`` or ``subject``.
    subject
        Subject, empty for the cohort.
    n_pre, n_on
        Samples on either side.
    n_of_one
        True for one subject.
    given
        True if each sample is a change already, so that there is nothing before treatment.
    noise
        What the standard errors rest on, one of `phosres.columns.NOISES`.
    """

    contrast: str
    level: str
    subject: str
    n_pre: int
    n_on: int
    n_of_one: bool
    given: bool = False
    noise: str = "pair"

    @property
    def who(self) -> str:
        """The subject, or 'cohort'."""
        return self.subject if self.level == "subject" else "cohort"

    @property
    def key(self) -> tuple[str, str, str]:
        """Contrast, level and subject, the first columns of the tables."""
        return (self.contrast, self.level, self.subject)

    def rows(self, table: pd.DataFrame) -> list[dict[str, Any]]:
        """Return the rows of a table that speak of this group.

        Parameters
        ----------
        table
            A table with the columns contrast, level and subject.
        """
        mine = (
            (table["contrast"] == self.contrast)
            & (table["level"] == self.level)
            & (table["subject"].fillna("") == self.subject)
        )
        return records(table[mine])


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dicts.

    Parameters
    ----------
    table
        Any table.
    """
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def groups(contrast: Contrast) -> tuple[Group, ...]:
    """Return the groups of a contrast, the cohort first.

    Parameters
    ----------
    contrast
        The contrast.
    """
    arms = contrast.arms
    found = []
    for effect in contrast.effects:
        mine = arms if effect.level == "cohort" else arms[arms["subject"] == effect.subject]
        sizes: Mapping[Any, int] = mine["arm"].value_counts().to_dict()
        found.append(
            Group(
                contrast=contrast.name,
                level=effect.level,
                subject=effect.subject,
                n_pre=int(sizes.get("pre", 0)),
                n_on=int(sizes.get("on", 0)),
                n_of_one=effect.n_of_one,
                given=contrast.design == "given",
                noise=effect.noise,
            )
        )
    return tuple(sorted(found, key=lambda g: g.level != "cohort"))


def page_paths(result: RunResult) -> dict[str, str]:
    """Return the page of each subject, relative to the folder of the run.

    Parameters
    ----------
    result
        The run.

    Returns
    -------
    By subject, in the order of the contrasts: a path that every file system and browser takes.
    """
    from phosres.figures import file_stems

    subjects = list(dict.fromkeys(s for c in result.contrasts.values() for s in c.subjects))
    stems = file_stems(subjects)
    return {s: f"patients/{stem}.html" for s, stem in zip(subjects, stems, strict=True)}


def leading(contrast: Contrast) -> tuple[Group, ...]:
    """Return the groups whose findings are spelled out: the cohort, or else each subject.

    Parameters
    ----------
    contrast
        The contrast.

    Returns
    -------
    One group, or up to `MAX_SPELLED` subjects; empty if there are more subjects than that.
    """
    all_groups = groups(contrast)
    cohort = tuple(g for g in all_groups if g.level == "cohort")
    if cohort:
        return cohort
    return all_groups if len(all_groups) <= MAX_SPELLED else ()
