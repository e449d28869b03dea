"""The store of finished units: content-addressed folders, written whole, checked when read.

``units/ab/KEY/`` holds the files of a result with its manifest and ``unit.json``;
``KEY.error.json`` beside it says why a unit failed. A folder comes into being by one rename, so
that a killed worker leaves nothing under a final name and two drivers that compute the same unit
do not disturb each other: the second finds it there. What does not fit its manifest is moved to
``quarantine/``.
"""

import os
import shutil
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from phosres import store

_RECORD = "unit.json"
_QUARANTINE = "quarantine"
_STALE = 24 * 3600.0
"""Seconds after which what another machine left half-written is taken for abandoned: no unit takes
a day (stated estimate)."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A finished unit.

    Parameters
    ----------
    key
        Its key.
    folder
        Where its files are.
    record
        ``unit.json``: the fields of the key, facts of the run, and what failed in its report.
    """

    key: str
    folder: Path
    record: Mapping[str, Any]


class Units:
    """A store of units.

    Parameters
    ----------
    root
        Its folder; it is made when the first unit is written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._whole: dict[str, Unit] = {}

    def folder(self, key: str) -> Path:
        """Return where a unit is or will be.

        Parameters
        ----------
        key
            Its key.
        """
        return self.root / key[:2] / key

    def find(self, key: str) -> tuple[Unit | None, str]:
        """Look a unit up and check it; one that was whole is not read again.

        Parameters
        ----------
        key
            Its key.

        Returns
        -------
        The unit, None if there is none or it was corrupt; and what was wrong with a corrupt one,
        which is moved out of the way.
        """
        if key in self._whole:
            return self._whole[key], ""
        folder = self.folder(key)
        if not folder.is_dir():
            return None, ""
        record = store.read_json(folder / _RECORD)
        wrong = store.check(folder) + store.check(folder, store.TIMED)
        if not wrong and record.get("key") == key:
            self._whole[key] = Unit(key, folder, record)
            return self._whole[key], ""
        self._quarantine(folder)
        return None, "; ".join(wrong) or f"{_RECORD} is not of this unit"

    def fields(self, key: str) -> dict[str, Any]:
        """Return the fields of a finished unit, empty if it is not there.

        Parameters
        ----------
        key
            Its key.
        """
        return dict(store.read_json(self.folder(key) / _RECORD).get("fields", {}))

    def put(self, key: str, files: Mapping[str, bytes], record: Mapping[str, Any]) -> None:
        """Write a unit; if it is there already, the one that is there stays.

        Parameters
        ----------
        key
            Its key.
        files
            Contents by relative path.
        record
            What ``unit.json`` holds beside the key.

        Raises
        ------
        ConfigError, DataError
            If it cannot be written.
        """
        target = self.folder(key)
        partial = target.with_name(f".{socket.gethostname()}-{os.getpid()}-{uuid4().hex}")
        with store.clear_errors(target):
            try:
                timed = {n: sha256(files[n]).hexdigest() for n in store.OWN if n in files}
                whole = dict(files)
                whole[_RECORD] = store.format_json({**record, "key": key})
                whole[store.TIMED] = store.format_manifest(timed)
                store.write_folder(partial, whole)
                _take_place(partial, target)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
        _error_file(target).unlink(missing_ok=True)

    def fail(self, key: str, exit_code: int, reasons: Sequence[str], trace: str) -> None:
        """Note why a unit failed.

        Parameters
        ----------
        key
            Its key.
        exit_code
            Of the run.
        reasons
            What went wrong, a sentence each.
        trace
            Where in the code, for bugs; ``""`` otherwise.
        """
        path = _error_file(self.folder(key))
        content = {"key": key, "exit_code": exit_code, "reasons": list(reasons), "trace": trace}
        with store.clear_errors(path):
            store.write_file(path, store.format_json(content))

    def note(self, key: str, exit_code: int, reasons: Sequence[str]) -> None:
        """Note why a unit failed if its worker could not.

        Parameters
        ----------
        key, exit_code, reasons
            As for `fail`.
        """
        if self.failure(key) != (exit_code, tuple(reasons)):
            self.fail(key, exit_code, reasons, "")

    def failure(self, key: str) -> tuple[int, tuple[str, ...]] | None:
        """Return exit code and reasons of a unit that failed, None if none is noted.

        Parameters
        ----------
        key
            Its key.
        """
        found = store.read_json(_error_file(self.folder(key)))
        if found.get("key") != key:
            return None
        return int(found["exit_code"]), tuple(found["reasons"])

    def sweep(self) -> None:
        """Remove what killed workers left half-written."""
        for path in self._partials():
            host, pid, _ = path.name[1:].rsplit("-", 2)
            here = host == socket.gethostname()
            if (here and not store.is_running(int(pid))) or _age(path) > _STALE:
                shutil.rmtree(path, ignore_errors=True)

    def _partials(self) -> Iterator[Path]:
        for path in self.root.glob("??/.*"):
            parts = path.name[1:].rsplit("-", 2)
            if path.is_dir() and len(parts) == 3 and parts[1].isdigit():
                yield path

    def _quarantine(self, folder: Path) -> None:
        """Move a corrupt unit away; another driver may have done it already."""
        place = self.root / _QUARANTINE
        with store.clear_errors(place):
            place.mkdir(parents=True, exist_ok=True)
            try:
                folder.rename(place / f"{folder.name}-{uuid4().hex[:8]}")
            except FileNotFoundError:
                return


def _take_place(partial: Path, target: Path) -> None:
    """Give a finished folder its final name, unless another process was first."""
    try:
        partial.rename(target)
    except OSError:
        if not target.is_dir():
            raise


def _error_file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.error.json")


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
