"""``harvester fields``: print the fields of a work."""

import json

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A JSON Schema in place of a list.")
def command(as_json: bool) -> None:
    """Print the fields of a work, each with its meaning and format."""
    from harvester.fields import described, schema

    if as_json:
        click.echo(json.dumps(schema(), ensure_ascii=False, indent=2))
        return
    for name, text in described():
        click.echo(f"{name}\n    {text}")
