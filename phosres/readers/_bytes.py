"""A file on disk to the bytes of one text table: compression, workbooks, and what is no table."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from phosres.errors import DataError, Problem, did_you_mean
from phosres.readers import _workbook
from phosres.readers._unpacking import VARIABLE, most_bytes, unpack

_BLANK = b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"
_SUSPICIOUS_RATIO = 200
"""Site tables compress two- to twenty-fold; sparse ones up to a hundred-fold."""

# What a file that is no text table begins with, and how to get one from it.
_NOT_TEXT: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "save the sheet as tab-separated text"),
    (b"%PDF", "a PDF document", "name the table itself"),
    (b"SQLite format 3", "an SQLite database", "export the site table as tab-separated text"),
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


def load(path: str | Path, cap: int | None = None) -> Content:
    """Read a file and unpack it if it is compressed.

    Parameters
    ----------
    path
        File; what it is is told from its content, not from its name.
    cap
        Most bytes it may unpack to; by default what `most_bytes` says.

    Raises
    ------
    DataError
        If there is no such file, it cannot be unpacked, or it is not text.
    """
    name, cap = str(path), most_bytes() if cap is None else cap
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
            hint = f"check what it is; {VARIABLE} in the environment raises the limit"
            raise DataError(Problem(f"the file is larger than {cap:,} bytes", name, hint=hint))
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
