"""What can go wrong, and how a user is told.

PhosresError                 base: never raised itself
├── ConfigError              the run configuration or the command line is wrong   (exit code 2)
├── DataError                a table or sample sheet is wrong                     (exit code 3)
└── KnowledgeError           a knowledge table (ours or the user's) is wrong      (exit code 2)

Every error carries *all* the problems that were found in one file, each with its place.
Warnings that a user should read in the report are `PhosresWarning`s collected in a table's history,
not Python warnings.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what was found and what to do about it.

    Parameters
    ----------
    message
        What is wrong and what was found, one sentence without a full stop.
    file
        File the problem is in, as the user named it; empty if it is not about a file.
    line
        1-based line (text files) or row (tables, header = 1); None if it is about the whole file.
    column
        1-based character column (configurations) or the name of a table's column.
    hint
        What to do, one sentence; empty if the message says it all.
    """

    message: str
    file: str = ""
    line: int | None = None
    column: int | str | None = None
    hint: str = ""

    def __str__(self) -> str:
        where = self.file
        if self.line is not None:
            where += f":{self.line}"
        if isinstance(self.column, int):
            where += f":{self.column}"
        elif self.column:
            where += f" [{self.column}]" if where else f"[{self.column}]"
        text = f"{where}: {self.message}" if where else self.message
        return f"{text}\n    -> {self.hint}" if self.hint else text


class PhosresError(Exception):
    """Base of all errors a user can cause; carries every problem found.

    Parameters
    ----------
    problems
        One problem, or all the problems of one file.
    """

    exit_code = 1

    def __init__(self, problems: Problem | str | Iterable[Problem | str]) -> None:
        if isinstance(problems, (Problem, str)):
            problems = [problems]
        self.problems: tuple[Problem, ...] = tuple(
            p if isinstance(p, Problem) else Problem(p) for p in problems
        )
        super().__init__("\n".join(str(p) for p in self.problems))


class ConfigError(PhosresError):
    """The run configuration or the command line cannot be used."""

    exit_code = 2


class KnowledgeError(PhosresError):
    """A table of prior knowledge, ours or the user's, cannot be used."""

    exit_code = 2


class DataError(PhosresError):
    """A quantitative table or a sample sheet cannot be used."""

    exit_code = 3


def did_you_mean(found: str, known: Sequence[str], n: int = 3) -> str:
    """Name the nearest known spellings, as a hint for the user.

    Parameters
    ----------
    found
        What the user wrote.
    known
        The accepted spellings.
    n
        How many to name at most.

    Returns
    -------
    ``"did you mean 'a' or 'b'?"``, or the (shortened) list of what is known if nothing is near.
    """
    lowered = {k.lower(): k for k in known}
    near = [lowered[m] for m in get_close_matches(found.lower(), lowered, n=n, cutoff=0.6)]
    if near:
        return "did you mean " + " or ".join(f"'{m}'" for m in near) + "?"
    shown = ", ".join(f"'{k}'" for k in list(known)[:12])
    more = f" and {len(known) - 12} more" if len(known) > 12 else ""
    return f"known: {shown}{more}" if known else ""
