"""Checksums of a result folder: written with it, and checked against it."""

import hashlib
from collections.abc import Mapping

MANIFEST = "MANIFEST.sha256"
RUN = "run.json"
OWN = (MANIFEST, RUN)


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Return the checksums of a result, as ``sha256sum --check`` reads them.

    Parameters
    ----------
    files
        Contents by relative path. ``run.json`` is left out: it holds times, and so differs
        between equal runs.
    """
    lines = [
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
        if name not in OWN
    ]
    return "".join(lines).encode()
