"""Windows are recomputed from sequences: here from sequences made up around the curated windows."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from phosres.knowledge import load
from phosres.knowledge.derive_windows import (
    compare_numbering,
    compare_orthologs,
    compare_windows,
    cut_window,
    main,
    parse_fasta,
)

KNOWLEDGE = load()
GAP = "G"  # no curated site is a glycine, so the gaps decide nothing


def sequences() -> dict[str, str]:
    """Make for each protein a sequence that holds its windows at their positions."""
    sites = KNOWLEDGE.sites
    rows = [(s.uniprot, s.position, s.window15) for s in sites.values()]
    rows += [(sites[n.site_id].uniprot, n.position, n.window15) for n in KNOWLEDGE.neighbours]
    made: dict[str, dict[int, str]] = {}
    for uniprot, position, window in rows:
        for at, letter in enumerate(window, position - 7):
            if letter != "_":
                made.setdefault(uniprot, {})[at] = letter
    return {
        uniprot: "".join(letters.get(at, GAP) for at in range(1, max(letters) + 1))
        for uniprot, letters in made.items()
    }


@pytest.fixture(scope="module")
def proteins() -> Mapping[str, str]:
    """Give the made-up proteins."""
    return sequences()


def test_windows_are_cut_with_padding() -> None:
    """Beyond both ends there is padding, beyond the protein there is nothing."""
    assert cut_window("MSTA", 2) == "______MSTA_____"
    assert cut_window("ABCDEFGHIJKLMNOPQ", 8) == "ABCDEFGHIJKLMNO"
    assert (cut_window("MST", 0), cut_window("MST", 4)) == ("", "")


def test_fasta_headers_of_uniprot() -> None:
    """Swiss-Prot, TrEMBL and bare headers; lines are joined; the first of two wins."""
    text = (
        ">sp|P62753|RS6_HUMAN x OS=Homo sapiens\nMKLN\nisf\n>Q1-2 y\nMA\n>sp|P62753|A\nXX\n>\nQQ\n"
    )
    assert parse_fasta(text.splitlines()) == {"P62753": "MKLNISF", "Q1-2": "MA"}


def test_the_tables_agree_with_sequences_that_hold_their_windows(
    proteins: Mapping[str, str],
) -> None:
    """A sequence that holds every window agrees with all of them, neighbours included."""
    assert list(compare_windows(KNOWLEDGE, proteins)) == []


def test_each_kind_of_difference_is_named(proteins: Mapping[str, str]) -> None:
    """A changed residue, a shifted protein, a protein cut short and one that is missing."""
    s6 = proteins["P62753"]
    changed = {**proteins, "P62753": s6[:239] + "A" + s6[240:]}
    found = list(compare_windows(KNOWLEDGE, changed))
    assert any(text.startswith("RPS6_S240: the table has RLSSLRASTSKSESS") for text in found)
    assert any(text.startswith("neighbour T241 of RPS6_S240") for text in found)
    shifted = list(compare_windows(KNOWLEDGE, {**proteins, "P62753": "M" + s6}))
    assert any(text.startswith("RPS6_S240") and "at 241" in text for text in shifted)
    short = list(compare_windows(KNOWLEDGE, {**proteins, "P62753": s6[:100]}))
    assert any(text.startswith("RPS6_S240") and "100 residues" in text for text in short)
    gone = {name: sequence for name, sequence in proteins.items() if name != "P62753"}
    assert list(compare_windows(KNOWLEDGE, gone)) == [
        "P62753: not in the FASTA file, its sites were not checked"
    ]


def test_numbers_of_two_meanings_are_found(proteins: Mapping[str, str]) -> None:
    """S6K1 T389 is taken for canonical as soon as the sequence has a threonine there."""
    s6k = proteins["P23443"]
    plain = list(compare_numbering(KNOWLEDGE, {"P23443": s6k}))
    assert plain == []
    both = s6k[:388] + "T" + s6k[389:]
    assert list(compare_numbering(KNOWLEDGE, {"P23443": both})) == [
        "RPS6KB1_T412 T389: ambiguous is no, must be yes"
    ]


def test_positions_of_orthologs_are_compared(proteins: Mapping[str, str]) -> None:
    """A mouse 4E-BP1 without the first residue has the positions of the table, the human not."""
    human = proteins["Q13541"]
    assert list(compare_orthologs(KNOWLEDGE, {"Q60876": human[1:]})) == []
    same = list(compare_orthologs(KNOWLEDGE, {"Q60876": human}))
    assert "EIF4EBP1_S65: mouse is S64 in the table" in " ".join(same)
    assert "nearest window of Q60876 is at S65" in " ".join(same)


def test_command(
    tmp_path: Path, proteins: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1 with differences, 2 for a file that is none; the help has the URL."""
    path = tmp_path / "made.fasta"
    path.write_text("".join(f">sp|{n}|X\n{s}\n" for n, s in proteins.items()), "utf-8")
    code = main([str(path)])
    said = capsys.readouterr().out
    assert "160 of 160 proteins" in said
    windows = [line for line in said.splitlines() if "the table has" in line]
    assert (code, windows) == (1, [])  # numbers that no window covers are unchecked in the table
    path.write_text("no fasta\n", "utf-8")
    assert main([str(path)]) == 2
    assert main([str(tmp_path / "none.fasta")]) == 2
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "rest.uniprot.org" in capsys.readouterr().out
