"""Last sections: the methods paragraph from what ran, parameters, versions, hashes, references."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from phosres.report import wording
from phosres.report.sections import Figures, Links, Part, Terms, Text
from phosres.results import RunResult

# What tells when, where and how a run was started, not what it found: it is in run.json, and out of
# the page, so that the same results give the same bytes.
_VOLATILE = ("argv", "started", "seconds", "platform", "failed")

_DOI = re.compile(r"\b(?:doi:\s*|https?://doi\.org/)?(10\.\d{4,9}/[^\s;,()]+)", re.IGNORECASE)
_RULE = re.compile(r"[GR]\d+")
_PMID = re.compile(r"\bPMID:?\s*(\d{4,9})\b")

SMYTH = ("Smyth GK. Stat Appl Genet Mol Biol 2004;3:3 (moderated t)", "10.2202/1544-6115.1027")
PHIPSON = (
    "Phipson B et al. Ann Appl Stat 2016;10:946 (robust prior)",
    "10.1214/16-AOAS920",
)
BENJAMINI = (
    "Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289 (false discovery rate)",
    "10.1111/j.2517-6161.1995.tb02031.x",
)
SCHUIRMANN = (
    "Schuirmann DJ. J Pharmacokinet Biopharm 1987;15:657 (equivalence by two one-sided tests)",
    "10.1007/BF01068419",
)
LANGE = (
    "Lange KL, Little RJA, Taylor JMG. J Am Stat Assoc 1989;84:881 (heavy-tailed noise)",
    "10.1080/01621459.1989.10478852",
)

RIGBY = (
    "Rigby RA, Stasinopoulos DM. J R Stat Soc C 2005;54:507 (scale and tail that depend on terms)",
    "10.1111/j.1467-9876.2005.00510.x",
)
LI = (
    "Li M, Smyth GK. Bioinformatics 2023;39:btad200 (detection by intensity)",
    "10.1093/bioinformatics/btad200",
)


def build_methods(result: RunResult, figures: Figures) -> list[Part]:
    """Write the methods paragraphs and list parameters, versions and hashes.

    Parameters
    ----------
    result
        The run.
    figures
        Figures by section; those of ``methods`` are shown here.
    """
    source = result.normalized.source
    origin = {
        "file": wording.file_name(source.path),
        "format": source.format,
        "recognised by": source.recognised_by,
        "scale in the file": source.original_scale,
        "rows": wording.count(source.rows),
        "sha256": source.sha256,
    }
    lasting = {k: v for k, v in result.provenance.items() if k not in _VOLATILE}
    return [
        Text(paragraphs(result)),
        *figures.get("methods", ()),
        Terms("Input table", tuple((k, v) for k, v in origin.items() if v)),
        Terms("Parameters (config.resolved.yaml)", tuple(_flatten(result.config))),
        Terms("Versions and hashes (run.json)", tuple(_flatten(lasting))),
    ]


def paragraphs(result: RunResult) -> tuple[str, ...]:
    """Write what ran, step by step: data, comparisons, scores, calls.

    Parameters
    ----------
    result
        The run.

    Returns
    -------
    One paragraph each; every sentence is that of the step itself.
    """
    path = result.normalized.source.path
    data = " ".join(wording.sentence(step.text) for step in result.normalized.history)
    data = data.replace(path, wording.file_name(path)) if path else data
    compared = []
    for contrast in result.contrasts.values():
        how: list[str] = []
        for level, title in (("cohort", "Cohort"), ("subject", "Single subjects")):
            methods = dict.fromkeys(e.method for e in contrast.effects if e.level == level)
            how += [f"{title}: {wording.listing(methods, 3)}."] if methods else []
        how.append(str(contrast.parameters.get("plan", "")))
        compared.append(f"Comparison: {contrast.text.rstrip('.')}. {' '.join(how).strip()}")
    found = [data, " ".join(compared), _tests(result), _rules(result)]
    return tuple(p for p in found if p.strip())


def state_basis(result: RunResult) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say in a few sentences what a page rests on, with versions and hashes.

    Parameters
    ----------
    result
        The run.

    Returns
    -------
    The sentences, and names with values.
    """
    source = result.normalized.source
    steps = [s for s in result.normalized.history if s.name in ("normalize", "proteins")]
    said = " ".join(wording.sentence(s.text) for s in steps)
    text = f"Table: {wording.file_name(source.path)} ({source.format}). {said}"
    wanted = ("versions.phosres", "knowledge", "inputs.")
    lasting = _flatten({k: v for k, v in result.provenance.items() if k not in _VOLATILE})
    terms = [(k, v) for k, v in lasting if k.startswith(wanted)]
    return f"{text} Methods in full, parameters and references: the report of the run.", tuple(
        terms
    )


def build_references(result: RunResult, figures: Figures) -> list[Part]:
    """List the references of the methods that ran and of the calls that were made.

    Parameters
    ----------
    result
        The run.
    figures
        Figures by section; unused.
    """
    del figures
    parts: list[Part] = [
        Text(("Methods that ran:",)),
        Links(tuple((text, f"https://doi.org/{doi}") for text, doi in _method_references(result))),
    ]
    rules, sources = _call_sources(result)
    if rules:
        parts.append(Text((f"Rules behind the calls: {', '.join(rules)}.",)))
    if sources:
        parts.append(Text(("Literature behind the calls:",)))
        parts.append(Links(tuple(sources)))
    return parts


def _tests(result: RunResult) -> str:
    """Say at which levels was tested, and over which families."""
    families = [
        str(f)
        for table in ("readouts", "activities")
        for f in result.table(table)["family"].dropna().drop_duplicates()
        if f
    ]
    parameters = [dict(s.parameters) for s in result.scores.values()]
    if not parameters:
        return ""
    first = parameters[0]
    said = [f"{wording.words(k)} {v}" for k, v in first.items()]
    text = f"Readouts and sets were scored with {wording.listing(said)}. " if said else ""
    text += (
        "A readout is unchanged if two one-sided tests show that it lies within the margin. "
        "Missing values stayed missing: nothing was imputed."
    )
    if families:
        text += f" p values were adjusted within: {'; '.join(dict.fromkeys(families))}."
    return text


def _rules(result: RunResult) -> str:
    """Say under which drug the rules were applied."""
    drugs = list(dict.fromkeys(c.drug for c in result.calls.values() if c.drug))
    if not result.calls:
        return ""
    if not drugs:
        return "Rules were applied without drug context."
    return f"Rules were applied for {wording.listing([wording.name(d) for d in drugs])}."


def _method_references(result: RunResult) -> Iterator[tuple[str, str]]:
    """Yield text and DOI of the methods this run used."""
    from phosres.normalization import METHODS

    used = set(result.table("normalization").query("used")["method"])
    for method in METHODS:
        doi = _DOI.search(method.source)
        if method.name in used and doi:
            yield f"{method.title}: {_DOI.sub('', method.source).strip(' ,;')}", doi.group(1)
    effects = [e for c in result.contrasts.values() for e in c.effects]
    if any("moderated" in e.method for e in effects):
        yield SMYTH
        if (result.config.get("statistics") or {}).get("robust", True):
            yield PHIPSON
    if any(e.noise == "replicates" for e in effects) and all(e.n_of_one for e in effects):
        yield SMYTH
    if any(e.noise in ("pair", "replicates") for e in effects):
        yield LANGE
        yield RIGBY
    if len(result.table("detections")):
        yield LI
    yield BENJAMINI
    yield SCHUIRMANN


def _call_sources(result: RunResult) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the rules and the literature named by the calls, spelled out where known."""
    from phosres.knowledge import load

    known = load().references
    named = [
        token.strip()
        for source in result.table("calls")["source"].dropna().drop_duplicates()
        for token in str(source).split(";")
    ]
    tokens = sorted({t for t in named if t})
    links = []
    for token in (t for t in tokens if not _RULE.fullmatch(t)):
        reference = known.get(token)
        text = f"{reference.citation} [{token}]" if reference else token
        address = _address(reference.doi if reference else "", f"{token} {text}")
        links.append((text, address))
    return [t for t in tokens if _RULE.fullmatch(t)], links


def _address(doi: str, text: str) -> str:
    """Return the address of a reference, empty if it names none."""
    found = _DOI.search(doi or text)
    if found:
        return f"https://doi.org/{found.group(1).rstrip('.)')}"
    pmid = _PMID.search(text)
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid.group(1)}/" if pmid else ""


def _flatten(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield nested plain data as dotted names and text."""
    for key, value in data.items():
        name = f"{prefix}{wording.file_name(str(key))}"
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{name}.")
        elif isinstance(value, (list, tuple)):
            yield name, ", ".join(str(v) for v in value) or "none"
        else:
            yield name, "not set" if value is None else wording.file_name(str(value))
