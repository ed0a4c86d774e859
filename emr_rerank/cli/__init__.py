"""The command line: words in, words out. Thin: every command is a call of the pipeline and a way to show its answer.

Exit codes: 0 done; 1 it could not be done, with one line on standard error that says why; 2 the command's words are
wrong; 130 stopped with Ctrl+C.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from emr_rerank import __version__
from emr_rerank.cli import evaluating, explaining, hosting, patients, ranking, serving
from emr_rerank.errors import EmrRerankError

app = typer.Typer(
    name="emr-rerank",
    help="Puts the records that matter for this assessment on top of a patient's FHIR history.",
    epilog="Exit codes: 0 done, 1 could not be done (one line says why), 2 wrong words, 130 stopped.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, which are patient data
)
for commands in (patients, ranking, explaining, evaluating, serving, hosting):
    commands.register(app)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 (typer's callback)
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that go before a command."""


def main() -> None:
    """Run the command line; what was raised on purpose becomes one line and exit code 1."""
    try:
        app()
    except EmrRerankError as error:
        typer.echo(f"emr-rerank: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # the reader (head, less) has seen enough
        _forget_output()
        sys.exit(0)
    except OSError as error:  # files that commands read say so themselves: this is what they write to
        _forget_output()
        typer.echo(
            f"emr-rerank: {error.filename or 'the output'}: {error.strerror}; free space or name another", err=True
        )
        sys.exit(1)


def _forget_output() -> None:
    """Let Python end without trying once more to write what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
