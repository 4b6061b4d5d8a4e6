"""The README's consoles are run, and what they show is what comes out."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def consoles(text: str = README) -> list[tuple[str, str]]:
    """Every command of a console block, with the output shown below it."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    commands = [part for block in blocks for part in re.split(r"(?m)^\$ ", block) if part]
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in commands]


CONSOLES = consoles()
RUNNABLE = [(command, shown) for command, shown in CONSOLES if not command.startswith("make")]


@pytest.mark.parametrize(("command", "shown"), RUNNABLE, ids=[command for command, _ in RUNNABLE])
def test_a_console_shows_what_comes_out(command: str, shown: str, tmp_path: Path) -> None:
    program, *arguments = shlex.split(command)
    database = f"sqlite:///{tmp_path / 'harvest.db'}"
    environment = os.environ | {"HARVESTER_DB": database, "COLUMNS": "100", "PYTHONWARNINGS": "error"}
    module = {"harvester": "harvester", "scrapy": "scrapy"}[program]
    if arguments[0] == "export":  # out of what the first console harvested
        harvest = [sys.executable, "-m", "harvester", "harvest", "examples/urls.txt"]
        subprocess.run(harvest, cwd=ROOT, env=environment, capture_output=True, timeout=120, check=True)
    ended = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    printed = ended.stdout.replace(database, "sqlite:///harvest.db")
    assert [line.rstrip() for line in printed.strip().splitlines()] == [
        line.rstrip() for line in shown.strip().splitlines()
    ]


def test_the_commands_for_make_are_targets() -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text()))
    named = [command.split()[1] for command, _ in CONSOLES if command.startswith("make")]
    assert named == ["harvest", "test"]
    assert set(named) <= targets


def test_paths_that_the_readme_names_are_there() -> None:
    named = set(re.findall(r"`((?:harvester|pipelines|tests|examples|benchmarks|\.ci)/[\w./-]*)`", README))
    assert len(named) > 5
    assert [path for path in named if not (ROOT / path).exists()] == []
