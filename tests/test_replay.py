"""Kept pages read anew: a diff first, and written only when asked."""

from pathlib import Path

from sqlalchemy import select, update

from harvester.database.session import database, writing
from harvester.database.tables import record, work
from tests.loopback import Answer, article, serve
from tests.test_crawl import harvest, run


def test_replay_shows_what_would_change_and_writes_it_when_asked(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'replay.db'}"
    routes = {f"/{number}": Answer(article(number)) for number in range(1, 5)}
    with serve(routes) as site:
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in routes))
        harvest(["urls.txt"], db, tmp_path)
    same = run(["replay", "--db", db], tmp_path)
    assert "written" not in same.stdout
    with database(db) as engine, writing(engine) as connection:  # as if an older reader had not seen the journal
        data = connection.scalar(select(record.c.data).where(record.c.id == 1))
        del data["container_title"]
        connection.execute(update(record).where(record.c.id == 1).values(data=data, content_hash="older"))
    shown = run(["replay", "--db", db], tmp_path)
    assert "container_title" in shown.stdout
    assert "nothing is written" in shown.stderr
    with database(db) as engine, engine.connect() as connection:
        assert "container_title" not in connection.scalar(select(record.c.data).where(record.c.id == 1))
    run(["replay", "--db", db, "--apply"], tmp_path)
    with database(db) as engine, engine.connect() as connection:
        assert connection.scalar(select(record.c.data).where(record.c.id == 1))["container_title"]
        assert set(connection.scalars(select(work.c.container_title))) == {"Journal of Examples"}
    (file,) = (tmp_path / "harvest-archive").glob("*.warc.gz")
    assert "container_title" not in run(["replay", str(file), "--db", db], tmp_path).stdout


def test_replay_reads_only_the_pages_that_were_asked_for(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'some.db'}"
    with serve({"/1": Answer(article(1))}) as site:
        harvest([site / "1"], db, tmp_path, "--archive", "kept")
    (file,) = (str(path) for path in (tmp_path / "kept").glob("*.warc.gz"))
    for which in ([file], ["--archive", "kept"]):
        for options, count in (
            ([], 1),
            (["--host", "127.0.0.1"], 1),
            (["--host", "x.org"], 0),
            (["--since", "2999-01-01"], 0),
        ):
            assert run(["replay", *which, "--db", db, *options], tmp_path).stdout.startswith(f"{count} pages read")


def test_replay_says_where_it_looked_for_an_archive(tmp_path: Path) -> None:
    ended = run(["replay", "--db", f"sqlite:///{tmp_path / 'x.db'}"], tmp_path, status=2)
    assert f"no archive {tmp_path / 'harvest-archive'}; name its folder with --archive DIR" in ended.stderr
