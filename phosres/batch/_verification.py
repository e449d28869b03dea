"""Whether results are as they were written."""

from pathlib import Path

from phosres import store
from phosres.errors import ConfigError, Problem


def verify(folder: Path) -> tuple[list[Problem], int]:
    """Check a result, or a batch with all its results, against the manifests.

    Parameters
    ----------
    folder
        Its folder.

    Returns
    -------
    A problem for each file that is missing or changed, and the number of files checked.

    Raises
    ------
    ConfigError
        If the folder has no manifest.
    """
    listed = store.read_manifest(folder)
    if not listed:
        message = f"'{folder}' has no {store.MANIFEST}: it is no result of phosres"
        raise ConfigError(Problem(message, hint="name the folder of a result or of a batch"))
    problems, checked = _check(folder), len(listed)
    for name in listed:
        if name.endswith(f"/{store.MANIFEST}"):
            inner = folder / Path(name).parent
            problems += _check(inner)
            checked += len(store.read_manifest(inner))
    return problems, checked


def _check(folder: Path) -> list[Problem]:
    hint = "run it again; phosres computes only what is damaged"
    return [Problem(wrong, str(folder), hint=hint) for wrong in store.check(folder)]
