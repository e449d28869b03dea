"""Rows of the output tables that readouts and activities share."""

from collections import Counter
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
            "note": "; ".join(part for part in (f.note, *f.remarks) if part),
        }
        for f in c.forms
    ]


def identification_notes(c: Combined) -> list[str]:
    """Say how many forms were not plainly the site, and why.

    Parameters
    ----------
    c
        The combined change.
    """
    counts = Counter(remark for form in c.forms for remark in form.remarks)
    return [f"{n} of {len(c.forms)} forms: {remark}" for remark, n in counts.items()]
