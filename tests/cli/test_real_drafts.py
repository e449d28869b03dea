"""`phosres init` and `phosres check` on every real file beside the repository."""

import re
from pathlib import Path

import pytest

from phosres.cli import main
from phosres.readers import read_samples

SHARED = Path(__file__).parents[3] / "shared"
COHORTS = {
    "c18orf25_muscle_paired/original/c18orf25_phospho.txt.gz": ("ctrl", "stim", "paired"),
    "griffin_pi3ki_xenograft/original/complete_morph_idv.csv.gz": ("ctrl", "long", "groups"),
    "haura_krasg12c/original/KRAS_G12C_Haura.csv.gz": ("pre", "on_24", "paired"),
    "panoply_lscc_gct_pairs/original/example_input.gct.gz": ("NAT", "Tumor", "paired"),
}
FILES = sorted(
    path
    for path in [*SHARED.glob("formats/*/*"), *SHARED.glob("data/*/original/*")]
    if path.name != "README.md" and "/".join(path.parts[-3:]) not in COHORTS
)
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real tables are not at {SHARED}"),
]


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_file_is_drafted_or_refused(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A draft has a row a sample, each marked; a refusal says what to do. Never a bug."""
    code = main(["init", str(path), "--out", str(tmp_path / "d")])
    _, err = capsys.readouterr()
    assert code in (0, 3), err
    if code == 3:
        assert "\n    -> " in err
        assert not (tmp_path / "d").exists()
        return
    lines = (tmp_path / "d" / "samples.tsv").read_text("utf-8").splitlines()
    assert len(lines) > 1
    assert all(line.split("\t")[-1] for line in lines[1:])
    assert "FILL IN" in (tmp_path / "d" / "config.yaml").read_text("utf-8")
    # What is left to fill in is asked for, with its place; what is complete passes or is refused.
    code = main(["check", str(tmp_path / "d" / "config.yaml")])
    _, err = capsys.readouterr()
    assert code in (0, 2, 3), err
    assert "bug" not in err
    assert (code == 0) == (err == "")


@pytest.mark.parametrize("name", COHORTS)
def test_clear_names_give_a_study_that_runs(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sheet and design are guessed rightly, and the check accepts them as they are."""
    pre, on, design = COHORTS[name]
    assert main(["init", str(SHARED / "data" / name), "--out", str(tmp_path)]) == 0
    capsys.readouterr()
    assert main(["check", str(tmp_path / "config.yaml")]) == 0
    out = capsys.readouterr().out
    assert re.search(rf"^  {on}: {design} ", out, flags=re.MULTILINE), out
    assert re.search(rf"^  {pre}: \d+ used", out, flags=re.MULTILINE), out


def test_a_real_sdrf_gives_patients_and_sets_pools_aside() -> None:
    """Subjects are individuals; the pooled reference of every plex is nobody."""
    frame = read_samples(SHARED / "formats" / "sdrf" / "PDC000126.sdrf.tsv")
    assert "Pool" not in set(frame["subject"])
    assert (frame["subject"] != "").all()
    assert frame["condition"].nunique() > 1
