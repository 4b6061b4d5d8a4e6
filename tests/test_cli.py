import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from harvester.cli import main
from harvester.errors import UsageError
from harvester.fields import described
from harvester.items import Work
from harvester.new_site import new_site

EXAMPLES = Path(__file__).parent.parent / "examples"


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found: list[tuple[tuple[str, ...], click.Command]] = []
    context = click.Context(group)
    for name in group.list_commands(context):  # commands are loaded when they are asked for
        command = group.get_command(context, name)
        assert command is not None
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
    return found


COMMANDS = commands(main)


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_every_command_and_option_has_help(path: tuple[str, ...], command: click.Command) -> None:
    shown = CliRunner().invoke(main, [*path, "--help"])
    assert shown.exit_code == 0
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{' '.join(path)} {parameter.name}"


def test_version_and_completion() -> None:
    assert "version 0." in CliRunner().invoke(main, ["--version"]).output
    script = CliRunner().invoke(main, env={"_HARVESTER_COMPLETE": "bash_source"}, prog_name="harvester")
    assert "_harvester_completion" in script.output


def extract(*arguments: str) -> list[dict[str, object]]:
    ended = CliRunner().invoke(main, ["extract", *arguments])
    assert ended.exit_code == 0, ended.output
    return [json.loads(line) for line in ended.output.splitlines()]


def test_extract_prints_one_object_a_file() -> None:
    wall, article = extract(str(EXAMPLES / "bot-wall.html"), str(EXAMPLES / "publisher-highwire.html"))
    assert list(wall) == ["file", "url", "kind", "reason", "work", "sources"]
    assert (wall["kind"], wall["work"], wall["sources"]) == ("blocked", None, {})
    assert (article["file"], article["kind"]) == ("publisher-highwire.html", "article")
    assert isinstance(article["work"], dict)
    assert article["work"]["doi"] == "10.5555/harvester.2022.001"
    assert set(article["work"]) == set(Work().to_dict())
    assert isinstance(article["sources"], dict)
    assert article["sources"]["doi"] == "highwire"


def test_extract_takes_addresses_for_one_and_for_many(tmp_path: Path) -> None:
    page = str(EXAMPLES / "publisher-highwire.html")
    (one,) = extract(page, "--url", "https://annals.example.org/article/1")
    assert one["url"] == "https://annals.example.org/article/1"
    (tmp_path / "urls.tsv").write_text("\ufeffpublisher-highwire.html\thttps://annals.example.org/article/1\n")
    (same,) = extract(page, "--urls", str(tmp_path / "urls.tsv"))
    assert same == one


def test_wrong_arguments_end_with_status_2_and_one_line(tmp_path: Path) -> None:
    pages = [str(EXAMPLES / name) for name in ("bot-wall.html", "publisher-highwire.html")]
    ended = CliRunner().invoke(main, ["extract", *pages, "--url", "https://example.org/"])
    assert ended.exit_code == 2
    assert "--url names the address of one page, and there are 2; use --urls FILE.tsv" in ended.output
    (tmp_path / "bad.tsv").write_text("no tab here\n")
    ended = CliRunner().invoke(main, ["extract", pages[0], "--urls", str(tmp_path / "bad.tsv")])
    assert ended.exit_code == 2
    assert f"{tmp_path / 'bad.tsv'}:1: 'no tab here' has no tab; write file name, tab, URL" in ended.output


def test_inspect_says_of_every_value_why_it_won_or_lost() -> None:
    ended = CliRunner().invoke(main, ["inspect", str(EXAMPLES / "publisher-highwire.html")], env={"COLUMNS": "120"})
    assert ended.exit_code == 0, ended.output
    assert ended.output.startswith("article: ")
    lines = [line.split() for line in ended.output.splitlines()]
    assert any(line[:4] == ["doi", "won", "highwire", "10.5555/Harvester.2022.001"] for line in lines)
    assert "García Márquez, Elena; van der Berg, Pieter" in ended.output
    assert any("lost" in line[:2] for line in lines)


def test_inspect_wants_a_file_or_an_address() -> None:
    ended = CliRunner().invoke(main, ["inspect", "nothing-like-it"])
    assert ended.exit_code == 2
    assert "nothing-like-it: no such file, and not an http or https address" in ended.output


def test_new_site_writes_a_module_and_a_case_that_pass_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "harvester" / "sites").mkdir(parents=True)
    page = EXAMPLES / "publisher-highwire.html"
    module, saved, expected = new_site("example_annals", page, "https://annals.example.org/article/1", tmp_path)
    space: dict[str, Any] = {}
    exec(compile(module.read_text(), str(module), "exec"), space)
    assert space["SITE"].hosts == ("annals.example.org",)
    assert saved.read_bytes() == page.read_bytes()
    told = json.loads(expected.read_text())
    assert told["authors"] == ["García Márquez, Elena", "van der Berg, Pieter"]
    assert (told["kind"], told["url"]) == ("article", "https://annals.example.org/article/1")
    with pytest.raises(UsageError, match="is there already"):
        new_site("example_annals", page, "https://annals.example.org/article/1", tmp_path)


@pytest.mark.parametrize(
    ("name", "url", "message"),
    [("Example-Annals", "https://a.example/", "is no module name"), ("annals", "nowhere", "has no host")],
)
def test_new_site_says_what_is_wrong_with_its_arguments(tmp_path: Path, name: str, url: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        new_site(name, EXAMPLES / "bot-wall.html", url, tmp_path)


def test_dedupe_writes_a_cluster_for_every_record_and_names_bad_lines(tmp_path: Path) -> None:
    records = [
        {"record_id": "a", "doi": "10.5555/x.1", "title": "How librarians count citations", "authors": ["Peroni, S"]},
        {"record_id": "b", "doi": "https://doi.org/10.5555/X.1", "title": "How Librarians Count Citations"},
        {"record_id": "c", "doi": "10.5555/x.2", "title": "How librarians count citations", "authors": ["Peroni, S"]},
    ]
    (tmp_path / "in.jsonl").write_text("\ufeff" + "\n".join(map(json.dumps, records)) + "\nnonsense\n")
    arguments = ["dedupe", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out.tsv")]
    ended = CliRunner().invoke(main, arguments)
    assert ended.exit_code == 0, ended.output
    clusters = dict(line.split("\t") for line in (tmp_path / "out.tsv").read_text().splitlines())
    assert clusters == {"a": "a", "b": "a", "c": "c"}
    assert "line 4: not JSON" in ended.output
    assert "3 records, 2 works, 1 lines that are no records" in ended.output


def test_every_field_is_documented_with_its_own_text() -> None:
    texts = dict(described())
    assert {"doi", "authors", "authors[].family", "related[].title", "classifications[].scheme"} <= set(texts)
    assert [name for name, text in texts.items() if not text] == []
    shown = CliRunner().invoke(main, ["fields"]).output
    assert all(name in shown for name in texts)


def test_fields_as_json_is_a_schema_that_works_satisfy() -> None:
    schema = json.loads(CliRunner().invoke(main, ["fields", "--json"]).output)
    assert schema["type"] == "object"
    assert list(schema["properties"]) == list(Work().to_dict())
    assert schema["properties"]["authors"]["items"]["properties"]["orcid"]["description"]


def test_a_database_url_that_is_none_is_named() -> None:
    ended = CliRunner().invoke(main, ["db", "current", "--db", "nonsense"])
    assert ended.exit_code == 2
    assert "'nonsense' is not a database URL; write sqlite:///harvest.db or postgresql://user@host/name" in ended.output
