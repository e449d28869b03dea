"""The four tiers: imports only point down, and verbs never import one another."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "phosres"

NOUNS = (
    "errors",
    "columns",
    "sites",
    "display",
    "table",
    "results",
    "knowledge",
    "stats",
    "noise",
    "evidence",
)
VERBS = (
    "readers",
    "identity",
    "normalization",
    "planning",
    "protein",
    "quality",
    "contrasts",
    "scoring",
    "states",
    "trajectories",
    "patterns",
    "response",
    "trace",
    "resistance",
    "families",
    "figures",
    "kinases",
    "simulation",
)
COMPOSITION = (
    "pseudonyms",
    "config",
    "audit",
    "report",
    "store",
    "archive",
    "drafts",
    "catalogue",
    "checks",
    "crate",
    "provenance",
    "pipeline",
    "explanation",
    "worker",
    "batch",
    "exports",
    "gallery",
    "doctor",
)
DOOR = ("cli_output", "cli_batch", "cli_export", "cli", "__main__", "__init__")
TIER = {m: t for t, ms in enumerate((NOUNS, VERBS, COMPOSITION, DOOR)) for m in ms}

# Inside the tiers of nouns and of composition the order is that of the lists above; these are the
# only modules of a tier that may be imported by later ones of the same tier.
ORDERED = (NOUNS, COMPOSITION, DOOR)


def files() -> list[Path]:
    """Every Python file of the package."""
    return sorted(ROOT.rglob("*.py"))


def module_of(path: Path) -> str:
    """Top-level module of the package a file belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every module a file imports, anywhere in it, with the line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "phosres":
                for alias in node.names:
                    yield f"phosres.{alias.name}", node.lineno
            else:
                yield node.module, node.lineno


def test_every_module_has_a_tier() -> None:
    """A new top-level module must be given its place."""
    assert {module_of(p) for p in files()} - set(TIER) == set()


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    """A module imports lower tiers, earlier modules of its own ordered tier, or itself."""
    here = module_of(path)
    wrong = []
    for name, line in imported(path):
        if not name.startswith("phosres."):
            continue
        there = name.split(".")[1]
        if there == here or there not in TIER:
            continue
        down = TIER[there] < TIER[here]
        tier = next((t for t in ORDERED if here in t and there in t), None)
        earlier = tier is not None and tier.index(there) < tier.index(here)
        if not (down or earlier):
            wrong.append(f"{path.name}:{line}: {here} imports {there}")
    assert wrong == []


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_drawing_stays_in_figures_and_report(path: Path) -> None:
    """Only figures and the report know matplotlib and seaborn."""
    if module_of(path) in ("figures", "report"):
        return
    drawing = [n for n, _ in imported(path) if n.split(".")[0] in ("matplotlib", "seaborn")]
    assert drawing == []


def test_stats_knows_arrays_only() -> None:
    """The numeric cores import nothing of phosres but its errors, and no pandas."""
    for path in (ROOT / "stats").glob("*.py"):
        for name, line in imported(path):
            own = name.startswith("phosres.") and name.split(".")[1] not in ("errors", "stats")
            assert not own, f"{path.name}:{line}"
            assert name.split(".")[0] != "pandas", f"{path.name}:{line}"


def test_config_stops_at_the_pipeline() -> None:
    """No noun or verb knows the run configuration."""
    for path in files():
        if TIER[module_of(path)] < 2:
            assert not [n for n, _ in imported(path) if n.startswith("phosres.config")], path


def test_no_machine_or_process_side_effects() -> None:
    """No file configures logging, filters warnings or changes matplotlib globally."""
    banned = (
        "basicConfig",
        'filterwarnings("ignore',
        "simplefilter",
        "rcParams.update",
        "set_theme(",
    )
    for path in files():
        text = path.read_text("utf-8")
        assert not [b for b in banned if b in text], path
