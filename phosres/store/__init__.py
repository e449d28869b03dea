"""Results as files: the same bytes for the same result, whole folders or none, checksums."""

from phosres.store._errors import clear_errors
from phosres.store._folders import claim, commit, is_running, publish, write_file, write_folder
from phosres.store._formats import (
    BREAKS,
    format_config,
    format_json,
    format_tsv,
    read_json,
    write_tsv,
)
from phosres.store._manifest import (
    CRATE,
    MANIFEST,
    OWN,
    RUN,
    TIMED,
    check,
    format_manifest,
    hash_file,
    manifest,
    read_manifest,
)

__all__ = [
    "BREAKS",
    "CRATE",
    "MANIFEST",
    "OWN",
    "RUN",
    "TIMED",
    "check",
    "claim",
    "clear_errors",
    "commit",
    "format_config",
    "format_json",
    "format_manifest",
    "format_tsv",
    "hash_file",
    "is_running",
    "manifest",
    "publish",
    "read_json",
    "read_manifest",
    "write_file",
    "write_folder",
    "write_tsv",
]
