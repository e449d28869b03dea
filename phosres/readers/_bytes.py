"""A file on disk to the bytes of one text table: compression, workbooks, and what is no table."""

import gzip
import hashlib
import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from phosres.errors import DataError, Problem, did_you_mean
from phosres.readers import _workbook

CAP = 4 << 30
"""Most bytes a file may unpack to: four GiB, twenty times a large site table."""
_BLANK = b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"
_SUSPICIOUS_RATIO = 200
"""Site tables compress two- to twenty-fold; sparse ones up to a hundred-fold."""

# What a file that is no text table begins with, and how to get one from it.
_NOT_TEXT: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "save the sheet as tab-separated text"),
    (b"%PDF", "a PDF document", "name the table itself"),
    (b"SQLite format 3", "an SQLite database", "export the site table as tab-separated text"),
    (b"BZh", "a bzip2 file", "unpack it, or use gzip, zip or xz"),
    (b"\x28\xb5\x2f\xfd", "a zstandard file", "unpack it, or use gzip, zip or xz"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it, or use gzip, zip or xz"),
    (b"Rar!", "a RAR archive", "unpack it, or use gzip, zip or xz"),
)


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of one text table.

    Parameters
    ----------
    path
        File as the user named it.
    data
        Its bytes, unpacked.
    sha256
        Hash of the file as it is on disk.
    warnings
        Sentences a user should read.
    """

    path: str
    data: bytes
    sha256: str
    warnings: tuple[str, ...] = ()


def load(path: str | Path, cap: int = CAP) -> Content:
    """Read a file and unpack it if it is gzip, xz or a zip archive of one file.

    Parameters
    ----------
    path
        File; what it is is told from its content, not from its name.
    cap
        Most bytes it may unpack to.

    Raises
    ------
    DataError
        If there is no such file, it cannot be unpacked, or it is not text.
    """
    name = str(path)
    packed = _slurp(Path(path), cap)
    sha256 = hashlib.sha256(packed).hexdigest()
    warnings: list[str] = []
    if is_workbook(packed):
        data, notes = _workbook.to_text(packed, name, cap)
        warnings += notes
    else:
        data = unpack(packed, name, cap)
        if data.startswith(b"PAR1"):
            from phosres.readers import _parquet

            data, found = _parquet.to_text(data, name, cap)
            warnings += found
        if data.startswith(b"\x89HDF"):
            from phosres.readers import _anndata

            data = _anndata.to_text(data, name, cap)
    for magic, what, todo in _NOT_TEXT:
        if data.startswith(magic):
            raise DataError(Problem(f"this is {what}, not a text table", name, hint=todo))
    if not (data[:4096].strip(_BLANK) or data.strip(_BLANK)):
        raise DataError(
            Problem("the file is empty", name, hint="export the table again and check its size")
        )
    if len(data) > _SUSPICIOUS_RATIO * len(packed):
        warnings.append(
            f"{name} unpacked to {len(data) // len(packed):,} times its size: is it the right file?"
        )
    return Content(name, data, sha256, tuple(warnings))


def is_workbook(data: bytes) -> bool:
    """Tell whether packed bytes are an Excel workbook.

    Parameters
    ----------
    data
        The file's bytes.
    """
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(n.startswith("xl/") for n in archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def _slurp(path: Path, cap: int) -> bytes:
    name = str(path)
    try:
        if path.is_dir():
            raise DataError(
                Problem("this is a folder, not a file", name, hint="name the table in it")
            )
        if not path.exists():
            raise DataError(Problem("no such file", name, hint=_near_files(path)))
        if path.stat().st_size > cap:
            raise DataError(Problem(f"the file is larger than {cap:,} bytes", name))
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(Problem(f"cannot be read: {reason}", name)) from None


def _near_files(path: Path) -> str:
    try:
        names = sorted(p.name for p in path.parent.iterdir() if p.is_file())
    except OSError:
        return f"the folder {path.parent} does not exist either"
    hint = did_you_mean(path.name, names)
    return hint if hint.startswith("did you mean") else "check the name and the folder"


def unpack(packed: bytes, name: str, cap: int = CAP) -> bytes:
    """Unpack gzip, xz or a zip archive of one file; anything else is returned as it is.

    Parameters
    ----------
    packed
        Bytes as they are on disk.
    name
        File, for messages.
    cap
        Most bytes to unpack to.

    Raises
    ------
    DataError
        If the archive is damaged, encrypted, holds several files or unpacks to more than `cap`.
    """
    try:
        if packed.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
                return _read_capped(stream, name, cap)
        if packed.startswith(b"\xfd7zXZ\x00"):
            with lzma.LZMAFile(io.BytesIO(packed)) as stream:
                return _read_capped(stream, name, cap)
        if packed.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return _unzip(packed, name, cap)
    except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise DataError(_damaged(name, error)) from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
        raise DataError(_damaged(name, error)) from None
    return packed


def _damaged(name: str, error: Exception) -> Problem:
    what = str(error).strip().rstrip(".") or type(error).__name__
    return Problem(
        f"the compressed file cannot be unpacked: {what}", name, hint="copy or export it again"
    )


def _unzip(packed: bytes, name: str, cap: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        members = [
            m
            for m in archive.infolist()
            if not m.is_dir() and not m.filename.startswith("__MACOSX")
        ]
        if len(members) != 1:
            shown = ", ".join(m.filename for m in members[:5])
            raise DataError(
                Problem(
                    f"the zip archive holds {len(members)} files ({shown}), one is expected"
                    if members
                    else "the zip archive holds no file",
                    name,
                    hint="unpack it and name the table",
                )
            )
        with archive.open(members[0]) as stream:
            return _read_capped(stream, name, cap)


def _read_capped(stream: IO[bytes] | gzip.GzipFile, name: str, cap: int) -> bytes:
    parts = bytearray()
    while block := stream.read(1 << 24):
        parts += block
        if len(parts) > cap:
            raise DataError(
                Problem(
                    f"the file unpacks to more than {cap:,} bytes",
                    name,
                    hint="unpack it yourself and check what it is",
                )
            )
    return bytes(parts)
