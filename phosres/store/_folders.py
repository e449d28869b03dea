"""A result folder is written in one step: all of it, or nothing and the previous one untouched.

Everything is written and flushed in a hidden folder beside the target, which then takes the
place of the target by renaming. Files that phosres did not write are carried over, never deleted.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from phosres.errors import ConfigError, Problem
from phosres.store._errors import clear_errors
from phosres.store._manifest import MANIFEST, OWN, RUN, manifest, read_manifest


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
    claim(out_dir, force=force)
    _replace(out_dir, lambda partial: _write_all(partial, files))


def publish(source: Path, out_dir: Path) -> None:
    """Make a result folder of the files of another one, which stays; nothing is copied if need be.

    Parameters
    ----------
    source
        A result folder that is whole.
    out_dir
        Folder of the result; a previous result in it is replaced in one step.

    Raises
    ------
    ConfigError
        If the folder cannot be used.
    DataError
        If the disk is full.
    """
    claim(out_dir)
    names = [path.relative_to(source) for path in sorted(source.rglob("*")) if path.is_file()]
    if all(_is_same(source / name, out_dir / name) for name in names):
        return

    def link(partial: Path) -> None:
        for name in names:
            _link(source / name, partial / name)

    _replace(out_dir, link)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder with its manifest; everything is on the disk when it returns.

    Parameters
    ----------
    folder
        Folder that is not there yet.
    files
        Contents by path relative to the folder, with ``/``.

    Raises
    ------
    OSError
        If it cannot be written.
    ValueError
        If a path leaves the folder: a bug in the code that named the file.
    """
    _write_all(folder, files)
    _flush_folders(folder)


def write_file(path: Path, content: bytes | Iterable[bytes]) -> str:
    """Write one file in one step: the whole new content, or the old file untouched.

    Parameters
    ----------
    path
        The file; its folder is made.
    content
        What it will hold, at once or in pieces.

    Returns
    -------
    Its SHA-256.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    partial = _sibling(path, "partial")
    try:
        digest = _write(partial, content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return digest


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    _check_names(files)
    for name, content in sorted({**files, MANIFEST: manifest(files)}.items()):
        _write(folder / name, content)


def _replace(out_dir: Path, fill: Callable[[Path], None]) -> None:
    """Let a hidden folder be filled and put it in the place of the target."""
    target = out_dir.resolve()
    _sweep(target)
    partial = _sibling(target, "partial")
    try:
        with clear_errors(out_dir):
            target.parent.mkdir(parents=True, exist_ok=True)
            fill(partial)
            if target.is_dir():
                _carry_over(target, partial)
            _flush_folders(partial)
            _swap(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _is_same(one: Path, other: Path) -> bool:
    """Tell whether two names are of one file on the disk."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def _link(source: Path, new: Path) -> None:
    """Give a file a second name; copy it where the file system has no hard links."""
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, new, follow_symlinks=False)


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


def _write(path: Path, content: bytes | Iterable[bytes]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("wb") as handle:
        for piece in (content,) if isinstance(content, bytes) else content:
            handle.write(piece)
            digest.update(piece)
        handle.flush()
        os.fsync(handle.fileno())
    return digest.hexdigest()


def _carry_over(previous: Path, partial: Path) -> None:
    """Link what the user keeps in the previous folder into the new one."""
    ours = set(OWN) | set(read_manifest(previous))
    for path in sorted(previous.rglob("*")):
        name = path.relative_to(previous)
        new = partial / name
        if new.exists() or new.is_symlink() or name.as_posix() in ours:
            continue
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                new.mkdir(parents=True)
            continue
        _link(path, new)


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
        if path.name.startswith(start) and pid.isdigit() and not is_running(int(pid)):
            yield path


def is_running(pid: int) -> bool:
    """Tell whether a process of this machine is running.

    Parameters
    ----------
    pid
        Its number.
    """
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
