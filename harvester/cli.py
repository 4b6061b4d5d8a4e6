"""The command line: ``harvester ...``; each command is a module of `harvester.commands`, a few lines over a function.

Exit statuses: 0 done; 1 stopped by an error that is named; 2 a wrong argument, or nothing usable in the sources;
3 a harvest waits for hosts that are left alone for now (the same command goes on); 4 a run raised an alarm, where that
was asked for; 130 interrupted (the same command goes on).
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click

from harvester import commands
from harvester.errors import HarvesterError, UsageError


class _Commands(click.Group):
    """Imports only the command that is asked for, and ends our own errors as one line.

    Everything else is a bug and keeps its traceback.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = (module.name for module in iter_modules(commands.__path__))
        return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = import_module(f"{commands.__name__}.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)
        command.name = cmd_name
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except HarvesterError as error:
            click.echo(f"harvester: {error}", err=True)
            ctx.exit(2 if isinstance(error, UsageError) else 1)
        except KeyboardInterrupt:
            click.echo("interrupted; the same command goes on", err=True)
            ctx.exit(130)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="harvester")
def main() -> None:
    """Harvest bibliographic metadata from scholarly pages into a clean database.

    Exit status: 0 done, 1 stopped by an error, 2 wrong arguments or nothing usable, 3 a harvest waits for hosts
    that are left alone for now, 4 a run raised an alarm (where that was asked for), 130 interrupted (the same
    command goes on where it stopped).
    """
