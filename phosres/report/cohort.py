"""Sections of tables as they are: states of mTOR; frequencies, responses and times."""

from collections.abc import Sequence

import pandas as pd

from phosres.columns import ASSOCIATIONS, FREQUENCIES, PATTERNS, STATES, TRAJECTORIES, Schema
from phosres.report import sentences
from phosres.report.groups import leading
from phosres.report.sections import Figures, Head, Heading, Part, Text
from phosres.report.tables import make_table
from phosres.results import RunResult

_KINDS = {"number": "number", "count": "count"}
_STATUS = ("status", "light", "pattern")
_P = ("p", "q", "step_p", "step_q", "p_least")
_SIZES = ("se", "step_se", "df", "step_df", "probability", "frequency")


def schema_table(
    frame: pd.DataFrame, schema: Schema, *, caption: str, leave: Sequence[str] = ()
) -> Part:
    """Show a table as it is written, each column headed and explained by its schema.

    Parameters
    ----------
    frame
        The rows.
    schema
        Schema of the table.
    caption
        What one row is.
    leave
        Columns that are left to the file.
    """
    if "level" in frame and "subject" in frame:
        subject = frame["subject"].where(frame["level"] != "cohort", "cohort")
        frame = frame.assign(subject=subject)
    heads = [
        (c.name, Head(c.name.replace("_", " "), _kind(c.name, c.kind, c.unit), c.text))
        for c in schema
        if c.name not in leave and (c.name != "level" or "subject" not in frame)
    ]
    source = f"tables/{schema.name}.tsv"
    return make_table(frame, heads, caption=caption, source=source, id=f"table-{schema.name}")


def _kind(name: str, kind: str, unit: str) -> str:
    """Return how a column is written."""
    if name in _STATUS:
        return "status"
    if name in _P:
        return "p"
    if name in _SIZES:
        return "size"
    if unit == "log2" and kind == "number":
        return "log2"
    return _KINDS.get(kind, "text")


def build_states(result: RunResult, figures: Figures) -> list[Part]:
    """Show the states of mTOR: all of them for the leading groups, the claimed one for the others.

    Parameters
    ----------
    result
        The run.
    figures
        Figures by section; those of ``state`` are shown here.
    """
    table = result.table("states")
    if table.empty:
        return []
    table = table.assign(state=[sentences.state_label(str(s)) for s in table["state"]])
    keys = [(g.contrast, g.level, g.subject) for c in result.contrasts.values() for g in leading(c)]
    spelled = [
        k in keys for k in zip(table["contrast"], table["level"], table["subject"], strict=True)
    ]
    parts: list[Part] = [
        Text(
            (
                "A state is a pattern over ten readouts together. Its probability weighs how well "
                "each pattern explains what was measured; what was not measured weighs nothing. "
                "The state cannot be told where no pattern is probable enough.",
            )
        ),
        *figures.get("state", ()),
    ]
    leave = ("level", "claimed")
    whole = table[spelled].sort_values(["contrast", "level", "subject", "rank"], kind="stable")
    if len(whole):
        parts.append(
            schema_table(whole, STATES, caption="States, the claimed one first", leave=leave)
        )
    rest = table[[not s for s in spelled]]
    rest = rest[rest["rank"] == 1]
    if len(rest):
        parts.append(
            schema_table(
                rest, STATES, caption="State claimed for each subject", leave=(*leave, "rank")
            )
        )
    return parts


def build_cohort(result: RunResult, figures: Figures) -> list[Part]:
    """Show how often calls were made, how they go with the response, and how readouts go on.

    Parameters
    ----------
    result
        The run.
    figures
        Figures by section; those of ``cohort`` are shown here.
    """
    parts: list[Part] = list(figures.get("cohort", ()))
    said: tuple[tuple[str, Schema, str, str], ...] = (
        (
            "How often each call was made",
            FREQUENCIES,
            "Share of yes among the subjects that could be assessed, with its exact interval; "
            "lowest and highest: the share if all that could not be assessed were no, or yes.",
            "One call a row, over all subjects of a contrast",
        ),
        (
            "With the response",
            ASSOCIATIONS,
            "Each call, readout and activity against the response in the sample sheet. With few "
            "subjects p cannot be small (p least); an association is not a cause.",
            "One call, readout or activity a row",
        ),
        (
            "Patterns over time",
            PATTERNS,
            "What became of a readout over the times on treatment; a change back is tested by "
            "itself.",
            "One readout, complex or pathway a row",
        ),
        (
            "Readouts over time",
            TRAJECTORIES,
            "Changes since before treatment, and steps between times, each with its own test.",
            "One readout at one time a row",
        ),
    )
    for title, schema, text, caption in said:
        table = result.table(schema.name)
        if len(table):
            parts += [
                Heading(title),
                Text((text,)),
                schema_table(table, schema, caption=caption, leave=("level",)),
            ]
    return parts
