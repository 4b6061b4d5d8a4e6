"""What the documents say can be typed, and what they show is what comes out."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from harvester.cli import main
from harvester.jobs import read_jobs
from harvester.schedule.keys import EXPORT, FILE, HOOKS, JOB, LIMITS, REVISIT
from tests.test_readme import consoles

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted(DOCS.glob("*.md"))
TEXTS = {path.name: path.read_text() for path in DOCS.rglob("*") if path.is_file()}
NOW = "2026-11-22T12:00:00+00:00"


def commands() -> list[str]:
    """Every command of ours that a document names."""
    found: set[str] = set()
    for text in TEXTS.values():
        found.update(re.findall(r"`(harvester [a-z][^`]*)`", text))
        found.update(re.findall(r"(?m)^.*?bin/(harvester [a-z ]*)", text))
        for list_ in re.findall(r"(?m)^(?:CMD |.*args: )\[(.*)\]", text):
            found.add(" ".join(["harvester", *re.findall('"([^"]+)"', list_)]))
    return sorted(each.strip() for each in found)


@pytest.mark.parametrize("typed", commands())
def test_commands_and_their_options_are_there(typed: str) -> None:
    command: click.Command = main
    context = click.Context(main)
    for word in shlex.split(typed.replace("[", "").replace("]", ""))[1:]:
        if word.startswith("--"):
            known = [name for parameter in command.params for name in parameter.opts]
            assert word in known, f"{typed}: {word}"
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            assert found is not None, typed
            command = found
    assert command is not main


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_consoles_show_what_comes_out(page: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HARVESTER_")}
    environment |= {"HARVESTER_DB": f"sqlite:///{tmp_path / 'test.db'}", "HARVESTER_NOW": NOW}
    for command, shown in consoles(page.read_text()):
        ended = subprocess.run(
            [sys.executable, "-m", *shlex.split(command)],  # the first word is harvester
            cwd=DOCS.parent, env=environment, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert ended.stdout.strip() == shown.strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_of_jobs_can_be_read(page: Path, tmp_path: Path) -> None:
    for number, block in enumerate(re.findall(r"```toml\n(.*?)```", page.read_text(), re.DOTALL)):
        (tmp_path / f"{number}.toml").write_text(block)
        assert read_jobs(tmp_path / f"{number}.toml").jobs


def test_the_example_has_every_key() -> None:
    example = DOCS / "harvester.toml"
    assert set(read_jobs(example).jobs) == {"annals", "records", "intranet"}
    every = {*FILE, *JOB, *LIMITS, *REVISIT, *EXPORT, *(key for keys in HOOKS.values() for key in keys)}
    missing = {key for key in every if not re.search(rf"\b{key}\b", example.read_text())}
    assert missing == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text())
    assert links
    assert [link for link in links if "://" not in link and not (DOCS / link).exists()] == []
