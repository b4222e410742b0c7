"""`sync --dry-run`: how many conversations could sync at most."""

from __future__ import annotations

from pathlib import Path

import click

from addon.console.session import opted_in
from addon.gateways.errors import OutsideError
from addon.gateways.mbox import is_mbox, mails_in
from addon.services import Services
from addon.sync.dry_run import possible_in_mailbox, possible_in_mails
from storage.records import Member, Role

_ANYBODY = Member(sub="", email="", role=Role.TEAM_MEMBER)


def in_mailboxes(owner: Member | None, services: Services) -> int:
    """One member's mailbox, or every opted-in one; the exit code."""
    subs = [owner.sub] if owner else list(opted_in(services))
    if not subs:
        click.echo("No mailbox is opted in.")
    unread = False
    for sub in subs:
        consent, mailbox = services.store.consent(sub), services.store.mailbox(sub)
        if consent is None or mailbox is None:
            click.echo(f"{owner.email if owner else sub}: Email is off.")
            continue
        try:
            possible = possible_in_mailbox(consent, mailbox, services)
        except OutsideError as error:
            click.echo(f"{mailbox.address}: cannot be read now ({error}).", err=True)
            unread = True
            continue
        click.echo(
            f"{mailbox.address}: up to {possible.at_most} labelled conversations could come in;"
            f" {possible.others} more are in or were stopped. None was opened."
        )
    return int(unread)


def in_mbox(path: Path, owner: Member | None, services: Services) -> int:
    """A file on this machine; whoever owns it, their rules where a member is named."""
    try:
        if not is_mbox(path):
            raise click.ClickException(f"{path.name} is not an mbox: its first line must begin with 'From '.")
        possible = possible_in_mails(mails_in(path), owner or _ANYBODY, services)
    except OSError as error:
        raise click.ClickException(f"The file cannot be read ({error.strerror}).") from None
    click.echo(
        f"{path.name}: up to {possible.at_most} of {possible.at_most + possible.others} conversations"
        " could come in, if each carried the label. Nothing was stored."
    )
    return 0
