"""A command that fails says so in a sentence: no traceback, whose last line may hold anything, is ever printed."""

from __future__ import annotations

import errno
from typing import Any

import click

from addon.failures import describe
from addon.gateways.errors import OutsideError
from storage.port import StoreError

_CLICK_KNOWS = (click.ClickException, click.exceptions.Exit, click.Abort)


def in_a_sentence(command: click.Command) -> click.Command:
    """The same command; what it or any command below it raises ends as one line and exit code 1."""
    work = command.invoke

    def invoke(ctx: click.Context) -> Any:
        try:
            return work(ctx)
        except _CLICK_KNOWS:
            raise
        except (StoreError, OutsideError) as error:
            raise click.ClickException(str(error)) from None
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # whoever read the output has enough; click ends without a word
            raise click.ClickException(
                f"This is a mistake of ours: {describe(error)}. What was done before it stands."
            ) from None

    command.invoke = invoke  # type: ignore[method-assign]  # of this one command, as `work` is
    return command
