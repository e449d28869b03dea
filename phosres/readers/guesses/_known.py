"""Names that consortia and search engines give by a rule: they are read, not guessed at."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

_TCGA = re.compile(
    r"(?P<subject>TCGA[-.]\w{2}[-.]\w{4})(?:[-.](?P<type>\d\d)[A-Z]?(?:[-.].*)?)?", re.IGNORECASE
)
# https://gdc.cancer.gov/resources-tcga-users/tcga-code-tables/sample-type-codes
_TCGA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "01": "primary",
        "02": "recurrent",
        "03": "primary_blood",
        "05": "additional_primary",
        "06": "metastasis",
        "07": "additional_metastasis",
        "10": "normal_blood",
        "11": "normal",
    }
)
_CPTAC = re.compile(r"(?P<subject>C3[LN][-.]\d{5})(?:[-._](?P<type>N|T|NAT|\d{1,2}))?")
_CHANNEL = re.compile(r"(?:.*[ _.])?(?:1[123]\d[NC]?D?|(?:tmt|itraq)[ _-]?\d+[NC]?)", re.IGNORECASE)


def read_barcodes(samples: Sequence[str]) -> list[tuple[str, str]] | None:
    """Read subject and condition from TCGA and CPTAC barcodes.

    Parameters
    ----------
    samples
        Names.

    Returns
    -------
    None if they are none; the condition is empty where a TCGA barcode ends before it.
    """
    tcga = [_TCGA.fullmatch(s) for s in samples]
    if samples and all(tcga):
        found = [(m["subject"], m["type"]) for m in tcga if m]
        return [(subject, _TCGA_TYPES.get(t, f"type_{t}") if t else "") for subject, t in found]
    cptac = [_CPTAC.fullmatch(s) for s in samples]
    if samples and all(cptac):
        found = [(m["subject"], m["type"] or "T") for m in cptac if m]
        return [(s, {"N": "normal", "NAT": "normal"}.get(t, "tumour")) for s, t in found]
    return None


def is_barcode(name: str) -> bool:
    """Tell whether a name is a TCGA or CPTAC barcode.

    Parameters
    ----------
    name
        Name of a sample.
    """
    return bool(_TCGA.fullmatch(name) or _CPTAC.fullmatch(name))


def are_channels(samples: Sequence[str]) -> bool:
    """Tell whether the names are reporter channels, which say nothing of the samples.

    Parameters
    ----------
    samples
        Names.
    """
    return bool(samples) and all(_CHANNEL.fullmatch(s) for s in samples)
