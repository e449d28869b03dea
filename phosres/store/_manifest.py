"""Checksums of a result folder: written with it, and checked against it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

MANIFEST = "MANIFEST.sha256"
RUN = "run.json"
CRATE = "ro-crate-metadata.json"
TIMED = "timed.sha256"
OWN = (MANIFEST, RUN, CRATE, TIMED)
"""Files that hold times, and so differ between equal results; `TIMED` lists them in a unit."""


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


def read_manifest(folder: Path, name: str = MANIFEST) -> dict[str, str]:
    """Return the checksums a result folder lists, by path; empty if it lists none.

    Parameters
    ----------
    folder
        The folder.
    name
        Name of the manifest.
    """
    try:
        lines = (folder / name).read_text("utf-8").splitlines()
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


def check(folder: Path, by: str = MANIFEST) -> list[str]:
    """Compare a result folder with its manifest.

    Parameters
    ----------
    folder
        The folder.
    by
        Name of the manifest.

    Returns
    -------
    A phrase for each file that is missing or not as it was written; empty if all are.
    """
    listed = read_manifest(folder, by)
    if not listed:
        return [f"{by} is missing or empty"]
    wrong = []
    for name, expected in listed.items():
        try:
            found = hash_file(folder / name)
        except OSError as error:
            wrong.append(f"{name}: {(error.strerror or 'cannot be read').lower()}")
            continue
        if found != expected:
            wrong.append(f"{name} is not as it was written")
    return wrong
