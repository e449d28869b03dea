"""Identity: curated sites are found and named, and the table's own names are never changed."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from phosres.errors import KnowledgeError
from phosres.identity import identify
from phosres.knowledge import load
from phosres.table import PhosphoTable

Make = Callable[..., PhosphoTable]


def test_site_ids_are_filled_on_every_step(make: Make) -> None:
    """A window, an accession and a gene symbol each lead to the curated site."""
    site = load().sites["RPS6_S240"]
    found = identify(
        make(
            [
                {"window": site.window15, "sites": "S240"},
                {"protein": site.uniprot, "sites": "S240"},
                {"gene": "RPS6", "sites": "S240"},
                {"gene": "GENE1", "protein": "X00001", "sites": "S240"},
            ]
        )
    )
    assert found.features["site_ids"].tolist() == ["RPS6_S240"] * 3 + [""]


def test_several_sites_of_one_peptide_are_joined(make: Make) -> None:
    """A doubly phosphorylated peptide carries both of its curated sites, once each."""
    found = identify(make([{"gene": "RPS6", "protein": "P62753", "sites": "S235;S236"}]))
    assert set(found.features.loc["f0", "site_ids"].split(";")) == {"RPS6_S235", "RPS6_S236"}
    assert found.features.loc["f0", "gene"] == "RPS6"


def test_gene_is_filled_only_where_it_was_empty(make: Make) -> None:
    """The curated symbol fills a gap; the table's own spelling stays as it is."""
    found = identify(
        make(
            [
                {"protein": "P62753", "sites": "S240"},
                {"gene": "rps6", "protein": "P62753", "sites": "S240"},
                {"protein": "X00001", "sites": "S5"},
            ]
        )
    )
    assert found.features["gene"].tolist() == ["RPS6", "rps6", ""]


def test_history_counts_what_matched_on_which_step(make: Make) -> None:
    """One entry of history says how many features matched by which evidence."""
    site = load().sites["RPS6_S240"]
    table = make(
        [
            {"window": site.window15, "sites": "S240"},
            {"protein": site.uniprot, "sites": "S244"},
            {"gene": "AKT1S1", "sites": "T246"},
            {"gene": "RPS6KB1", "sites": "T389"},
            {"gene": "RPS6", "sites": "T241"},
            {"gene": "GENE1", "sites": "S5"},
        ]
    )
    found = identify(table)
    step = found.history[-1]
    assert (step.name, step.rows_in, step.rows_out) == ("identify", 6, 6)
    assert len(found.history) == len(table.history) + 1
    assert step.text.startswith(
        f"5 features carry 4 of the {len(load().sites)} curated sites (1 by window, "
        "1 by accession, 1 by gene, 1 by literature number, 1 by neighbour)."
    )
    assert "T389 is RPS6KB1_T412" in step.text
    assert "f4 as RPS6_S240" in step.text
    assert step.parameters == {"species": "human", "knowledge": load().content_hash}
    assert step.warnings == ()
    steps = ["window", "accession", "gene", "literature number", "neighbour", ""]
    assert found.features["site_steps"].tolist() == steps
    assert "confused with S240" in found.features.loc["f4", "site_notes"]


def test_a_window_that_contradicts_a_number_is_a_warning(make: Make) -> None:
    """The window decides; the warning counts and names the feature with both readings."""
    window = load().sites["RPS6_S240"].window15
    found = identify(make([{"gene": "RPS6", "sites": "S235", "window": window}]))
    assert found.features.loc["f0", "site_ids"] == "RPS6_S240"
    (warning,) = found.warnings
    assert "1 times" in warning
    assert "f0: number RPS6_S235, window RPS6_S240" in warning


def test_nothing_recognised_is_a_warning_that_shows_the_names(make: Make) -> None:
    """Without any curated site no readout can be scored, and the warning shows what was seen."""
    found = identify(make([{"gene": "GENE1", "sites": "S5"}, {"protein": "X00001", "sites": "T9"}]))
    (warning,) = found.warnings
    assert "no curated site was recognised in 2 features" in warning
    assert "GENE1, X00001" in warning
    assert "input.species" in warning
    assert "(none)" in found.history[-1].text


def test_mouse_positions_are_mouse_positions(make: Make) -> None:
    """A rodent number that differs from the human one is read in its own species only."""
    site = next(
        s
        for s in load().sites.values()
        if s.mouse_site
        and abs(int(s.mouse_site[1:]) - s.position) > 5  # no tolerated neighbour
        and f"{s.gene}_{s.mouse_site}" not in load().sites
        and (s.site_id, s.mouse_site) not in {(n.site_id, n.number) for n in load().numbering}
    )
    mouse_row = make([{"gene": site.gene.capitalize(), "sites": site.mouse_site}])
    assert identify(mouse_row, species="mouse").features.loc["f0", "site_ids"] == site.site_id
    assert identify(mouse_row, species="human").features.loc["f0", "site_ids"] == ""
    human_row = make([{"gene": site.gene, "sites": site.site}])
    assert site.site_id not in identify(human_row, species="mouse").features.loc["f0", "site_ids"]


def test_unknown_species_is_refused(make: Make) -> None:
    """A species that is not supported is named with the nearest one."""
    with pytest.raises(KnowledgeError, match=r"'mous'.*\n.*'mouse'"):
        identify(make([{"gene": "RPS6", "sites": "S240"}]), species="mous")


def test_the_given_table_is_not_changed(make: Make) -> None:
    """A verb returns a new table: values are shared, features and history of the old one stay."""
    table = make([{"protein": "P62753", "sites": "S240"}])
    before = table.features.copy()
    found = identify(table)
    pd.testing.assert_frame_equal(table.features, before)
    assert table.history == ()
    assert np.array_equal(found.values, table.values)
    more = ["site_steps", "site_notes", "species", "stroma_site_ids"]
    assert found.features.columns.tolist() == [*table.features.columns, *more]
