"""Write a result folder in one step: all of it, or nothing and the previous result untouched.

Everything is written and flushed in a hidden folder beside the target, which then takes the
place of the target by renaming. Files that phosres did not write are carried over, never deleted.
"""

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from phosres.config.writer import write_yaml
from phosres.errors import ConfigError, DataError, PhosresError, Problem

MANIFEST = "MANIFEST.sha256"
RUN = "run.json"
_OWN = (MANIFEST, RUN)
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def claim(out_dir: Path, *, force: bool = False) -> None:
    """Check that results can go to a folder, before anything is computed.

    Parameters
    ----------
    out_dir
        Folder that will be created or replaced.
    force
        Also accept a folder with other files in it; they stay.

    Raises
    ------
    ConfigError
        If it is a file, a folder of other things, the folder one works in, or cannot be written.
    """
    target = out_dir.resolve()
    _restore(target)
    if target.exists() and not target.is_dir():
        raise _refusal(
            out_dir, "is a file, expected a folder for the results", "name another --out"
        )
    if target == Path.cwd() or target in Path.cwd().parents or os.path.ismount(target):
        raise _refusal(
            out_dir,
            "is the folder you work in, above it, or a mount point, and cannot be replaced as one",
            "name a folder inside it",
        )
    if target.is_dir() and any(target.iterdir()) and not _is_result(target) and not force:
        raise _refusal(
            out_dir,
            "holds files that are not a phosres result",
            "name another --out, or use --force to write beside them",
        )
    parent = next(p for p in target.parents if p.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        raise _refusal(
            out_dir, f"cannot be made: '{parent}' cannot be written", "name another --out"
        )


def commit(out_dir: Path, files: Mapping[str, bytes], *, force: bool = False) -> None:
    """Write a result folder with its manifest, replacing the previous result in one step.

    Parameters
    ----------
    out_dir
        Folder of the result.
    files
        Contents by path relative to the folder, with ``/``.
    force
        As for `claim`.

    Raises
    ------
    ConfigError
        If the folder cannot be used.
    DataError
        If the disk is full.
    ValueError
        If a path leaves the folder: a bug in the code that named the file.
    """
    _check_names(files)
    claim(out_dir, force=force)
    target = out_dir.resolve()
    _sweep(target)
    partial = _sibling(target, "partial")
    try:
        with clear_errors(out_dir):
            target.parent.mkdir(parents=True, exist_ok=True)
            for name, content in sorted({**files, MANIFEST: manifest(files)}.items()):
                _write(partial / name, content)
            if target.is_dir():
                _carry_over(target, partial)
            _flush_folders(partial)
            _swap(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


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
        if name not in _OWN
    ]
    return "".join(lines).encode()


def format_tsv(frame: pd.DataFrame) -> bytes:
    r"""Return a table as TSV: the same bytes for the same table, on every machine.

    Parameters
    ----------
    frame
        Columns of numbers (6 significant digits), integers, booleans (true/false) or texts; the
        index is not written. Missing values are empty; breaks inside a text become spaces; texts
        with ``"`` are quoted as in CSV.

    Returns
    -------
    UTF-8, tab-separated, ``\n`` after each row.
    """
    columns = [_cells(frame.iloc[:, i]) for i in range(frame.shape[1])]
    lines = ["\t".join(_text(str(c)) for c in frame.columns)]
    lines += ["\t".join(row) for row in zip(*columns, strict=True)]
    return ("\n".join(lines) + "\n").encode("utf-8", errors="replace")


def write_tsv(frame: pd.DataFrame, path: Path) -> None:
    """Write one table as TSV, see `format_tsv`.

    Parameters
    ----------
    frame
        The table.
    path
        File to write.

    Raises
    ------
    ConfigError, DataError
        If it cannot be written.
    """
    with clear_errors(path):
        path.write_bytes(format_tsv(frame))


def format_json(data: Mapping[str, Any]) -> bytes:
    """Return plain data as JSON with sorted keys, for ``run.json``.

    Parameters
    ----------
    data
        Dicts, lists, texts, numbers, booleans, None; paths and numpy numbers are accepted,
        NaN and infinity become null.
    """
    plain = _plain(data)
    text = json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def format_config(resolved: Mapping[str, Any]) -> bytes:
    """Return a resolved configuration as YAML that loads again, for ``config.resolved.yaml``.

    Parameters
    ----------
    resolved
        As `phosres.config.Config.resolved` returns it.
    """
    return write_yaml(resolved).encode()


def _check_names(files: Mapping[str, bytes]) -> None:
    for name in files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or str(path) != name or name == MANIFEST:
            raise ValueError(f"not a path inside a result: {name!r}")
    if len({name.casefold() for name in files}) < len(files):
        raise ValueError("names of result files differ only by case")


def _sibling(target: Path, role: str) -> Path:
    return target.with_name(f".{target.name}.{role}-{os.getpid()}")


def _is_result(folder: Path) -> bool:
    return (folder / MANIFEST).is_file() and (folder / RUN).is_file()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _carry_over(previous: Path, partial: Path) -> None:
    """Link what the user keeps in the previous folder into the new one."""
    ours = set(_OWN) | _listed(previous)
    for path in sorted(previous.rglob("*")):
        name = path.relative_to(previous)
        new = partial / name
        if new.exists() or new.is_symlink() or name.as_posix() in ours:
            continue
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                new.mkdir(parents=True)
            continue
        new.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, new, follow_symlinks=False)
        except OSError:  # file systems without hard links
            shutil.copy2(path, new, follow_symlinks=False)


def _listed(folder: Path) -> set[str]:
    """Return the files that the folder's own manifest lists."""
    try:
        lines = (folder / MANIFEST).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return set()
    return {line[66:] for line in lines}


def _flush_folders(top: Path) -> None:
    """Make the names as durable as the contents, where the system can."""
    if os.name != "posix":
        return
    for folder, _, _ in os.walk(top):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _swap(partial: Path, target: Path) -> None:
    """Put the new folder in the place of the old one, or leave the old one where it is."""
    previous = _sibling(target, "previous")
    if target.is_dir():
        target.rename(previous)
    try:
        partial.rename(target)
    except BaseException:
        if previous.is_dir():
            previous.rename(target)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def _restore(target: Path) -> None:
    """Put back a previous result whose replacement was killed between the two renames."""
    for previous in _leftovers(target, "previous"):
        if not target.exists():
            previous.rename(target)


def _sweep(target: Path) -> None:
    """Remove what killed runs left beside the target; the target itself is whole."""
    for role in ("partial", "previous"):
        for folder in _leftovers(target, role):
            shutil.rmtree(folder, ignore_errors=True)


def _leftovers(target: Path, role: str) -> Iterator[Path]:
    """Find hidden siblings of processes that no longer run."""
    start = f".{target.name}.{role}-"
    if not target.parent.is_dir():
        return
    for path in sorted(target.parent.iterdir()):
        pid = path.name.removeprefix(start)
        if path.name.startswith(start) and pid.isdigit() and not _is_running(int(pid)):
            yield path


def _is_running(pid: int) -> bool:
    if os.name != "posix":
        return True  # os.kill would end the process there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _refusal(out_dir: Path, message: str, hint: str) -> ConfigError:
    return ConfigError(Problem(f"'{out_dir}' {message}", hint=hint))


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


def _cells(column: pd.Series) -> list[str]:
    """Format one column by its kind."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return ["" if v is pd.NA else "true" if v else "false" for v in column]
    if pd.api.types.is_float_dtype(column.dtype):
        values = column.to_numpy(dtype=float, na_value=np.nan) + 0.0  # -0.0 becomes 0.0
        return ["" if v != v else f"{v:.6g}" for v in values.tolist()]
    return [_text(v) for v in column.tolist()]


def _text(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        return f"{value + 0.0:.6g}"
    text = _BREAKS.sub(" ", str(value))
    return '"' + text.replace('"', '""') + '"' if '"' in text else text


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return [_plain(v) for v in items]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)
