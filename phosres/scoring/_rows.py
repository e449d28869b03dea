"""Rows of the output tables that readouts and activities share."""

from collections.abc import Mapping
from typing import Any

from phosres.evidence import Combined

Row = dict[str, Any]
Key = Mapping[str, str]


def evidence_rows(key: Key, target: str, c: Combined) -> list[Row]:
    """Rows of the evidence table for one readout or set.

    Parameters
    ----------
    key
        contrast, level and subject.
    target
        Readout or set.
    c
        The combined change.
    """
    return [
        dict(key)
        | {
            "target": target,
            "feature": f.feature,
            "site_ids": ";".join(f.site_ids),
            "sign": f.sign,
            "log2fc": f.log2fc,
            "se": f.se,
            "weight": f.share,
            "note": f.note,
        }
        for f in c.forms
    ]
