"""Imports point one way; whoever adds one against the stream finds out here."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Lowest first; modules of one line may import each other. A package stands for all of its modules.
LAYERS = [
    {
        "harvester.errors",
        "harvester.items",
        "harvester.normalise",
        "harvester.settings",
        "harvester.json_text",
        "harvester.clock",
        "harvester.revisit",
        "harvester.since",
    },
    {"harvester.encodings", "harvester.loose_json", "harvester.page", "harvester.xml_lists"},
    {"harvester.database", "harvester.derive", "harvester.match"},
    {"harvester.loaders"},
    {"harvester.formats"},
    # A site's module reads its pages with the tools of the general readers; extraction asks sites only by `Site`.
    {"harvester.sites", "harvester.extraction"},
    {"harvester.sources", "harvester.listing", "harvester.extract", "harvester.fields", "harvester.archive"},
    {"harvester.spiders", "harvester.middlewares"},
    {"pipelines"},
    {"harvester.catalogue", "harvester.works", "harvester.explain", "harvester.plan", "harvester.progress"},
    {"harvester.watch", "harvester.changes", "harvester.difference"},
    {
        "harvester.export",
        "harvester.feed",
        "harvester.harvest",
        "harvester.report",
        "harvester.review",
        "harvester.replay",
        "harvester.retry",
        "harvester.inspect",
        "harvester.new_site",
    },
    {
        "harvester.ahead",
        "harvester.load",
        "harvester.load_order",
        "harvester.load_steps",
        "harvester.load_report",
        "harvester.jobs",
        "harvester.schedule",
    },
    {"harvester.status"},
    {"harvester.commands"},
    {"harvester.cli", "harvester.__main__"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
MODULES = sorted(
    path
    for package in ("harvester", "pipelines")
    for path in (ROOT / package).rglob("*.py")
    if "versions" not in path.parts
)


def layer(module: str) -> str | None:
    """The layer's name for a dotted module; None for what is not ours or is the bare package."""
    parts = module.split(".")
    return next((name for name in (".".join(parts[:2]), parts[0]) if name in LEVEL), None)


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_no_module_imports_from_a_higher_layer(path: Path) -> None:
    own = layer(dotted(path))
    if own is None:
        assert dotted(path) == "harvester", f"{dotted(path)} stands in no layer; give it one"
        return
    for module in imported(path):
        other = layer(module)
        assert other is None or LEVEL[other] <= LEVEL[own], f"{dotted(path)} ({own}) imports {module} ({other})"


def test_storing_reads_no_page_and_crawling_no_work_table() -> None:
    for path in MODULES:
        if dotted(path).startswith("pipelines"):
            assert not any(name.startswith(("harvester.page", "harvester.extraction")) for name in imported(path))
        if dotted(path).startswith("harvester.spiders"):
            assert not any(name.startswith("harvester.database.tables") for name in imported(path))
