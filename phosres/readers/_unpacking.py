"""Compressed bytes to plain ones, within a limit: a small file can unpack to a disk full."""

import bz2
import gzip
import importlib
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, Any

from phosres.errors import DataError, Problem

VARIABLE = "PHOSRES_MAX_BYTES"
"""Environment variable with the most bytes a file may hold or unpack to."""
_CAP = 4 << 30
"""Four GiB, twenty times a large site table."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_OPENERS: tuple[tuple[bytes, Callable[[io.BytesIO], Any]], ...] = (
    (b"\x1f\x8b", lambda packed: gzip.GzipFile(fileobj=packed)),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
    (b"BZh", bz2.BZ2File),
)
# bzip2 begins like a word; what follows its first block mark does not.
_BLOCK_MARKS = (b"1AY&SY", b"\x17rE8P\x90")


def most_bytes() -> int:
    """Return the most bytes a file may hold or unpack to.

    Raises
    ------
    DataError
        If the environment variable is no positive whole number.
    """
    given = os.environ.get(VARIABLE, "").strip()
    if not given:
        return _CAP
    if not given.isascii() or not given.isdigit() or int(given) < 1:
        message = f"the environment variable {VARIABLE} is '{given[:40]}'"
        raise DataError(Problem(message, hint="give a number of bytes, or unset it"))
    return int(given)


def unpack(packed: bytes, name: str, cap: int) -> bytes:
    """Unpack gzip, xz, bzip2, zstandard or a zip archive of one file; return the rest as it is.

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
        If the archive is damaged, encrypted, holds several files or another archive, or unpacks
        to more than `cap`.
    """
    try:
        data = _unpack(packed, name, cap)
    except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise DataError(_damaged(name, error)) from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
        raise DataError(_damaged(name, error)) from None
    if data is not packed and is_packed(data):
        message = "the compressed file holds another compressed file"
        raise DataError(Problem(message, name, hint="unpack it and name the table"))
    return data


def is_packed(data: bytes) -> bool:
    """Tell whether bytes are of a format that `unpack` unpacks.

    Parameters
    ----------
    data
        First bytes, or all.
    """
    if data.startswith(b"BZh"):
        return data[4:10] in _BLOCK_MARKS
    return data.startswith((*_ZIP, _ZSTANDARD, *(magic for magic, _ in _OPENERS)))


def _unpack(packed: bytes, name: str, cap: int) -> bytes:
    if not is_packed(packed):
        return packed
    if packed.startswith(_ZIP):
        return _unzip(packed, name, cap)
    if packed.startswith(_ZSTANDARD):
        return _read_capped(_open_zstandard(packed, name), name, cap)
    for magic, opener in _OPENERS:
        if packed.startswith(magic):
            with opener(io.BytesIO(packed)) as stream:
                return _read_capped(stream, name, cap)
    return packed


def _open_zstandard(packed: bytes, name: str) -> Any:
    """Open a zstandard file with the standard library, which knows it from Python 3.14 on."""
    try:
        return importlib.import_module("compression.zstd").ZstdFile(io.BytesIO(packed))
    except ImportError:
        hint = "unpack it, or use gzip, bzip2, zip or xz; Python 3.14 reads it"
        raise DataError(Problem("this is a zstandard file", name, hint=hint)) from None


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
    while block := stream.read(min(1 << 24, cap + 1)):
        parts += block
        if len(parts) > cap:
            hint = f"check what it is; {VARIABLE} in the environment raises the limit"
            raise DataError(
                Problem(f"the file unpacks to more than {cap:,} bytes", name, hint=hint)
            )
    return bytes(parts)
