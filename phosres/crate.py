"""A result described for machines: RO-Crate 1.2 metadata of a run of a program.

The file says which program made which files from which, in the vocabulary of schema.org
(https://w3id.org/ro/crate/1.2, profile https://w3id.org/ro/wfrun/process/0.5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_FILE = "ro-crate-metadata.json"
_CONTEXT = "https://w3id.org/ro/crate/1.2/context"
_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_STATUS = {
    True: "http://schema.org/FailedActionStatus",
    False: "http://schema.org/CompletedActionStatus",
}
_KINDS = {
    ".html": "text/html",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Action:
    """What was done.

    Parameters
    ----------
    name
        Name of the run or batch.
    description
        One sentence.
    version
        Version of phosres.
    inputs
        File name to SHA-256 of what was read.
    outputs
        Paths relative to the folder of what was written.
    started, ended
        Times, ISO 8601.
    errors
        What failed; empty if nothing did.
    parts
        Folders of results inside this one, each with a crate of its own.
    """

    name: str
    description: str
    version: str
    inputs: Mapping[str, str]
    outputs: Sequence[str]
    started: str
    ended: str
    errors: Sequence[str] = ()
    parts: Sequence[str] = field(default_factory=tuple)


def describe(action: Action) -> dict[str, Any]:
    """Return the metadata of a result folder, for `ro-crate-metadata.json`.

    Parameters
    ----------
    action
        What was done.
    """
    program = f"https://pypi.org/project/phosres/{action.version}/"
    files = sorted(action.outputs)
    parts = [f"{name.rstrip('/')}/" for name in action.parts]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": action.name,
        "description": action.description,
        "datePublished": action.ended,
        "license": "Results of the user; the program is Apache-2.0.",
        "conformsTo": _id(_PROFILE),
        "hasPart": [*map(_id, files), *map(_id, parts)],
        "mentions": _id("#run"),
    }
    done = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"phosres run {action.name}",
        "instrument": _id(program),
        "object": [_id(f"#input-{hash_}") for hash_ in action.inputs.values()],
        "result": [_id("./")],
        "startTime": action.started,
        "endTime": action.ended,
        "actionStatus": _STATUS[bool(action.errors)],
    }
    if action.errors:
        done["error"] = "; ".join(action.errors)
    about = {
        "@id": _FILE,
        "@type": "CreativeWork",
        "conformsTo": _id("https://w3id.org/ro/crate/1.2"),
        "about": _id("./"),
    }
    software = {
        "@id": program,
        "@type": "SoftwareApplication",
        "name": "phosres",
        "version": action.version,
        "softwareVersion": action.version,
    }
    profile = {"@id": _PROFILE, "@type": "CreativeWork", "name": "Process Run Crate"}
    given = [
        {"@id": f"#input-{hash_}", "@type": "CreativeWork", "name": name, "sha256": hash_}
        for name, hash_ in action.inputs.items()
    ]
    made = [{"@id": name, "@type": "File", **_media(name)} for name in files]
    inner = [{"@id": name, "@type": "Dataset", "name": name.rstrip("/")} for name in parts]
    graph = [about, root, profile, done, software, *given, *made, *inner]
    return {"@context": _CONTEXT, "@graph": graph}


def _id(name: str) -> dict[str, str]:
    return {"@id": name}


def _media(name: str) -> dict[str, str]:
    kind = next((k for end, k in _KINDS.items() if name.endswith(end)), "")
    return {"encodingFormat": kind} if kind else {}
