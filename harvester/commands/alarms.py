"""``harvester alarms``: what is not as it used to be."""

import json

import click

from harvester.commands._shared import database_option, ready


@click.command()
@database_option
@click.option("--ack", "number", type=int, metavar="ID", help="Close this alarm: it is as it should be from now on.")
@click.option("--all", "every", is_flag=True, help="Also those that are closed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(number: int | None, every: bool, as_json: bool, db: str) -> None:
    """List the alarms that are open: hosts whose pages lost a field, or that answer worse, against their own past.

    An alarm closes by itself when a run of its job is nearly as those before it were. --ack closes one for good: later
    runs are compared with those from the alarm on.
    """
    from harvester.clock import utc_now
    from harvester.watch import acknowledge, alarms

    with ready(db) as engine:
        found = alarms(engine, every=every) if number is None else [acknowledge(engine, number, utc_now())]
    for alarm in found:
        if as_json:
            click.echo(json.dumps(alarm.to_dict(), ensure_ascii=False))
            continue
        ended = f"{alarm.closed_by} {alarm.closed_at:%Y-%m-%d}" if alarm.closed_at else ""
        job = f"job {alarm.job}" if alarm.job else ""
        click.echo("  ".join(filter(None, (f"{alarm.id:>4}", str(alarm), job, ended))))
        for url in alarm.urls:
            click.echo(f"        {url}")
    if not found:
        click.echo("no alarm is open" if not every else "there was no alarm", err=True)
