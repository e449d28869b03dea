"""Results as files: the same bytes for the same result, whole folders or none, checksums."""

from phosres.store._errors import clear_errors
from phosres.store._folders import claim, commit
from phosres.store._formats import format_config, format_json, format_tsv, write_tsv
from phosres.store._manifest import MANIFEST, RUN, manifest

__all__ = [
    "MANIFEST",
    "RUN",
    "claim",
    "clear_errors",
    "commit",
    "format_config",
    "format_json",
    "format_tsv",
    "manifest",
    "write_tsv",
]
