"""Checksums of a result folder: written with it, and checked against it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

MANIFEST = "MANIFEST.sha256"
RUN = "run.json"
CRATE = "ro-crate-metadata.json"
OWN = (MANIFEST, RUN, CRATE)
"""Files that hold times or hashes, and so are not in the manifest."""


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Return the checksums of a result, as ``sha256sum --check`` reads them.

    Parameters
    ----------
    files
        Contents by relative path. ``run.json`` is left out: it holds times, and so differs
        between equal runs.
    """
    hashes = {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n not in OWN}
    return format_manifest(hashes)


def format_manifest(hashes: Mapping[str, str]) -> bytes:
    """Return checksums as ``sha256sum --check`` reads them.

    Parameters
    ----------
    hashes
        SHA-256 by relative path.
    """
    return "".join(f"{hash_}  {name}\n" for name, hash_ in sorted(hashes.items())).encode()


def read_manifest(folder: Path) -> dict[str, str]:
    """Return the checksums a result folder lists, by path; empty if it lists none.

    Parameters
    ----------
    folder
        The folder.
    """
    try:
        lines = (folder / MANIFEST).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {line[66:]: line[:64] for line in lines if len(line) > 66}


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check(folder: Path, further: Mapping[str, str] | None = None) -> list[str]:
    """Compare a result folder with its manifest.

    Parameters
    ----------
    folder
        The folder.
    further
        SHA-256 of files that are not in the manifest, by path.

    Returns
    -------
    A phrase for each file that is missing or not as it was written; empty if all are.
    """
    listed = read_manifest(folder)
    if not listed:
        return [f"{MANIFEST} is missing or empty"]
    wrong = []
    for name, expected in {**listed, **(further or {})}.items():
        try:
            found = hash_file(folder / name)
        except OSError as error:
            wrong.append(f"{name}: {(error.strerror or 'cannot be read').lower()}")
            continue
        if found != expected:
            wrong.append(f"{name} is not as it was written")
    return wrong
