"""What the file system refuses, in one clear message."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phosres.errors import ConfigError, DataError, PhosresError, Problem


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into one clear message.

    Parameters
    ----------
    path
        What is written, as the user named it.

    Raises
    ------
    ConfigError
        If it cannot be written there.
    DataError
        If the disk is full.
    """
    try:
        yield
    except OSError as error:
        raise _explain(path, error) from error


def _explain(path: Path, error: OSError) -> PhosresError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DataError(
            Problem(
                f"the disk is full, '{path}' was not written",
                hint="free some space or name another --out; a previous result is untouched",
            )
        )
    reason = (error.strerror or str(error)).lower()
    return ConfigError(Problem(f"'{path}' cannot be written: {reason}", hint="name another --out"))
