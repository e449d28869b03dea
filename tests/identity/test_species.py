"""The species of a table: told, checked against what was declared, and of a xenograft apart."""

from collections.abc import Callable

import polars as pl
import pytest

from phosres.errors import DataError
from phosres.identity import identify
from phosres.knowledge import load
from phosres.knowledge.species import species_of_symbols, spell_species
from phosres.readers._owners import find_species
from phosres.table import PhosphoTable

Make = Callable[..., PhosphoTable]


def rows_of(species: str, n: int = 30) -> list[dict[str, str]]:
    """Make rows of foreign proteins with the gene symbols of a species."""
    symbol = {"human": "GENE{}", "mouse": "Gene{}", "rat": "Gene{}"}[species]
    return [{"gene": symbol.format(i), "sites": "S5"} for i in range(n)]


@pytest.mark.parametrize(
    ("text", "species"),
    [
        ("sp|P62754|RS6_MOUSE", "mouse"),
        ("RS6_HUMAN;RS6_RAT", "human;rat"),
        ("ACTB OS=Mus musculus GN=Actb", "mouse"),
        ("ENSMUSP00000102710.1", "mouse"),
        ("ENSP00000228307", "human"),
        ("MY_RATIO", ""),
        ("P62753;Q13541", ""),
    ],
)
def test_species_in_names(text: str, species: str) -> None:
    """Entry names, FASTA headers and Ensembl ids tell a species; accessions alone do not."""
    assert spell_species(text) == species


def test_the_reader_keeps_what_names_and_columns_say_of_species() -> None:
    """A column of species may hold names of any kind or taxonomy ids; lists of proteins count."""
    words = {
        "species": pl.Series(["Human", "9606", "", "Mus musculus (Mouse)", "10116", "yeast"]),
        "protein": pl.Series(["", "", "sp|A|X_MOUSE;sp|B|X_HUMAN", "sp|C|X_RAT", "P62753", ""]),
    }
    told = find_species(words, pl.Series([""] * 6))
    assert told.to_list() == ["human", "human", "human;mouse", "mouse;rat", "rat", ""]


def test_species_in_the_case_of_symbols(make: Make) -> None:
    """Capitals are human, one capital is a rodent; open frames and letters do not mislead."""
    genes = ["RPS6", "Rps6", "C1orf43", "H2afx", "1110004F10Rik", "F", "RPS6;Rps6", "PDPK1-pS241"]
    expected = ["human", "rodent", "human", "rodent", "rodent", "", "human;rodent", ""]
    table = make([{"gene": gene} for gene in genes])
    assert species_of_symbols(table.features["gene"]).tolist() == expected


def test_a_mouse_table_is_told_and_read_with_mouse_numbers(make: Make) -> None:
    """By the symbols' case, by mouse accessions, by entry names; the warning gives the numbers."""
    numbers = [{"gene": "Eif4ebp1", "sites": "S64"}, *rows_of("mouse")]
    found = identify(make(numbers))
    assert found.features.loc["f0", "site_ids"] == "EIF4EBP1_S65"
    assert found.history[-1].parameters["species"] == "mouse"
    assert any("31 mouse" in warning for warning in found.warnings)
    named = [{"protein": "Q60876", "sites": "S64", "species": "mouse"}]
    assert identify(make(named)).features.loc["f0", "site_ids"] == "EIF4EBP1_S65"
    capitals = [{"gene": f"GENE{i}", "protein": "Q60876", "sites": "S64"} for i in range(30)]
    assert identify(make(capitals)).features.loc["f0", "site_steps"] == "accession"


def test_rat_is_told_from_mouse_by_accessions_only(make: Make) -> None:
    """Symbols look alike; one rat accession decides, none means mouse."""
    rows = rows_of("rat")
    assert identify(make(rows)).history[-1].parameters["species"] == "mouse"
    rat = [{"gene": "Eif4ebp1", "protein": "Q62622", "sites": "S64"}, *rows]
    assert identify(make(rat)).history[-1].parameters["species"] == "rat"


@pytest.mark.parametrize(("declared", "true"), [("human", "mouse"), ("mouse", "human")])
def test_a_clear_contradiction_is_an_error(make: Make, declared: str, true: str) -> None:
    """Eighty of a hundred rows against the declaration: the message says what to set."""
    with pytest.raises(DataError) as error:
        identify(make([r | {"species": true} for r in rows_of(true)]), species=declared)
    text = str(error.value)
    assert f"input.species is {declared}" in text
    assert f"30 {true}" in text
    assert f"set input.species: {true}" in text
    assert "t.tsv" in text


def test_capitals_do_not_contradict_a_declared_rodent(make: Make) -> None:
    """Some programs write all symbols in capitals; small letters do contradict human."""
    rows = [{"gene": "EIF4EBP1", "sites": "S64"}, *rows_of("human")]
    found = identify(make(rows), species="mouse")
    assert found.features.loc["f0", "site_ids"] == "EIF4EBP1_S65"
    assert found.warnings == ()
    with pytest.raises(DataError, match=r"set input\.species: mouse"):
        identify(make(rows_of("mouse")), species="human")


def test_a_few_rows_are_no_clear_contradiction(make: Make) -> None:
    """Less than twenty rows, or less than eighty of a hundred, are a warning at most."""
    few = identify(make(rows_of("mouse", 19)), species="human")
    assert few.history[-1].parameters["species"] == "human"
    mixed = identify(make(rows_of("mouse", 79) + rows_of("human", 21)), species="human")
    (warning, _) = mixed.warnings
    assert "79 mouse, 21 human" in warning
    assert "human+mouse" in warning
    with pytest.raises(DataError):
        identify(make(rows_of("mouse", 80) + rows_of("human", 20)), species="human")


def test_a_xenograft_keeps_mouse_apart(make: Make) -> None:
    """Mouse features count for no readout; those of both count and are marked."""
    window = load().sites["RPS6_S240"].window15
    rows = [
        {"gene": "RPS6", "sites": "S240", "species": "human"},
        {"gene": "Rps6", "sites": "S244", "species": "mouse"},
        {"gene": "RPS6;Rps6", "sites": "S240", "window": window, "species": "human;mouse"},
        {"gene": "Eif4ebp1", "sites": "S64", "species": "mouse"},
        *rows_of("human", 25),
        *rows_of("mouse", 25),
    ]
    for declared in ("human+mouse", "auto"):
        found = identify(make(rows), species=declared)
        features = found.features.iloc[:4]
        assert features["site_ids"].tolist() == ["RPS6_S240", "", "RPS6_S240", ""]
        assert features["stroma_site_ids"].tolist() == ["", "RPS6_S244", "", "EIF4EBP1_S65"]
        assert features["species"].tolist() == ["human", "mouse", "human+mouse", "mouse"]
        assert "share the peptide" in features.loc["f2", "site_notes"]
        text = " ".join(found.warnings)
        assert "26 features are human, 27 mouse" in text
        assert "1 of both" in text
        assert "1 features with curated sites are peptides that mouse shares" in text


def test_a_xenograft_without_lists_of_proteins_marks_what_mouse_shares(make: Make) -> None:
    """Where no row names proteins of both species, a window that mouse has too is doubtful."""
    sites = load().sites
    rows = [
        {"gene": "RPS6", "sites": "S240"},
        {"gene": "EIF4EBP1", "sites": "S83"},
        *rows_of("human", 25),
        *rows_of("mouse", 25),
    ]
    assert sites["RPS6_S240"].mouse_identity == 15
    assert sites["EIF4EBP1_S83"].mouse_identity != 15
    found = identify(make(rows), species="human+mouse").features
    assert "share the peptide" in found.loc["f0", "site_notes"]
    assert found.loc["f1", "site_notes"] == ""
    assert found["site_ids"].iloc[:2].tolist() == ["RPS6_S240", "EIF4EBP1_S83"]


def test_a_declared_xenograft_of_one_species_is_a_warning(make: Make) -> None:
    """Declared human+mouse, and no row of mouse: the numbers are shown."""
    found = identify(make(rows_of("human")), species="human+mouse")
    assert any("no row is named as mouse (30 human)" in warning for warning in found.warnings)
