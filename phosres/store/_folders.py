"""A result folder is written in one step: all of it, or nothing and the previous one untouched.

Everything is written and flushed in a hidden folder beside the target, which then takes the
place of the target by renaming. Files that phosres did not write are carried over, never deleted.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from phosres.errors import ConfigError, Problem
from phosres.store._errors import clear_errors
from phosres.store._manifest import MANIFEST, OWN, RUN, manifest


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
    ours = set(OWN) | _listed(previous)
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
