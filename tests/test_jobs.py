from datetime import timedelta
from pathlib import Path

import pytest

from harvester.errors import HookError, UsageError
from harvester.jobs import Jobs, read_jobs
from harvester.revisit import Bounds
from harvester.watch.hooks import CommandHook, MailHook, WebHook

DAY = timedelta(days=1)

EVERYTHING = """
database = "sqlite:///kept/harvest.db"
jobs_at_once = 3

[defaults]
delay = "2 s"
every = "1 d"
revisit = { max_interval = "60 d" }

[jobs.annals]
sources = ["list.txt", "sitemap:https://annals.example.org/sitemap.xml", "10.5555/12345678"]
cron = "0 3 * * 1"
timezone = "Europe/Berlin"
follow = 1
per_host = 2
attempts = 5
patience = "0 s"
archive = "pages"
respect_tdm = true
allow_hosts = ["127.0.0.1:8080"]
allow_ports = [8081, 8082]

[jobs.annals.limits]
pages = 2000
time = "2 h"
hosts = ["Annals.example.org"]
links = 10

[jobs.annals.revisit]
min_interval = "12 h"
first_interval = "3 d"

[[jobs.annals.export]]
path = "out/works.bib"

[[jobs.annals.export]]
path = "out/new.json"
format = "csl-json"
query = "harbour"
since = "7d"

[[jobs.annals.hook]]
command = ["./tell.sh", "-v"]
timeout = "90 s"

[[jobs.annals.hook]]
smtp = "mail.example.org"
from = "harvester@example.org"
to = ["librarian@example.org"]
security = "tls"
user = "harvester"
password_env = "SMTP_PASSWORD"

[[jobs.annals.hook]]
url_env = "ALARMS_URL"

[jobs."another one"]
sources = ["https://other.example.org/1"]
archive = false
"""


def jobs(folder: Path, text: str) -> Jobs:
    file = folder / "harvester.toml"
    file.write_text(text)
    return read_jobs(file)


def test_all_that_can_be_said_of_a_job(tmp_path: Path) -> None:
    (tmp_path / "list.txt").touch()
    read = jobs(tmp_path, EVERYTHING)
    assert (read.database, read.jobs_at_once) == (f"sqlite:///{tmp_path}/kept/harvest.db", 3)
    annals, other = read.jobs.values()
    assert annals.sources == (
        str(tmp_path / "list.txt"),
        *("sitemap:https://annals.example.org/sitemap.xml", "10.5555/12345678"),
    )
    assert (str(annals.times), str(other.times)) == ("0 3 * * 1 Europe/Berlin", "every 1 d")
    assert (annals.follow, annals.limits.links, annals.limits.pages) == (1, 10, 2000)
    assert (annals.limits.time, annals.limits.hosts) == (2 * DAY / 24, frozenset({"annals.example.org"}))
    assert annals.revisit == Bounds(DAY / 2, 60 * DAY, 3 * DAY)
    assert other.revisit == Bounds(DAY, 60 * DAY, 2 * DAY)
    assert annals.settings == {
        "HARVESTER_DELAY": 2.0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
        "HARVESTER_MAX_ATTEMPTS": 5,
        "HARVESTER_PATIENCE": 0.0,
        "HARVESTER_ARCHIVE": str(tmp_path / "pages"),
        "HARVESTER_RESPECT_TDM": True,
        "HARVESTER_ALLOW_PRIVATE": "127.0.0.1:8080",
        "HARVESTER_ALLOW_PORTS": "8081,8082",
    }
    assert other.settings == {"HARVESTER_DELAY": 2.0, "HARVESTER_ARCHIVE": "no"}
    bibtex, json = annals.exports
    assert (bibtex.format, bibtex.path) == ("bibtex", tmp_path / "out/works.bib")
    assert (json.format, json.query, json.since) == ("csl-json", "harbour", "7d")
    assert annals.hooks == (
        CommandHook((str(tmp_path / "tell.sh"), "-v"), 90.0),
        MailHook(
            "mail.example.org",
            "harvester@example.org",
            ("librarian@example.org",),
            security="tls",
            user="harvester",
            password_env="SMTP_PASSWORD",
        ),
        WebHook(url_env="ALARMS_URL"),
    )


def test_bounds_that_are_left_out_follow_those_that_are_given(tmp_path: Path) -> None:
    read = jobs(
        tmp_path,
        """
        [jobs.often]
        sources = ["https://a.example/1"]
        every = "1 h"
        revisit = { max_interval = "12 h" }
        [jobs.seldom]
        sources = ["https://a.example/1"]
        every = "1 d"
        revisit = { min_interval = "90 d" }
        """,
    )
    assert read["often"].revisit == Bounds(DAY / 2, DAY / 2, DAY / 2)
    assert read["seldom"].revisit == Bounds(90 * DAY, 90 * DAY, 90 * DAY)


A = "[jobs.a]\nsources = ['x']\n"
MISTAKES = {
    "jobs_at_once = 0": r"jobs_at_once = 0: write a whole number from 1 on",
    "job = 1": r"job = 1: no such key; there are database, jobs_at_once, jobs",
    "[jobs.a]": r"jobs.a: no sources; write sources = ",
    "[jobs.a]\nsources = []": r"jobs.a.sources = \[\]: write a list with something in it",
    f"{A}evry = '1 h'": r"jobs.a.evry = '1 h': no such key; there are sources, every, cron,",
    "[jobs.a]\nsources = ['x']": r"jobs.a: write when it runs: either every = ",
    f"{A}every = '1 h'\ncron = '0 3 * * 1'": r"jobs.a: write when it runs: either every = ",
    f"{A}every = 6": r"jobs.a.every = 6: write a number and a unit as a text",
    f"{A}every = '6 moons'": r"jobs.a.every = '6 moons': no length of time; write a number and",
    f"{A}every = '1 s'": r"jobs.a.every = '1 s': write at least 0:01:00",
    f"{A}cron = 'monday'": r"jobs.a.cron = 'monday': no cron expression; write minute, hour",
    f"{A}every = '1 h'\ntimezone = 'Mars'": r"jobs.a.timezone = 'Mars': no time zone that this",
    f"{A}every = '1 h'\nlimits = {{ pages = 'many' }}": r"jobs.a.limits.pages = 'many': write a whole",
    f"{A}every = '1 h'\nlimits = {{ page = 5 }}": r"jobs.a.limits.page = 5: no such key; there are pages",
    f"{A}every = '1 h'\nrevisit = {{ min_interval = '2 d', max_interval = '1 d' }}": (
        r"jobs.a.revisit.max_interval = '1 d': less than min_interval = '2 d'"
    ),
    f"{A}every = '1 h'\nrevisit = {{ first_interval = '99 d' }}": (
        r"jobs.a.revisit.first_interval = '99 d': write one between min_interval and max_interval"
    ),
    f"{A}every = '1 h'\nexport = [{{ path = 'x.docx' }}]": (
        r"jobs.a.export\[0\].format = None: x.docx: its ending tells no format"
    ),
    f"{A}every = '1 h'\nexport = [{{ format = 'ris' }}]": r"jobs.a.export\[0\]: no path; write path",
    f"{A}every = '1 h'\nrespect_tdm = 'yes'": r"jobs.a.respect_tdm = 'yes': write true or false",
    f"{A}every = '1 h'\nhook = [{{ shell = 'rm' }}]": r"jobs.a.hook\[0\]: whom does it tell\? write one of",
    f"{A}every = '1 h'\nhook = [{{ smtp = 'a.example' }}]": r"jobs.a.hook\[0\]: write from and to: the addresses",
    f"{A}every = '1 h'\nhook = [{{ smtp = 'a.example', password = 'x' }}]": r"jobs.a.hook\[0\].password = 'x': no",
    "[defaults]\ndelays = '1 s'": r"defaults.delays = '1 s': no such key",
    "jobs = 1": r"jobs = 1: write a table",
    "[jobs": r"no TOML: ",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_to_write(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=f"harvester.toml: {MISTAKES[text]}"):
        jobs(tmp_path, text)


def test_a_file_that_is_not_there_and_a_job_that_is_not(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere.toml: No such file.*--jobs names another"):
        read_jobs(tmp_path / "nowhere.toml")
    with pytest.raises(UsageError, match="no job is called 'b'; there are a"):
        jobs(tmp_path, f"{A}every = '1 h'")["b"]


def test_an_address_that_is_in_no_environment_is_named_when_it_is_needed() -> None:
    with pytest.raises(HookError, match="no address; set the environment variable NOWHERE_URL"):
        WebHook(url_env="NOWHERE_URL").send([])
