"""The front door: the command tree, and the one place that turns an error into text and an exit code."""

import importlib
import sys
import traceback

import click

from ..errors import InvalidSettings, MinistryError

# Each command: the module and the object that hold it, loaded when it is called, and what the list of commands says of it.
COMMANDS = {
    "init": ("setup", "init", "Write a ministry's folder, ready to edit."),
    "demo": ("demo", "demo", "See the main job done, on this machine alone."),
    "doctor": ("setup", "doctor", "Look whether everything is in place."),
    "account": ("account", "account", "The ministry's accounts: their life, invitations, list, import and export."),
    "onboard": ("onboarding", "onboard", "The pages on which missions connect their accounts: serve."),
    "register": ("register", "register", "The public list of official accounts: show, key, publish, verify, ask."),
    "vault": ("vault", "vault", "Where credentials lie: show, app, rotate, move."),
    "person": ("person", "person", "People and their keys: list, enrol."),
    "policy": ("policy", "policy", "Whose signatures are needed: show, adopt."),
    "message": ("message", "message", "Messages: new, check, preview, translate, list, show."),
    "local": ("local", "local", "What missions say in their own words: ask, list, write, submit."),
    "approval": ("approval", "approval", "Signatures: submit, show, sign, refuse, withdraw, list."),
    "publish": ("publish", "publish", "Send one message to every account it addresses."),
    "worker": ("working", "worker", "Send whatever is due, until told to stop."),
    "delivery": ("delivery", "delivery", "What is sent, and what became of it: schedule, list, show, retry, settle, recall."),
    "schedule": ("schedule", "schedule", "What goes out when: show, ics."),
    "cost": ("costs", "cost", "What X bills: spent and planned, by account, mission, message, wave or month."),
    "campaign": ("campaign", "campaign", "Messages said again and again: check, plan, start, sign, list, show, stop."),
    "watch": ("watching", "watch", "What stands on our accounts otherwise than it was signed: run, list, explain."),
    "report": ("report", "report", "What came of what was sent: collect, reach, delivery."),
    "hold": ("stopping", "hold", "Stop everything that is not out yet."),
    "release": ("stopping", "release", "Let go on what was held."),
    "resume": ("resuming", "resume", "Let an account or platform go on that was paused."),
    "audit": ("audit", "audit", "What was done, and proof that the record is whole: log, posts, late, verify, export and more."),
    "alert": ("alerting", "alert", "Mail and webhook to those who must know: test, secret."),
    "retention": ("retention", "retention", "How long content is kept: show, dispose, hold, lift."),
    "text": ("text", "text", "Count a text as a platform does."),
    "rehearsal": ("rehearsal", "rehearsal", "The local platforms: serve, open, fault, meddle, clock, reset, stop."),
    "store": ("store", "store", "The ledger's database: verify, backup, restore, move, upgrade."),
    "help": ("topics", "help_topic", "Explain: findings, reasons, faults."),
}


class LazyGroup(click.Group):
    """Loads a command when it is called, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of a message's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself."""
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"{__package__}.{module}"), name)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with the nearest name where there is no such command."""
        from difflib import get_close_matches

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1)
            ctx.fail(f"There is no command {args[0]}." + (f" Did you mean {near[0]}?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, _, said) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="ministry-social", prog_name="ministry-social")
@click.option("--debug", is_flag=True, help="Show where in the program an unforeseen error arose.")
def cli(debug: bool) -> None:
    """One message of a ministry, adapted to many official accounts, published once each, and on record.

    \b
    First steps:
      ministry-social demo                          see it work, on this machine alone
      ministry-social init our-ministry             a folder of your own, as a rehearsal
      ministry-social message new --from statement --set topic="Grain corridor" > grain.md
      ministry-social message check grain.md
      ministry-social publish grain.md
    """


def main() -> None:
    """The console script: exit 0 done, 1 something failed, 2 wrong usage."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit code. A person gets one clear sentence, never a traceback."""
    try:
        # Where a command ends early, click returns its exit code instead of raising.
        code = cli.main(args=arguments, prog_name="ministry-social", standalone_mode=False)
    except click.Abort:
        return _say("Stopped. Nothing was sent.", 1)
    except click.exceptions.NoArgsIsHelpError as wrong:
        wrong.show()
        return wrong.exit_code
    except click.ClickException as wrong:
        return _say(f"Error: {_usage(wrong)}", wrong.exit_code)
    except MinistryError as error:
        return _say(f"Error: {error}", 2 if isinstance(error, InvalidSettings) else 1)
    except Exception as bug:  # noqa: BLE001 - the last resort: a sentence, not a traceback
        if "--debug" in arguments:
            traceback.print_exc()
        more = (
            "This is a mistake in the program: please report it." if "--debug" in arguments else "More: ministry-social --debug ..."
        )
        return _say(f"Error: something failed that was not foreseen ({type(bug).__name__}).   {more}", 1)
    return code if isinstance(code, int) else 0


def _say(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code


def _usage(wrong: click.ClickException) -> str:
    """One line of what is wrong, and where more is said."""
    sentence = " ".join(wrong.format_message().split())
    context = wrong.ctx if isinstance(wrong, click.UsageError) else None
    return sentence + (f"   More: {context.command_path} --help" if context is not None else "")
