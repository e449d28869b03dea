"""Tables of peptides: read into one form, summed, localised, and placed in proteins."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import phosres
from phosres.errors import DataError
from phosres.readers import read, recognise, sketch_samples
from phosres.readers._fasta import find_peptides, load_fasta
from phosres.readers._sequences import cut_window, read_listed, read_probabilities, read_sequence
from phosres.readers.formats._peptides import flank_of

FIXTURES = Path(__file__).parent / "fixtures"
AB = ["A", "B"]
_PEPTIDE_TABLES = (
    *("maxquant_evidence", "maxquant_evidence_tmt", "maxquant_evidence_silac", "diann_report"),
    *("diann_report_1", "diann_site_report", "diann_precursors", "spectronaut_report"),
    *("spectronaut_fragments", "spectronaut_report_pivot", "discoverer_psms", "fragpipe_psm"),
    *("discoverer_psms_tmt", "fragpipe_psm_tmt", "fragpipe_modified_peptides"),
)
# The end of human RPS6, residues 218 to 249, at its place in a sequence made up for the rest.
_S6 = "G" * 217 + "KEAKEKRQEQIAKRRRLSSLRASTSKSESSQK"
_FASTA = (
    f">sp|P62753|RS6_HUMAN 40S ribosomal protein S6 OS=Homo sapiens GN=RPS6 PE=1\n{_S6}\n"
    f">tr|X1YZ23|X1YZ23_HUMAN Another OS=Homo sapiens GN=RPS6X\nMM{_S6}\n"
    ">rev_sp|P62753|RS6_HUMAN decoy\nRLSSLR\n>sp|Q00001|ABC_HUMAN GN=ABC\nMASTKAAAAAKRLSSIRAA\n"
)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("_AAAS(ph)PEK_", "AAAS(ph)PEK"),
        ("_AAApSPEK_", "AAAS(ph)PEK"),
        ("_AAAS(Phospho (STY))PEK_", "AAAS(ph)PEK"),
        ("_(Acetyl (Protein N-term))M(Oxidation (M))S(Phospho (STY))K_", "(ac)M(ox)S(ph)K"),
        ("AAAS(UniMod:21)PC(UniMod:4)K2", "AAAS(ph)PCK"),
        ("(UniMod:1)AAS(UniMod:21){0.98}K2", "(ac)AAS(ph)K"),
        ("_[Acetyl (Protein N-term)]AC[Carbamidomethyl (C)]S[Phospho (STY)]K_.3", "(ac)ACS(ph)K"),
        ("n[230]AAS[167]T[181]Y[243]M[147]C[160]K[357]", "AAS(ph)T(ph)Y(ph)M(ox)CK"),
        ("AAS[79.9663]S[79.9568]K", "AAS(ph)S(79.9568)K"),
        ("AAS[+80]PEK", "AAS(ph)PEK"),
        ("AAAS(UniMod:214)K", "AAASK"),
    ],
)
def test_every_notation_gives_one_form(text, form):
    """Phosphates are found by name, number or mass; labels and alkylation are left out."""
    assert read_sequence(text).form == form


def test_probabilities_of_every_notation():
    """Per cent and fractions, with decimal comma, on the residue they stand behind."""
    assert dict(read_probabilities("EPT(0.009)PS(0.991)K")) == {3: 0.009, 5: 0.991}
    assert read_probabilities("_S[Phospho (STY): 49,7%]C[Carbamidomethyl (C): 100%]K_.2") == {
        1: pytest.approx(0.497)
    }
    assert dict(read_probabilities("AS(UniMod:21){1.0}LPT{0.25}K2")) == {2: 1.0, 5: 0.25}
    assert read_listed("S6(Phospho): 99; T9(Phospho): 80") == ((6, 0.99), (9, 0.8))
    assert read_listed("S(6): 99.5; C(7): 3") == ((6, 0.995),)


def test_windows_have_question_marks_for_what_the_peptide_does_not_show():
    """The site is in the centre, known neighbours of the peptide are used."""
    assert cut_window("RLSSLR", 3, after="AS") == "?????RLSSLRAS??"
    assert cut_window("RLSSLR", 3)[7] == "S"
    assert cut_window("MSSLR", 2, before="_") == "______MSSLR????"
    assert [flank_of(c) for c in ("K", "AKR", "-", "K/R", "")] == ["K", "AKR", "_", "", ""]


@pytest.mark.parametrize(
    ("name", "features", "values", "losses"),
    [
        (
            "maxquant_evidence",
            ["RPS6_RLS(ph)S(ph)LR", "RPS6_RLS(ph)SLR"],
            [[np.nan, 512], [1024, 2048]],
            {"peptide without phosphate": 1, "localisation probability below 0.75": 1,
             "no value": 1, "reverse sequence (decoy)": 1, "contaminant": 1},
        ),
        (
            "maxquant_evidence_tmt",
            ["RPS6_RLS(ph)SLR", "RPS6_RLSS(ph)LR"],
            [[1024, 2048], [np.nan, 64]],
            {"peptide without phosphate": 1, "no value": 1},
        ),
        ("maxquant_evidence_silac", ["RPS6_RLS(ph)SLR"], [[1024, 2048, 512, 256]], {}),
        (
            "diann_report_1",
            ["RPS6_RLS(ph)SLR"],
            [[1024, 2048]],
            {"peptide without phosphate": 1, "precursor q value above 0.01": 1,
             "localisation score below 0.01": 1},
        ),
        (
            "diann_site_report",
            ["RPS6_S235.S236_M2"],
            [[1024, 2048]],
            {"another modification than phosphorylation": 1,
             "candidate residue without the phosphate": 4, "precursor q value above 0.01": 1,
             "localisation probability below 0.75": 1},
        ),
        (
            "diann_precursors",
            ["RPS6_RLS(ph)SLR"],
            [[1024, 2048]],
            {"peptide without phosphate": 1},
        ),
        (
            "spectronaut_report_pivot",
            ["RPS6_S235_M1"],
            [[1024, 2048]],
            {"peptide without phosphate": 1},
        ),
        ("spectronaut_fragments", ["RPS6_S235_M1"], [[1024, 2048]], {}),
        (
            "discoverer_psms",
            ["P62753_RLS(ph)SLR"],
            [[1024, 2048]],
            {"peptide without phosphate": 1, "localisation probability below 0.75": 1,
             "no site probabilities of ptmRS (too many isoforms, or inconclusive)": 1,
             "no value": 1},
        ),
        (
            "discoverer_psms_tmt",
            ["P62753_RLS(ph)SLR"],
            [[1024, 2048]],
            {"localisation probability below 0.75": 1},
        ),
        (
            "fragpipe_psm",
            ["RPS6_S235_M1"],
            [[1024, 2048]],
            {"peptide without phosphate": 1, "localisation probability below 0.75": 1},
        ),
        ("fragpipe_psm_tmt", ["RPS6_S235_M1"], [[1024, 2048]], {}),
        (
            "fragpipe_modified_peptides",
            ["RPS6_S235.S236_M2", "RPS6_S235_M1"],
            [[np.nan, 512], [1024, 2048]],
            {"peptide without phosphate": 1},
        ),
        (
            "skyline",
            ["P62753_RLS(ph)S(ph)LR", "P62753_RLS(ph)SLR"],
            [[np.nan, 512], [1024, 2048]],
            {"peptide without phosphate": 1, "heavy standard": 1, "no value": 1,
             "peptide of a standard (iRT, normalisation)": 1},
        ),
        (
            "flashlfq_peaks",
            ["P62753_RLS(ph)SLR"],
            [[1024, 2048]],
            {"peptide without phosphate": 1, "the peak fits several peptides": 1},
        ),
        (
            "flashlfq_peptides",
            ["RPS6_RLS(ph)S(ph)LR", "RPS6_RLS(ph)SLR"],
            [[np.nan, 512], [1024, 2048]],
            {"peptide without phosphate": 1},
        ),
        (
            "progenesis",
            ["P62753_RLS(ph)S(ph)LR", "P62753_RLS(ph)SLR"],
            [[np.nan, 512], [1024, 2048]],
            {"peptide without phosphate": 1, "ion without a peptide": 1,
             "another peptide of the same ion is used in quantitation": 1},
        ),
        (
            "mztab",
            ["P62753_S235_M1"],
            [[1024, 2048]],
            {"peptide without phosphate": 1, "localisation probability below 0.75": 1},
        ),
    ],
)  # fmt: skip
def test_signals_are_summed_and_every_row_is_accounted_for(
    name, features, values, losses, sheet, account
):
    """Charges, spectra and fractions add up; what is left out is counted by its reason."""
    path = FIXTURES / f"{name}.txt"
    assert recognise(path).format.name == name
    table = read(path, sheet(recognise(path).samples))
    assert list(table.features.index) == features
    assert np.allclose(2**table.values, values, equal_nan=True)
    assert {x.reason: x.rows for x in table.losses if not x.kept} == losses
    assert account(table) == table.source.rows


def test_matched_rows_inherit_the_localisation_of_their_form(write, sheet):
    """A row matched between runs has none of its own; without an identified row it is lost."""
    text = (FIXTURES / "maxquant_evidence.txt").read_text()
    table = read(write(text), sheet(AB))
    assert np.isclose(table.values.loc["RPS6_RLS(ph)SLR", "B"], 11)
    lines = text.splitlines()
    unseen = "\n".join([lines[0], lines[3], lines[5]]) + "\n"
    with pytest.raises(DataError, match=r"sample .A. is not a column"):
        read(write(unseen), sheet(AB))
    alone = read(write(unseen), sheet(["B"]))
    assert [x.reason for x in alone.losses] == ["no localisation probability"]


def test_localised_sites_of_a_partly_localised_peptide(write, sheet):
    """One clear and one unclear phosphate: a feature of the clear site with two phosphates."""
    text = (FIXTURES / "maxquant_evidence.txt").read_text()
    lines = text.splitlines()
    row = lines[5].replace("RLS(1)S(1)LR", "RLS(1)S(0.6)LR")
    table = read(write("\n".join([lines[0], row]) + "\n"), sheet(["B"]))
    (feature,) = table.features.to_dict("records")
    assert (feature["multiplicity"], feature["localization"]) == (2, 1.0)
    assert feature["window"] == "?????RLSSLR????"


def test_candidate_localisations_with_the_full_quantity_count_once(write, sheet, account):
    """Of rows that differ only in the localisation the most probable one is used."""
    lines = (FIXTURES / "spectronaut_report.txt").read_text().splitlines()
    cells = dict(zip(lines[0].split("\t"), lines[5].split("\t"), strict=True))
    scored = "_S[Phospho (STY): 20%]LRAS[Phospho (STY): 80%]K_"
    rows = []
    for form in ("_SLRAS[Phospho (STY)]K_", "_S[Phospho (STY)]LRASK_"):
        cells |= {"EG.ModifiedSequence": form, "EG.PrecursorId": f"{form}.2",
                  "EG.PTMLocalizationProbabilities": scored}  # fmt: skip
        rows.append("\t".join(cells.values()))
    path = write("\n".join([lines[0], *rows]) + "\n")
    table = read(path, sheet(["B"]), localization_min=0.1)
    assert list(table.features.index) == ["RPS6_S239_M1"]
    why = "another localisation of the same peptide is more probable"
    assert [(x.reason, x.rows) for x in table.losses] == [(why, 1)]
    assert account(table) == 2


def test_peptides_are_placed_in_the_named_protein_first(write, sheet):
    """Position, window, and every protein that shares the peptide; decoys are no proteins."""
    fasta = write(_FASTA, "human.fasta")
    path = FIXTURES / "maxquant_evidence.txt"
    table = read(path, sheet(AB), fasta=fasta)
    assert list(table.features.index) == ["RPS6_S235.S236_M2", "RPS6_S235_M1"]
    one = table.features.loc["RPS6_S235_M1"]
    assert (one["sites"], one["window"]) == ("S235", "IAKRRRLSSLRASTS")
    # I and L weigh the same: Q00001 has RLSSIR.
    assert one["proteins"] == "P62753;Q00001;X1YZ23"
    other = write(path.read_text().replace("P62753", "X1YZ23"))
    assert list(read(other, sheet(AB), fasta=fasta).features["sites"]) == ["S237;S238", "S237"]


def test_peptides_in_no_sequence_are_counted(write, sheet):
    """They keep their form, and the message shows them."""
    fasta = write(">sp|P1|A_HUMAN GN=A\nMMMMMMMMWWWWW\n", "other.fasta")
    table = read(FIXTURES / "maxquant_evidence.txt", sheet(AB), fasta=fasta)
    assert set(table.features["sites"]) == {""}
    assert any("are in no sequence" in w and "RLSSLR" in w for w in table.warnings)


def test_windows_are_cut_for_tables_with_positions(write, sheet):
    """A site report has no windows; a residue that is not there is told."""
    fasta = write(_FASTA, "human.fasta")
    table = read(FIXTURES / "diann_site_report.txt", sheet(AB), fasta=fasta)
    assert list(table.features["window"]) == ["IAKRRRLSSLRASTS;AKRRRLSSLRASTSK"]
    shifted = (FIXTURES / "diann_site_report.txt").read_text().replace("\t236\t", "\t237\t")
    table = read(write(shifted), sheet(AB), fasta=fasta)
    assert list(table.features["window"]) == [""]
    assert any("P62753 S235;S237" in w for w in table.warnings)


def test_search_finds_what_a_plain_search_finds(write):
    """Every place of every peptide, against str.find on random sequences."""
    draw = np.random.default_rng(7)
    letters = np.array(list("ACDEFGHKLMNPQRSTVWY"))
    proteins = ["".join(draw.choice(letters[:6], 300)) for _ in range(40)]
    text = "".join(f">sp|P{i:05d}|X_HUMAN GN=G\n{p}\n" for i, p in enumerate(proteins))
    fasta = load_fasta(write(text, "x.fasta"))
    peptides = [
        proteins[i][j : j + n] for i, j, n in draw.integers([0, 0, 3], [40, 280, 12], (60, 3))
    ]
    peptides = sorted({p for p in peptides if len(p) >= 5} | {"WWWWWWW"})
    expected = {
        (k, i, at)
        for k, peptide in enumerate(peptides)
        for i, protein in enumerate(proteins)
        for at in range(len(protein))
        if protein.startswith(peptide, at)
    }
    found = find_peptides(fasta, peptides)
    local = found["offset"].to_numpy() - fasta.starts[found["protein"].to_numpy()]
    assert set(zip(found["peptide"], found["protein"], local, strict=True)) == expected
    assert len(expected) > len(peptides)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("P62753 RLSSLR\n", "begins without '>'"),
        (">a\nACGTACGTACGT\n", "nucleotides"),
        (">a\n\n>b\n", "holds no sequence"),
    ],
)
def test_what_is_no_fasta_file_is_refused(write, content, message):
    """The reason is given, and the file."""
    with pytest.raises(DataError, match=message):
        load_fasta(write(content, "x.fasta"))


def test_tables_without_a_phosphate_say_so(write, sheet):
    """A search without phosphorylation is no phosphoproteome."""
    text = (FIXTURES / "fragpipe_modified_peptides.txt").read_text()
    bare = text.replace("[79.9663]", "")
    with pytest.raises(DataError, match="none of the 3 peptides of the table is phosphorylated"):
        read(write(bare), sheet(AB))


def _write_reports(folder: Path) -> None:
    """Write DIA-NN's two parquet reports from the fixture of the site report."""
    sites = pl.read_csv(FIXTURES / "diann_site_report.txt", separator="\t")
    columns = ["Run", "Precursor.Id", "Protein.Group", "Genes", "Q.Value"]
    report = sites.select(columns).unique(maintain_order=True)
    report = report.with_columns(
        pl.col("Precursor.Id").str.replace(r"\d$", "").alias("Modified.Sequence"),
        pl.when(pl.col("Run") == "A").then(4096.0).otherwise(8192.0).alias("Precursor.Normalised"),
        pl.lit(0.9).alias("PTM.Site.Confidence"),
        pl.lit("[P62753:S235,S236]").alias("Protein.Sites"),
    )
    report.write_parquet(folder / "x.parquet")
    sites.drop("Protein.Group", "Genes", "Q.Value").write_parquet(folder / "x.site_report.parquet")


def test_site_report_takes_quantities_from_the_report_beside_it(tmp_path, sheet, account):
    """The join is on run and precursor; alone, the site report gives its fragment sums."""
    _write_reports(tmp_path)
    table = read(tmp_path / "x.site_report.parquet", sheet(AB))
    assert np.allclose(table.values.loc["RPS6_S235.S236_M2"], [12, 13])
    assert account(table) == table.source.rows == 15
    main = read(tmp_path / "x.parquet", sheet(AB))
    assert main.source.format == "diann_report"
    assert main.values.loc["RPS6_S235.S236_M2"].equals(table.values.loc["RPS6_S235.S236_M2"])
    (tmp_path / "x.parquet").unlink()
    alone = read(tmp_path / "x.site_report.parquet", sheet(AB))
    assert np.allclose(alone.values.filter(like="S235", axis=0), [[10, 11]])
    assert "x.parquet is not beside it" in " ".join(alone.warnings)


def test_damaged_parquet_is_refused(write):
    """A cut file is no table; polars' own words stay inside."""
    with pytest.raises(DataError, match="the parquet file cannot be read"):
        recognise(write(b"PAR1\x00\x01garbagePAR1"))


def test_a_damaged_report_beside_a_site_report_is_named(tmp_path, sheet):
    """The header of the report is whole, its pages are not."""
    _write_reports(tmp_path)
    report = tmp_path / "x.parquet"
    data = bytearray(report.read_bytes())
    data[4 : len(data) // 3] = bytes(len(data) // 3 - 4)
    report.write_bytes(data)
    with pytest.raises(DataError, match=r"the main report beside .* cannot be read") as error:
        read(tmp_path / "x.site_report.parquet", sheet(AB))
    assert error.value.problems[0].file == str(report)


def test_runs_of_a_plex_are_one_sample_with_an_annotation(tmp_path, account):
    """Fractions are told apart from plexes by MSstats' annotation beside the table."""
    text = (FIXTURES / "fragpipe_psm_tmt.txt").read_text().splitlines()
    second = text[2].replace("interact-A.pep.xml", "interact-A2.pep.xml")
    path = tmp_path / "msstats.csv"
    path.write_text("\n".join([text[0], text[1], second]) + "\n")
    assert recognise(path).samples == ("A 126", "A 127N", "A2 126", "A2 127N")
    (tmp_path / "annotation.csv").write_text("Run,Mixture,Channel\nA,m1,126\nA2.mzML,m1,126\n")
    assert recognise(path).samples == ("m1 126", "m1 127N")
    table = read(path, sketch_samples(path).assign(subject="s", condition="c"))
    assert np.allclose(2**table.values, [[1024, 2048]])
    assert account(table) == 2


def _mangle(header):
    """Spell a column as R's make.names does."""
    name = re.sub(r"[^A-Za-z0-9_]", ".", header)
    return name if name[:1].isalpha() else f"X{name}"


@pytest.mark.parametrize("name", _PEPTIDE_TABLES)
def test_headers_mangled_by_r_give_the_same_table(write, sheet, name):
    """Users hand over what R's read.csv made of the header."""
    head, *rows = (FIXTURES / f"{name}.txt").read_text().splitlines()
    spelled = "\t".join(_mangle(h) for h in head.split("\t"))
    path = write("\n".join([spelled, *rows]) + "\n")
    original = recognise(FIXTURES / f"{name}.txt")
    assert recognise(path).format.name == original.format.name
    first = read(FIXTURES / f"{name}.txt", sheet(original.samples))
    assert np.array_equal(
        read(path, sheet(recognise(path).samples)).values, first.values, equal_nan=True
    )


@pytest.mark.parametrize("name", _PEPTIDE_TABLES)
def test_the_order_of_rows_does_not_matter(write, sheet, name):
    """Rows of one peptidoform may stand anywhere."""
    head, *rows = (FIXTURES / f"{name}.txt").read_text().splitlines()
    samples = sheet(recognise(FIXTURES / f"{name}.txt").samples)
    first = read(write("\n".join([head, *rows]) + "\n"), samples)
    turned = read(write("\n".join([head, *rows[::-1]]) + "\n"), samples)
    assert turned.values.equals(first.values)
    columns = ["sites", "window", "localization", "peptide", "multiplicity", "protein", "gene"]
    assert turned.features[columns].equals(first.features[columns])


def test_curated_sites_are_found_with_and_without_sequences(write, sheet):
    """Whether a peptide is placed or known by its window only, S6 S235 is S6 S235."""
    fasta = write(_FASTA, "human.fasta")
    evidence = (FIXTURES / "maxquant_evidence.txt").read_text()
    longer = evidence.replace("RLS(ph)SLR", "RRLS(ph)SLRASTSK").replace("RLS(0.", "RRLS(0.")
    for given in (None, fasta):
        table = phosres.read(write(longer), sheet(AB), fasta=given)
        assert "RPS6_S235" in set(table.features["site_ids"])


def test_msstats_table_of_fragpipe_is_a_table_of_peptides(write, sheet, account):
    """Its ProteinName has no site; the modified peptide has the phosphate."""
    head, *rows = (FIXTURES / "msstats_ptm.txt").read_text().splitlines()
    plain = [r.replace("P62753_S235_S236", "sp|P62753|RS6_HUMAN") for r in rows]
    marked = [r.replace("RLS*S*LR", "RLS[79.9663]SLR") for r in plain]
    path = write("\n".join([head, *marked[:4]]) + "\n")
    table = read(path, sheet(AB))
    assert list(table.features.index) == ["P62753_RLS(ph)SLR"]
    assert np.allclose(2**table.values, [[1024, 2048]])
    assert account(table) == 4
