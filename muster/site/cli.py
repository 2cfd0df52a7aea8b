"""`muster`: the program's one entry. Each command is a file of `muster.site.commands`, imported when it is called."""

from __future__ import annotations

from importlib import import_module

import click

# Command -> what it is for, in the order of the help.
COMMANDS = {
    "demo": "a synthetic district on the night of a positive result",
    "init": "prepare a database for this installation",
    "serve": "serve the pages and run the jobs",
    "import": "load a ledger from a csv or xlsx file",
    "export": "write a ledger to a csv or xlsx file",
    "read-bulletins": "the risk areas in official bulletins; writes nothing",
    "trace": "who was near a case; writes nothing",
    "procedures": "the written operating rules, and what starts them",
    "check": "the data's own fsck",
    "migrate": "bring the database up to this version",
    "worker": "run jobs only (further machines)",
    "key": "issue a key to a laboratory's machine",
    "rotate-keys": "encrypt identifiers anew under a new key",
    "verify-code": "check a signed code without asking anybody",
    "seal": "seal new facts; print the head of the chain",
    "purge": "delete personal data whose time is over",
}


class Commands(click.Group):
    """Imports a command's file when the command is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """In the order in which they are needed."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of that name."""
        if name not in COMMANDS:
            return None
        return import_module(f"muster.site.commands.{name.replace('-', '_')}_").command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="muster", message="muster %(version)s")
def main() -> None:
    """Muster (不漏): epidemic prevention and control in which every obligation has an owner, a deadline and a proof.

    MUSTER_HOME holds the secrets and the embedded database (default ~/.muster); DATABASE_URL names another PostgreSQL.
    """


if __name__ == "__main__":
    main()
