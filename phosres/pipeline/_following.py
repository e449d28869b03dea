"""What follows from a run's calls: what each looks at, and how the table was read."""

import pandas as pd

from phosres import trace
from phosres.config import Config
from phosres.errors import KnowledgeError
from phosres.knowledge import Knowledge
from phosres.table import PhosphoTable

_READING = (
    *("format", "separator", "header_row", "columns", "scale", "values", "localization_min"),
)
"""Parameters of reading that `phosres explain` shows."""


def describe_reading(table: PhosphoTable) -> dict[str, dict[str, object]]:
    """Return how a table was read, for ``run.json``: format, row of the header, columns by role."""
    known = table.history[0].parameters if table.history else {}
    return {"reading": {name: known[name] for name in _READING if name in known}}


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
