"""Recompute every window of the site tables from UniProt sequences, and check what they say.

The windows of ``sites.tsv`` and ``neighbours.tsv`` are facts of protein sequences. This script
cuts them again out of a FASTA file that anybody can download, and lists what differs: windows,
residues, numbers of the literature that the canonical sequence could mean, and, if the file holds
the mouse and rat proteins, their positions by the nearest window.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from phosres.errors import PhosresError
from phosres.knowledge.base import Knowledge, load
from phosres.knowledge.steps import NEAR
from phosres.knowledge.windows import FLANK, LENGTH

URL = (
    "https://rest.uniprot.org/uniprotkb/stream?format=fasta&compressed=false&query="
    "reviewed:true+AND+(organism_id:9606+OR+organism_id:10090+OR+organism_id:10116)"
)
"""UniProtKB/Swiss-Prot of human, mouse and rat (CC BY 4.0), about 45,000 sequences."""
_HEADER = re.compile(r">(?:\w+\|)?(?P<accession>[A-Z0-9]+(?:-\d+)?)\b")


def parse_fasta(lines: Iterable[str]) -> dict[str, str]:
    """Read sequences by accession.

    Parameters
    ----------
    lines
        Lines of a FASTA file with UniProt headers.

    Returns
    -------
    Sequences in capitals; of repeated accessions the first.
    """
    parts: dict[str, list[str]] = {}
    here: list[str] = []
    for line in lines:
        if line.startswith(">"):
            header = _HEADER.match(line)
            here = []
            if header:
                parts.setdefault(header["accession"], here)
        else:
            here.append(line.strip().upper())
    return {accession: "".join(part) for accession, part in parts.items()}


def cut_window(sequence: str, position: int) -> str:
    """Cut the 15-mer around a position; ``_`` beyond the ends, ``""`` if there is no such residue.

    Parameters
    ----------
    sequence
        Protein sequence.
    position
        1-based position.
    """
    if not 1 <= position <= len(sequence):
        return ""
    padded = "_" * FLANK + sequence + "_" * FLANK
    return padded[position - 1 : position - 1 + LENGTH]


def compare_windows(knowledge: Knowledge, sequences: Mapping[str, str]) -> Iterator[str]:
    """Say which windows of sites and neighbours differ from the sequences.

    Parameters
    ----------
    knowledge
        The tables.
    sequences
        Sequences by accession.

    Yields
    ------
    One sentence a difference; a protein that the file lacks is one, too.
    """
    for uniprot in dict.fromkeys(site.uniprot for site in knowledge.sites.values()):
        if uniprot not in sequences:
            yield f"{uniprot}: not in the FASTA file, its sites were not checked"
    rows = [(s.site_id, s.site_id, s.position, s.window15) for s in knowledge.sites.values()]
    for near in knowledge.neighbours:
        name = f"neighbour {near.residue}{near.position} of {near.site_id}"
        rows.append((near.site_id, name, near.position, near.window15))
    for site_id, name, position, window in rows:
        sequence = sequences.get(knowledge.sites[site_id].uniprot)
        if sequence is None:
            continue
        cut = cut_window(sequence, position)
        if cut != window:
            found = f"the sequence has {cut}" if cut else f"it has {len(sequence)} residues"
            there = sequence.find(window.strip("_")) + FLANK + 1 - _padding(window)
            moved = f"; the window is at {there}" if window.strip("_") in sequence else ""
            yield f"{name}: the table has {window}, {found}{moved}"


def compare_numbering(knowledge: Knowledge, sequences: Mapping[str, str]) -> Iterator[str]:
    """Say where the column `ambiguous` of ``numbering.tsv`` disagrees with the sequences.

    Parameters
    ----------
    knowledge
        The tables.
    sequences
        Sequences by accession.

    Yields
    ------
    One sentence a difference, with the value the column should have.
    """
    for other in knowledge.numbering:
        sequence = sequences.get(knowledge.sites[other.site_id].uniprot)
        if sequence is None:
            continue
        centre = cut_window(sequence, int(other.number[1:]))[FLANK : FLANK + 1]
        right = "yes" if centre == other.number[0] else "no"
        if right != other.ambiguous:
            yield f"{other.site_id} {other.number}: ambiguous is {other.ambiguous}, must be {right}"


def compare_orthologs(knowledge: Knowledge, sequences: Mapping[str, str]) -> Iterator[str]:
    """Say which mouse and rat positions are not where the nearest window is.

    Parameters
    ----------
    knowledge
        The tables.
    sequences
        Sequences by accession, mouse and rat among them.

    Yields
    ------
    One sentence a difference.
    """
    for ortholog in knowledge.orthologs:
        sequence = sequences.get(ortholog.uniprot)
        if sequence is None:
            continue
        for site in knowledge.sites.values():
            if site.gene != ortholog.gene:
                continue
            given = site.mouse_site if ortholog.species == "mouse" else site.rat_site
            found = _nearest(site.window15, sequence, NEAR[ortholog.species])
            if given and found and given not in found:
                yield (
                    f"{site.site_id}: {ortholog.species} is {given} in the table, the nearest "
                    f"window of {ortholog.uniprot} is at {' or '.join(found)}"
                )


def _nearest(window: str, sequence: str, least: int) -> list[str]:
    """Find the residues of a protein whose window is nearest, if enough residues agree."""
    residue = window[FLANK]
    equal = {
        at: sum(a == b for a, b in zip(cut_window(sequence, at), window, strict=True))
        for at, found in enumerate(sequence, 1)
        if found == residue
    }
    best = max(equal.values(), default=0)
    if best < least:
        return []
    return [f"{residue}{at}" for at, number in equal.items() if number == best]


def _padding(window: str) -> int:
    """Count the places of a window before the protein begins."""
    return len(window) - len(window.lstrip("_"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare the tables with a FASTA file and print what differs.

    Parameters
    ----------
    arguments
        Command line without the program.

    Returns
    -------
    0 if nothing differs, 1 if something does, 2 if the file cannot be used.
    """
    parser = argparse.ArgumentParser(
        prog="python -m phosres.knowledge.derive_windows",
        description="Recompute the windows of phosres/knowledge from UniProt sequences.",
        epilog=f"The sequences: curl -o uniprot.fasta '{URL}'",
    )
    parser.add_argument("fasta", type=Path, help="FASTA file with UniProt headers, not compressed")
    path = parser.parse_args(arguments).fasta
    try:
        with path.open(encoding="utf-8") as lines:
            sequences = parse_fasta(lines)
        knowledge = load()
    except (OSError, UnicodeDecodeError, PhosresError) as error:
        sys.stderr.write(f"{path}: cannot be used: {error}\n")
        return 2
    if not sequences:
        sys.stderr.write(f"{path}: no sequence with a UniProt header (>sp|P62753|...)\n")
        return 2
    checks = (compare_windows, compare_numbering, compare_orthologs)
    found = [text for check in checks for text in check(knowledge, sequences)]
    own = {site.uniprot for site in knowledge.sites.values()}
    found.append(
        f"{len(own & set(sequences))} of {len(own)} proteins of the table were checked against "
        f"{len(sequences):,} sequences: {len(found)} differences"
    )
    sys.stdout.write("\n".join(found) + "\n")
    return 1 if len(found) > 1 else 0


if __name__ == "__main__":
    sys.exit(main())
