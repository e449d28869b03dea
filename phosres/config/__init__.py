"""The run configuration: one model is validation, defaults, documentation and schema.

`model` says what a configuration may hold; `source` reads a file (`parsers`) and knows where every
key stands (`places`); `load` turns it into a `Config`, or into all of its problems (`messages`);
`writer` writes YAML, `describe` the commented configuration and the JSON schema.
"""

from phosres.config.load import find_names, load, load_input, load_names
from phosres.config.model import (
    Config,
    Design,
    Filters,
    Input,
    Network,
    Normalization,
    Report,
    Statistics,
    Treatment,
)

__all__ = [
    "Config",
    "Design",
    "Filters",
    "Input",
    "Network",
    "Normalization",
    "Report",
    "Statistics",
    "Treatment",
    "find_names",
    "load",
    "load_input",
    "load_names",
]
