"""What a batch is made of: entries, their outcomes, and the record of a finished unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from phosres.config import Config
from phosres.errors import Problem
from phosres.pseudonyms import NOBODY, Names

State = Literal["ok", "partly", "failed", "missing"]
"""Of a run: finished; finished but for parts of its report; without a result; not done yet."""


BUG = 1
"""Exit code of a run that ended by a bug or by its machine, not by its input."""
PARTLY_FAILED = 4
"""Exit code of a result with parts of its report missing, and of a batch with runs missing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One run that a batch asks for.

    Parameters
    ----------
    run
        Its name, and the name of its folder.
    source
        What asked for it: a configuration, or a row of a sheet.
    config
        Its configuration, checked; None if it cannot be used.
    problems
        Why it cannot be used.
    names
        Pseudonyms of its subjects and samples; name, source and problems hold no ids.
    """

    run: str
    source: str
    config: Config | None
    problems: tuple[Problem, ...] = ()
    names: Names = NOBODY


@dataclass(frozen=True, slots=True)
class Task:
    """One unit of work, as it is sent to a worker.

    Parameters
    ----------
    run
        Name of the run.
    config
        Its configuration.
    units
        Folder of the units.
    fields
        What the result depends on, see `phosres.batch._keys.describe`.
    key
        Hash of the fields.
    """

    run: str
    config: Config
    units: str
    fields: Mapping[str, Any]
    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one run.

    Parameters
    ----------
    run
        Name of the run.
    state
        Whether there is a result.
    exit_code
        As `phosres run` would have ended: 0, 1 (a bug), 2 (configuration), 3 (data) or 4 (parts
        of the report failed).
    reasons
        What went wrong, a sentence each, with file, row and column.
    seconds
        Time of the worker, s.
    peak_mb
        Largest memory of the worker's process until then, MB.
    retry
        Whether another attempt may succeed: the machine, not the input, stood in the way.
    blocked
        Whether nothing more can be written where the batch writes: disk full or read-only.
    """

    run: str
    state: State
    exit_code: int = 0
    reasons: tuple[str, ...] = ()
    seconds: float = 0.0
    peak_mb: float = 0.0
    retry: bool = False
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one run of a batch stands.

    Parameters
    ----------
    run
        Its name.
    source
        What asked for it.
    key
        Key of its unit; ``""`` if its configuration cannot be used.
    state
        Whether there is a result.
    exit_code
        As in `Outcome`.
    reasons
        What went wrong.
    why
        Why it was computed: ``new``, what changed, or ``""`` if a finished unit was reused.
    facts
        Numbers of a finished run: samples, subjects, features, contrasts, drug.
    """

    run: str
    source: str
    key: str
    state: State
    exit_code: int = 0
    reasons: tuple[str, ...] = ()
    why: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
