"""Reading the tab-separated tables of the knowledge base, with every problem collected."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from phosres.errors import Problem, did_you_mean


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its values by column, and where it is."""

    file: str
    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def listing(self, column: str) -> tuple[str, ...]:
        """Split a ``;``-joined value; empty parts are dropped."""
        return tuple(part.strip() for part in self[column].split(";") if part.strip())


@dataclass(slots=True)
class Extensions:
    """Rows of a user, and the ids they remove, by table."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    removed: dict[str, set[str]] = field(default_factory=dict)


@dataclass(slots=True)
class TableReader:
    """Reads tables and remembers every problem, so that all can be reported at once."""

    problems: list[Problem] = field(default_factory=list)
    extensions: Extensions = field(default_factory=Extensions)

    def rows(self, file: str, text: str, columns: Sequence[str]) -> list[Row]:
        """Split a table into rows.

        Parameters
        ----------
        file
            Name used in the problems.
        text
            The table: a header line, then one row a line, tab separated, nothing quoted.
        columns
            Columns the table must have; others are ignored.

        Returns
        -------
        The rows; none if a column is missing.
        """
        lines = text.splitlines()
        header = lines[0].split("\t") if lines else []
        missing = [column for column in columns if column not in header]
        for column in missing:
            self.report(f"the column '{column}' is missing", file, 1, hint=f"found: {header}")
        rows = []
        for number, line in enumerate(lines[1:] if not missing else [], start=2):
            values = line.split("\t")
            if len(values) != len(header):
                self.report(f"{len(values)} values, the header has {len(header)}", file, number)
            elif line.strip():
                rows.append(Row(file, number, dict(zip(header, values, strict=True))))
        return rows

    def report(
        self, message: str, file: str, line: int, column: str | None = None, hint: str = ""
    ) -> None:
        """Remember one problem."""
        self.problems.append(Problem(message, file=file, line=line, column=column, hint=hint))

    def number(self, row: Row, column: str) -> float:
        """Convert a value to a number; 0 (and a problem) if it is none."""
        try:
            return float(row[column])
        except ValueError:
            self.report(f"'{row[column]}' is not a number", row.file, row.line, column)
            return 0.0

    def choice(self, row: Row, column: str, allowed: Sequence[str]) -> str:
        """Return the value, with a problem if it is not one of the allowed spellings."""
        value = row[column]
        if value not in allowed:
            hint = f"allowed: {', '.join(allowed)}"
            self.report(f"'{value}' is not allowed", row.file, row.line, column, hint)
        return value

    def known(self, row: Row, column: str, known: Sequence[str]) -> tuple[str, ...]:
        """Return the listed ids, with a problem for each that no table defines."""
        values = row.listing(column)
        lookup = set(known)
        for value in values:
            if value not in lookup:
                hint = did_you_mean(value, known)
                self.report(f"'{value}' is not defined", row.file, row.line, column, hint)
        return values

    def unique(self, rows: Sequence[Row], *columns: str) -> None:
        """Report rows whose key was seen before."""
        seen: dict[tuple[str, ...], int] = {}
        for row in rows:
            key = tuple(row[column] for column in columns)
            if key in seen:
                message = f"'{' '.join(key)}' is already in line {seen[key]}"
                self.report(message, row.file, row.line, columns[0])
            seen.setdefault(key, row.line)
