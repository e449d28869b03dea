"""Bytes to UTF-8 text with line feeds, and the separator of its cells."""

import codecs
import io
import itertools

from phosres.errors import DataError, Problem
from phosres.readers._bytes import Content
from phosres.readers._records import HEADER_WITHIN

PEEK = 40
"""Records from which the separator and the header are told."""
_BLOCK = 1 << 20


def decode(content: Content) -> tuple[bytes, tuple[str, ...]]:
    """Return UTF-8 bytes with line feeds, and what a user should know about the encoding."""
    data, warnings = content.data, []
    encoding = _wide_encoding(data)
    try:
        if encoding:
            data = data.decode(encoding).removeprefix("\ufeff").encode("utf-8")
        else:
            data = data.removeprefix(b"\xef\xbb\xbf")
            _check_utf8(data)
    except UnicodeError:
        data = data.decode("latin-1").encode("utf-8")
        warnings.append(f"{content.path} is not UTF-8; it was read as Latin-1 (Western European)")
    control = sum(data[: 1 << 16].count(c) for c in (0, 1, 2, 3, 4, 5, 6, 14, 15, 16, 17, 18))
    if b"\x00" in data or control > 8:
        raise DataError(
            Problem(
                "the file is binary, not a text table",
                content.path,
                hint="name a tab- or comma-separated text file",
            )
        )
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data, tuple(warnings)


def _check_utf8(data: bytes) -> None:
    """Raise a `UnicodeError` if the bytes are not UTF-8, without a second copy of them all."""
    if not data.isascii():
        decoder = codecs.getincrementaldecoder("utf-8")()
        for at in range(0, len(data), _BLOCK):
            decoder.decode(data[at : at + _BLOCK])
        decoder.decode(b"", final=True)


def _wide_encoding(data: bytes) -> str:
    """Name the UTF-16 or UTF-32 encoding of the bytes, ``""`` if it is neither."""
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:400]
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(zeros) > 8 and zeros.count(0) > 0.9 * len(zeros):
            return encoding
    return ""


def refuse_markup(data: bytes, path: str) -> None:
    head = data[:2000].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head")):
        what, todo = "a web page", "download the file itself, not the page that shows it"
    elif head.startswith((b"<?xml", b"<mzml", b"<mzidentml")):
        what, todo = "an XML file", "export the site table as tab-separated text"
    elif head.startswith((b'{"', b"[{", b'["')):
        what, todo = "a JSON file", "export the site table as tab-separated text"
    elif head.startswith((b"{\\rtf",)):
        what, todo = "a formatted document", "save it as plain text"
    elif head.startswith((b"version https://git-lfs",)):
        what, todo = "a placeholder for a large file", "fetch the file itself (git lfs pull)"
    else:
        return
    raise DataError(Problem(f"this is {what}, not a text table", path, hint=todo))


def find_separator(data: bytes) -> str:
    """Tell the separator: tab if the lines hold any, else the commoner of ``;`` and ``,``."""
    head = b"".join(itertools.islice(io.BytesIO(data), PEEK))
    if head.count(b'"') % 2 == 0:
        head = b"".join(head.split(b'"')[::2])  # what is quoted separates nothing
    lines = [line for line in head.split(b"\n") if line.strip()]
    if sum(b"\t" in line for line in lines) * 2 >= len(lines):
        return "\t"
    for line in lines[:HEADER_WITHIN]:
        if b";" in line or b"," in line:
            return ";" if line.count(b";") > line.count(b",") else ","
    return "\t"
