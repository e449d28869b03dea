"""Names from the user's files, made safe and short."""

import hashlib
import re
import unicodedata
from functools import lru_cache

from matplotlib import font_manager

NAME_LENGTH = 24
"""Characters shown of a sample, subject or contrast; the table has the full name."""


def clean(text: object, length: int = NAME_LENGTH) -> str:
    """Make a name safe to draw: one line, known characters, no control marks, shortened.

    Parameters
    ----------
    text
        Any name from the user's files.
    length
        Most characters kept; the middle is replaced by an ellipsis, since names of one study often
        differ at the end only.
    """
    composed = unicodedata.normalize("NFC", str(text))
    known = _known_characters()
    kept = [
        (c if ord(c) in known else "□") if c.isprintable() else " "
        for c in composed
        if not unicodedata.combining(c)
    ]
    flat = " ".join("".join(kept).split())
    if len(flat) <= length:
        return flat
    tail = (length - 1) // 3
    return f"{flat[: length - 1 - tail]}…{flat[len(flat) - tail :]}"


@lru_cache(maxsize=1)
def _known_characters() -> frozenset[int]:
    """Return the characters that DejaVu Sans can draw."""
    font = font_manager.get_font(font_manager.findfont("DejaVu Sans"))
    return frozenset(font.get_charmap())


def nice_readout(readout: str) -> str:
    """Write the id of a readout as people do: ``S6_S240_S244`` as ``S6 S240/S244``.

    Parameters
    ----------
    readout
        Id of a readout.
    """
    return clean(readout).replace("4EBP1", "4E-BP1").replace("_", " ", 1).replace("_", "/")


_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever follows the first dot."""


def file_stems(names: list[str]) -> list[str]:
    """Turn names into distinct file stems, distinct on file systems that ignore case too.

    Parameters
    ----------
    names
        Names from the user's files.
    """
    stems: list[str] = []
    for name in names:
        stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.")[:40]
        taken = stem.lower() in {s.lower() for s in stems}
        if stem != name or taken or _RESERVED.fullmatch(stem):
            digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
            stem = f"{stem.replace('.', '-')}-{digest}".lstrip("-")
        stems.append(stem)
    return stems
