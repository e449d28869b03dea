"""Which curated site a row of a table is: each step, its bounds, and what wins over what."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from phosres.errors import KnowledgeError
from phosres.knowledge import find_contradictions, load, match_sites, match_summary

KNOWLEDGE = load()
COLUMNS = ("gene", "protein", "proteins", "entry_name", "sites", "window")
SHARED = Path(__file__).parents[3] / "shared" / "data"


def table(*rows: dict[str, str]) -> pd.DataFrame:
    """Make features f0, f1, ... from what is not empty."""
    frame = pd.DataFrame([{name: row.get(name, "") for name in COLUMNS} for row in rows])
    return frame.set_axis([f"f{i}" for i in range(len(rows))])


def found(*rows: dict[str, str], species: str = "human") -> list[tuple[str, str, str, bool]]:
    """Match and give (feature, site, step, exact)."""
    matches = match_sites(table(*rows), KNOWLEDGE, species=species)
    assert list(matches.columns) == ["feature", "site_id", "step", "exact", "site", "note"]
    return list(
        zip(matches["feature"], matches["site_id"], matches["step"], matches["exact"], strict=True)
    )


def test_each_step_alone():
    """Window, accession, gene symbol, old symbol and entry name each find S6 S240."""
    assert found(
        {"sites": "S240", "window": "RLSSLRASTSKSESS"},
        {"sites": "S240", "protein": "P62753"},
        {"sites": "S240", "gene": "RPS6"},
        {"sites": "S240", "entry_name": "RS6"},
        {"sites": "S473", "gene": "AKT1"},
        {"sites": "S2448", "gene": "FRAP1"},
    ) == [
        ("f0", "RPS6_S240", "window", True),
        ("f1", "RPS6_S240", "accession", True),
        ("f2", "RPS6_S240", "gene", True),
        ("f3", "RPS6_S240", "gene", True),
        ("f4", "AKT1_S473", "gene", True),
        ("f5", "MTOR_S2448", "gene", True),
    ]


def test_every_curated_site_finds_itself():
    """Each site is found by its window, its accession and its gene, and by nothing but itself."""
    sites = list(KNOWLEDGE.sites.values())
    for given in ("window", "protein", "gene"):
        rows = [
            {
                "sites": site.site,
                "protein": site.uniprot if given != "gene" else "",
                "gene": site.gene if given == "gene" else "",
                "window": site.window15 if given == "window" else "",
            }
            for site in sites
        ]
        matches = match_sites(table(*rows), KNOWLEDGE)
        exact = matches[matches["exact"]]
        assert exact["site_id"].tolist() == [site.site_id for site in sites]


@pytest.mark.parametrize(
    ("window", "site_id"),
    [
        ("rlssLRAsTSKSESS", "RPS6_S240"),
        ("KRRRLSSLRASTSKSESSQK_", "RPS6_S240"),
        ("AKRRRLSSLRASTSKSESSQK----------", "RPS6_S244"),
        ("LSSLRASTSKSES", "RPS6_S240"),
        ("SSLRASTSKSE", "RPS6_S240"),
    ],
)
def test_windows_of_any_odd_length(window, site_id):
    """Case and padding do not matter; 11 residues are enough; longer windows are cut."""
    site = window[len(window) // 2].upper() + "999"
    assert found({"sites": site, "window": window}) == [("f0", site_id, "window", True)]


def test_a_short_window_does_not_decide_alone():
    """Nine residues alone name no site; with the gene they do, with another gene they do not."""
    short = {"sites": "S240", "window": "SLRASTSKS"}
    assert found(short) == []
    assert found({**short, "gene": "RPS6"}) == [("f0", "RPS6_S240", "partial window", True)]
    assert found({**short, "gene": "GENE1"}) == []


@pytest.mark.parametrize(
    ("window", "site_ids"),
    [
        ("????LRASTSK????", ["RPS6_S240"]),  # seven residues of a peptide
        ("?????RASTSK????", ["RPS6_S240"]),  # six
        ("?????RASTS?????", []),  # five
        ("????LRA?TSK????", []),  # the centre is not shown
        ("????LRATTSK????", []),  # another residue in the centre
        ("????LRASTSR????", []),  # one residue differs
    ],
)
def test_residues_that_a_peptide_does_not_show(window, site_ids):
    """``?`` agrees with any residue; six known ones and the name of the gene are needed."""
    named = {"window": window, "proteins": "P62753"}
    assert [s for _, s, _, _ in found(named)] == site_ids
    assert found({"window": window}) == []


def test_partial_windows_of_paralogs():
    """A peptide that does not tell the paralogs apart is one feature with all that are named."""
    window = "???LFSTTPGGTR??"
    both = found({"window": window, "gene": "EIF4EBP1;EIF4EBP2"})
    assert {s for _, s, _, _ in both} == {"EIF4EBP1_T46", "EIF4EBP2_T46"}
    assert {f for f, *_ in both} == {"f0"}
    only = found({"window": window, "gene": "EIF4EBP2"})
    assert only == [("f0", "EIF4EBP2_T46", "partial window", True)]
    # STTPGGT is around T37 and around T46: it says neither, unless the number does.
    unclear = {"window": "?????STTPGGT???", "gene": "EIF4EBP1"}
    assert found(unclear) == []
    assert [s for _, s, _, _ in found({**unclear, "sites": "T46"})] == ["EIF4EBP1_T46"]


def test_several_windows_without_numbers():
    """A peptide whose place in the protein is unknown has windows and no sites."""
    window = "??KRRRLSSLRASTS;??RRRLSSLRASTSK"
    matches = found({"gene": "RPS6", "window": window})
    assert [s for _, s, _, _ in matches] == ["RPS6_S235", "RPS6_S236"]


def test_a_window_across_an_exon_junction():
    """Eleven residues of 15 in the named gene are the site, whatever its number; ten are not."""
    near = {"sites": "S114", "gene": "PDPK1", "window": "AAAAARANSFVGTAQY"[1:]}
    site = KNOWLEDGE.sites["PDPK1_S241"].window15
    assert near["window"][4:] == site[4:]
    assert found(near) == [("f0", "PDPK1_S241", "isoform window", True)]
    assert found({**near, "window": "WWWWW" + site[5:]}) == []
    assert found({**near, "gene": "GENE1", "window": "AAAA" + "W" + site[5:]}) == []


def test_isoforms():
    """An isoform suffix is noted; the first isoform is the canonical one."""
    rows = table({"sites": "T246", "protein": "Q96B36-2"}, {"sites": "T246", "protein": "Q96B36-1"})
    matches = match_sites(rows, KNOWLEDGE)
    assert matches["site_id"].tolist() == ["AKT1S1_T246", "AKT1S1_T246"]
    assert "isoform Q96B36-2" in matches["note"][0]
    assert matches["note"][1] == ""


@pytest.mark.parametrize(
    ("gene", "number", "site_id"),
    [
        ("RPS6KB1", "T389", "RPS6KB1_T412"),
        ("RPS6KB1", "T229", "RPS6KB1_T252"),
        ("RPS6KB1", "S371", "RPS6KB1_S394"),
        ("EGFR", "Y1173", "EGFR_Y1197"),
        ("EGFR", "Y1068", "EGFR_Y1092"),
        ("PRKAA1", "T172", "PRKAA1_T183"),
        ("EIF4EBP1", "S64", "EIF4EBP1_S65"),
        ("CREB1", "S133", "CREB1_S119"),
        ("BAD", "S112", "BAD_S75"),
    ],
)
def test_numbers_of_the_literature(gene, number, site_id):
    """They count where the canonical number means nothing, and residue and gene agree."""
    assert found({"sites": number, "gene": gene}) == [("f0", site_id, "literature number", True)]
    other = {"S": "T", "T": "S", "Y": "S"}[number[0]] + number[1:]
    assert found({"sites": other, "gene": gene}) == []
    assert found({"sites": number, "gene": "GENE1"}) == []


def test_a_number_of_two_meanings():
    """IRS1 S307 is S307; that papers on rodents mean S312 only a window can tell."""
    assert found({"sites": "S307", "gene": "IRS1"}) == [("f0", "IRS1_S307", "gene", True)]
    meant = KNOWLEDGE.sites["IRS1_S312"].window15
    told = found({"sites": "S307", "gene": "IRS1", "window": meant})
    assert told == [("f0", "IRS1_S312", "window", True)]
    # EGFR Y1172 is Y1148 of the mature protein, not the neighbour of Y1173.
    assert found({"sites": "Y1172", "gene": "EGFR"}) == [("f0", "EGFR_Y1172", "gene", True)]


def test_an_accession_that_is_numbered_in_its_own_way():
    """RAPTOR NP_001156506 lacks 158 residues: its S719 is S877, not the S719 of others."""
    row = {"gene": "RPTOR", "sites": "S719"}
    assert [s for _, s, _, _ in found(row)] == ["RPTOR_S719"]
    own = found({**row, "protein": "NP_001156506.1"})
    assert own == [("f0", "RPTOR_S877", "literature number", True)]


def test_names_in_the_wrong_column():
    """Accessions, symbols, old symbols and entry names mean the same gene in any column."""
    for name in ("P62753", "P62753-2", "RPS6", "rps6", "RS6", "RS6_HUMAN", "X1;RPS6"):
        for column in ("gene", "protein", "entry_name"):
            assert [s for _, s, _, _ in found({"sites": "S240", column: name})] == ["RPS6_S240"]
    assert found({"sites": "T185", "gene": "MAPK2"}) == []  # MAPK1 once, and UniProt's MAPKAPK2


def test_a_window_overrules_the_number():
    """The number says S240, the window S244: the window decides; a foreign window excludes."""
    rows = table(
        {"sites": "S240", "protein": "P62753", "window": "LRASTSKSESSQK__"},
        {"sites": "S240", "protein": "P62753", "window": "AAAAAAASAAAAAAA"},
        {"sites": "S240", "protein": "P62753", "window": "RLSSLRATTSKSESS"},
    )
    matches = match_sites(rows, KNOWLEDGE)
    assert matches["feature"].tolist() == ["f0"]
    assert matches["site_id"].tolist() == ["RPS6_S244"]
    against = find_contradictions(rows, KNOWLEDGE)
    assert against["feature"].tolist() == ["f0", "f1", "f2"]
    assert set(against["site_id"]) == {"RPS6_S240"}
    assert match_summary(rows, KNOWLEDGE).n_contradicted == 3


def test_neighbours_are_tolerated_and_marked():
    """S6 T241 and 4E-BP1 T45 count, not exactly; with the site itself the match is exact."""
    matches = match_sites(
        table(
            {"sites": "T241", "gene": "RPS6"},
            {"sites": "T45", "protein": "Q13541"},
            {"sites": "T68", "entry_name": "4EBP1"},
            {"sites": "S475", "gene": "AKT1"},
            {"sites": "S240;T241", "gene": "RPS6"},
            {"sites": "T241", "window": "LSSLRASTSKSESSQ"},
        ),
        KNOWLEDGE,
    )
    expected = ["RPS6_S240", "EIF4EBP1_T46", "EIF4EBP1_T70", "AKT1_S473", "RPS6_S240", "RPS6_S240"]
    assert matches["site_id"].tolist() == expected
    assert matches["exact"].tolist() == [False, False, False, False, True, False]
    assert matches["note"].str.contains("confused with").tolist() == [
        *[True] * 4,
        False,
        True,
    ]


def test_several_sites_of_one_peptide():
    """Each site is matched once; a window list that does not fit the sites is not used."""
    assert found(
        {"sites": "S235;S236;S240", "gene": "RPS6"},
        {"sites": "S235;S240", "window": "IAKRRRLSSLRASTS;RLSSLRASTSKSESS"},
        {"sites": "S235;S240", "gene": "RPS6", "window": "IAKRRRLSSLRASTS"},
    ) == [
        ("f0", "RPS6_S235", "gene", True),
        ("f0", "RPS6_S236", "gene", True),
        ("f0", "RPS6_S240", "gene", True),
        ("f1", "RPS6_S235", "window", True),
        ("f1", "RPS6_S240", "window", True),
        ("f2", "RPS6_S235", "gene", True),
        ("f2", "RPS6_S240", "gene", True),
    ]


def test_paralogs_that_share_a_window():
    """Alone the window means both; an accession or gene decides; a paralog outside is refused."""
    window = KNOWLEDGE.sites["MAPK3_Y204"].window15
    assert {site for _, site, _, _ in found({"sites": "Y204", "window": window})} == {
        "MAPK1_Y187",
        "MAPK3_Y204",
    }
    for decide in ({"gene": "MAPK3"}, {"protein": "P27361"}, {"protein": "P27361-2"}):
        hits = found({"sites": "Y204", "window": window, **decide})
        assert hits == [("f0", "MAPK3_Y204", "window", True)]
    both = found({"sites": "Y204", "window": window, "proteins": "P27361;P28482"})
    assert len(both) == 2
    pak = KNOWLEDGE.sites["PAK1_T423"].window15
    assert found({"sites": "T402", "gene": "PAK2", "window": pak}) == []


def test_repeats_of_one_protein_are_told_apart_by_number():
    """NDRG1 T346 and T356 have one window; the number decides where it is known."""
    window = KNOWLEDGE.sites["NDRG1_T356"].window15
    assert len(found({"sites": "T999", "gene": "NDRG1", "window": window})) == 2
    assert found({"sites": "T356", "gene": "NDRG1", "window": window}) == [
        ("f0", "NDRG1_T356", "window", True)
    ]


def test_rodent_numbers():
    """Mouse tables are read with mouse positions, never with human numbers."""
    rows = (
        {"sites": "T247", "gene": "Akt1s1", "protein": "Q9D1F4"},
        {"sites": "T246", "gene": "Akt1s1"},
        {"sites": "S64", "gene": "Eif4ebp1"},
        {"sites": "T44", "gene": "Eif4ebp1"},
        {"sites": "S235", "entry_name": "RS6"},
    )
    assert found(*rows, species="mouse") == [
        ("f0", "AKT1S1_T246", "accession", True),
        ("f2", "EIF4EBP1_S65", "gene", True),
        ("f3", "EIF4EBP1_T46", "neighbour", False),
        ("f4", "RPS6_S235", "gene", True),
    ]


@pytest.mark.parametrize("species", ["mouse", "rat"])
def test_numbers_of_rodents_by_table(species):
    """4E-BP1 is one residue shorter at its start, ERK2 two, S6 the same."""
    numbers = {
        "EIF4EBP1": {"T36": "T37", "T45": "T46", "S64": "S65", "T69": "T70"},
        "MAPK1": {"T183": "T185", "Y185": "Y187"},
        "RPS6": {"S235": "S235", "S240": "S240"},
    }
    for gene, pairs in numbers.items():
        for own, human in pairs.items():
            row = {"sites": own, "gene": gene.capitalize()}
            assert found(row, species=species) == [("f0", f"{gene}_{human}", "gene", True)]


def test_accessions_of_rodents():
    """The accession of the mouse protein is enough; in human it names no number."""
    row = {"sites": "S64", "protein": "Q60876"}
    assert found(row, species="mouse") == [("f0", "EIF4EBP1_S65", "accession", True)]


def test_an_ortholog_window_decides_without_number():
    """Nine residues of 15 in the same gene are the site in mouse, whatever the number says."""
    window = "RLASLRASTSKAESS"
    row = {"sites": "S99", "gene": "Rps6", "window": window}
    assert found(row, species="mouse") == [("f0", "RPS6_S240", "ortholog window", True)]
    assert found({**row, "gene": "Abc1"}, species="mouse") == []
    far = {**row, "window": "WWWWWWASTSKSEWW"}
    assert found(far, species="mouse") == []


def test_the_nearest_paralog_is_the_one():
    """A window near AKT2 is not taken for AKT1 although the row names both."""
    akt2 = KNOWLEDGE.sites["AKT2_S474"].window15
    window = ("W" if akt2[0] != "W" else "A") + akt2[1:]
    row = {"gene": "Akt1;Akt2", "window": window}
    assert found(row, species="mouse") == [("f0", "AKT2_S474", "ortholog window", True)]


def test_a_shared_peptide_carries_the_sites_of_all_named_paralogs():
    """AKT1 T308 is one feature with AKT2 and AKT3 where the row names them, else AKT1 alone."""
    window = KNOWLEDGE.sites["AKT1_T308"].window15
    row = {"sites": "T308", "protein": "P31749", "window": window}
    assert [s for _, s, _, _ in found(row)] == ["AKT1_T308"]
    every = found({**row, "proteins": "P31749;P31751;Q9Y243"})
    assert {s for _, s, _, _ in every} == {"AKT1_T308", "AKT2_T309", "AKT3_T305"}
    assert {f for f, *_ in every} == {"f0"}


def test_a_gene_list_uses_the_first_gene_that_fits():
    """Numbers belong to the leading protein; a reference accession leaves no choice."""
    assert found({"sites": "T37", "gene": "EIF4EBP1;EIF4EBP2"}) == [
        ("f0", "EIF4EBP1_T37", "gene", True)
    ]
    assert found({"sites": "T185", "gene": "MAPK3;MAPK1", "protein": "P27361"}) == []


def test_nothing_to_match():
    """Empty and foreign tables give no rows and a summary of zeros."""
    for rows in (table(), table({"sites": "S1", "gene": "ABC"}), table({}, {})):
        assert match_sites(rows, KNOWLEDGE).empty
        assert match_summary(rows, KNOWLEDGE).n_matched == 0


def test_missing_columns_and_values():
    """Only `sites` and one name are needed; missing values are empty."""
    rows = pd.DataFrame({"sites": ["S240", None], "gene": ["RPS6", np.nan]}, index=["a", "b"])
    before = rows.copy()
    assert match_sites(rows, KNOWLEDGE)["feature"].tolist() == ["a"]
    pd.testing.assert_frame_equal(rows, before)


def test_an_unknown_species_is_refused():
    """The nearest species is named."""
    with pytest.raises(KnowledgeError, match="'mouse'"):
        match_sites(table({"sites": "S1"}), KNOWLEDGE, species="mous")


def test_row_order_does_not_matter():
    """Shuffled features give the same matches."""
    rows = table(
        *[{"sites": s.site, "gene": s.gene, "window": s.window15} for s in KNOWLEDGE.sites.values()]
    )
    shuffled = rows.sample(frac=1, random_state=1)
    key = ["feature", "site_id"]
    pd.testing.assert_frame_equal(
        match_sites(rows, KNOWLEDGE).sort_values(key, ignore_index=True),
        match_sites(shuffled, KNOWLEDGE).sort_values(key, ignore_index=True),
    )


def test_a_hundred_thousand_random_windows_match_nothing():
    """No window of another sequence is taken for a curated one by chance."""
    rng = np.random.default_rng(7)
    n = 100_000
    letters = rng.choice(np.array(list("ACDEFGHIKLMNPQRSTVWY")), size=(n, 31))
    letters[:, 15] = "S"
    rows = pd.DataFrame(
        {
            "gene": [f"GENE{i % 9000}" for i in range(n)],
            "protein": [f"X{i % 9000:05d}-2" for i in range(n)],
            "sites": [f"S{i % 900 + 1}" for i in range(n)],
            "window": ["".join(row) for row in letters],
        },
        index=[f"f{i}" for i in range(n)],
    )
    assert match_sites(rows, KNOWLEDGE).empty


def readout_counts(features: pd.DataFrame) -> dict[str, int]:
    """Count the features of each readout."""
    matches = match_sites(features, KNOWLEDGE)
    return {
        name: matches.loc[matches["site_id"].isin(readout.sites), "feature"].nunique()
        for name, readout in KNOWLEDGE.readouts.items()
    }


@pytest.mark.real
def test_readouts_of_griffin():
    """Entry names and accessions agree; S6 is there in many forms, AKT S473 is not measured."""
    path = SHARED / "griffin_pi3ki_xenograft" / "data.tsv.gz"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    raw = pd.read_csv(path, sep="\t", dtype=str)
    features = pd.DataFrame({"protein": raw["uniprot"], "sites": raw["site"]})
    named = pd.DataFrame({"entry_name": raw["Description"], "sites": raw["site"]})
    counts = readout_counts(features)
    assert counts == {"S6_S235_S236": 20, "S6_S240_S244": 9, "4EBP1": 7, "AKT_S473": 0}
    key = ["feature", "site_id"]
    pd.testing.assert_frame_equal(
        match_sites(features, KNOWLEDGE)[key], match_sites(named, KNOWLEDGE)[key]
    )
    assert match_summary(features, KNOWLEDGE).n_sites == 120


@pytest.mark.real
def test_readouts_of_haura():
    """Gene symbols and positions find S6, 4E-BP1 with mislocalised forms, and no AKT S473."""
    path = SHARED / "haura_krasg12c" / "data.tsv.gz"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    raw = pd.read_csv(path, sep="\t", dtype=str)
    features = pd.DataFrame({"gene": raw["Gene"], "sites": raw["site"]})
    counts = readout_counts(features)
    assert counts["AKT_S473"] == 0
    assert counts["S6_S235_S236"] == 2
    assert counts["S6_S240_S244"] == 5
    matches = match_sites(features, KNOWLEDGE)
    assert (~matches["exact"]).sum() >= 6
