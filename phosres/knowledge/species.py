"""Which species the rows of a table are of, as far as their names say."""

import re
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.knowledge.base import Knowledge
from phosres.knowledge.lookup import convert_each
from phosres.knowledge.screening import hold_any

MARKS = {
    "human": r"(?i)_HUMAN\b|\bhomo sapiens\b|\bENS[PG]\d",
    "mouse": r"(?i)_MOUSE\b|\bmus musculus\b|\bENSMUS[PG]\d",
    "rat": r"(?i)_RAT\b|\brattus norvegicus\b|\bENSRNO[PG]\d",
}
"""Species to the pattern of a name, entry name, FASTA header or Ensembl id that tells it."""
WORDS = {
    "human": r"(?i)\bhumans?\b|\bh\. ?sapiens\b|\b9606\b",
    "mouse": r"(?i)\bmouse\b|\bm\. ?musculus\b|\b10090\b",
    "rat": r"(?i)\brat\b|\br\. ?norvegicus\b|\b10116\b",
}
"""What a column of species holds besides the scientific name; 9606 etc. are NCBI taxonomy ids."""
_HINTS = ("_", "ENS", "apiens", "APIENS", "usculus", "USCULUS", "orvegicus", "ORVEGICUS")
# Mouse and rat symbols are a capital and small letters (MGI and RGD guidelines), human ones are
# capitals apart from C1orf43 and its like (HGNC guidelines). One letter and numbers tell nothing.
_RODENT = re.compile(r"[A-Z][a-z0-9.-]*[a-z][a-z0-9.-]*|\d+[A-Z]\d+Rik")
_HUMAN = re.compile(r"(?=.*[A-Z].*[A-Z])[A-Z0-9-]+|C(?:\d+|X|Y)orf\d+")


def spell_species(text: str) -> str:
    """Name the species that a text of protein names, FASTA headers or the like mentions.

    Parameters
    ----------
    text
        For example ``sp|P62754|RS6_MOUSE;sp|P62753|RS6_HUMAN`` or ``... OS=Rattus norvegicus ...``.

    Returns
    -------
    ``human``, ``mouse`` and ``rat``, ``;``-joined in this order; ``""`` if none is mentioned.
    """
    if not any(hint in text for hint in _HINTS):
        return ""
    return ";".join(name for name, mark in MARKS.items() if re.search(mark, text))


def species_of_names(features: pd.DataFrame, knowledge: Knowledge) -> "pd.Series[str]":
    """Tell the species of features from what the reader saw, entry names and accessions.

    Parameters
    ----------
    features
        Columns of text, all optional: species (``human;mouse``), entry_name, protein, proteins.
    knowledge
        The accessions of the curated proteins and of their orthologs are known by species.

    Returns
    -------
    ``human``, ``mouse``, ``rat``, several ``;``-joined, or ``""``.
    """
    accessions = _accessions(knowledge)
    every = set(accessions)

    def of_accessions(text: str) -> str:
        parts = [name.split("-", 1)[0] for name in text.split(";")]
        if every.isdisjoint(parts):
            return spell_species(text)
        found = {accessions[name] for name in parts if name in every}
        return ";".join(sorted(found | set(spell_species(text).split(";")) - {""}))

    told = pd.Series("", index=features.index, dtype=object)
    telling = _tell(features, every)
    some = features[telling]
    said = [
        convert_each(some[name], convert)
        for name, convert in (
            ("species", lambda text: text),
            ("entry_name", spell_species),
            ("protein", of_accessions),
            ("proteins", of_accessions),
        )
        if name in some
    ]
    if not said:
        return told
    together = said[0]
    for other in said[1:]:
        together = together.where(other == "", together + ";" + other)
    one = convert_each(together, lambda text: ";".join(sorted(set(text.split(";")) - {""})))
    told[telling] = one
    return told


def _tell(features: pd.DataFrame, accessions: set[str]) -> NDArray[np.bool_]:
    """Say which features have a name that may tell a species; bare accessions seldom do."""
    flags = np.zeros(len(features), dtype=bool)
    for name in ("entry_name", "protein", "proteins"):
        if name in features:
            flags |= hold_any(features[name], [*_HINTS, *sorted(accessions)])
    if "species" in features:
        flags |= (features["species"] != "").to_numpy(dtype=bool)
    return flags


def species_of_symbols(genes: "pd.Series[str]") -> "pd.Series[str]":
    """Tell from the case of gene symbols: ``human``, ``rodent``, both ``;``-joined, or ``""``.

    Parameters
    ----------
    genes
        Symbols, ``;``-joined.
    """

    def one(text: str) -> str:
        found = set()
        for name in text.split(";"):
            if _HUMAN.fullmatch(name):
                found.add("human")
            elif _RODENT.fullmatch(name):
                found.add("rodent")
        return ";".join(sorted(found))

    return convert_each(genes, one)


@lru_cache(maxsize=4)
def _accessions(knowledge: Knowledge) -> dict[str, str]:
    found = {ortholog.uniprot: ortholog.species for ortholog in knowledge.orthologs}
    return found | {site.uniprot: "human" for site in knowledge.sites.values()}
