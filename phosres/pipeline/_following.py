"""What follows from a run's calls: responses, frequencies, what each call looks at."""

from collections.abc import Mapping

import pandas as pd

from phosres import response, trace
from phosres.config import Config
from phosres.errors import KnowledgeError
from phosres.knowledge import Knowledge
from phosres.results import Calls, Scores
from phosres.table import PhosphoTable

_READING = (
    *("format", "separator", "header_row", "columns", "scale", "values", "localization_min"),
)
"""Parameters of reading that `phosres explain` shows."""


def describe_reading(table: PhosphoTable) -> dict[str, dict[str, object]]:
    """Return how a table was read, for ``run.json``: format, row of the header, columns by role."""
    known = table.history[0].parameters if table.history else {}
    return {"reading": {name: known[name] for name in _READING if name in known}}


def summarise(
    settings: Config,
    table: PhosphoTable,
    scores: Mapping[str, Scores],
    calls: Mapping[str, Calls],
    knowledge: Knowledge,
) -> dict[str, pd.DataFrame]:
    """Return the tables over all subjects: associations with the response, frequencies, trace."""
    return {
        "associations": response.associate(scores, calls, table.samples, seed=settings.seed),
        "frequencies": response.count_calls(calls),
        "trace": trace_calls(settings, table, knowledge),
    }


def trace_calls(settings: Config, table: PhosphoTable, knowledge: Knowledge) -> pd.DataFrame:
    """List what each call looks at, for the drugs of the configuration and of the sheet."""
    own = table.samples["drug"].unique().tolist() if "drug" in table.samples else []
    named = filter(None, dict.fromkeys([settings.treatment.drug or "", *map(str, own)]))
    return trace.trace(knowledge, [drug for drug in named if _is_known(drug, knowledge)])


def _is_known(drug: str, knowledge: Knowledge) -> bool:
    try:
        knowledge.find_drug(drug)
    except KnowledgeError:
        return False
    return True
