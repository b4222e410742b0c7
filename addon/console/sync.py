"""`sync`: catching up with Gmail, once or until stopped."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import click
from flask.cli import with_appcontext

from addon import members as colleagues
from addon import purging, renewing
from addon import sync as syncing
from addon.console import dry_runs
from addon.console.session import opted_in, services_here
from addon.failures import describe
from addon.services import Services
from storage.port import StoreError
from storage.records import Member

_ONE_RUN = timedelta(minutes=10)
_SWEEP = timedelta(seconds=25)
_TIDIES_EVERY = timedelta(minutes=1)
_PAUSE_S = 1.0

_log = logging.getLogger("addon.console")


@click.command("sync")
@click.option("--mailbox", metavar="ADDRESS", help="Only this member's mailbox.")
@click.option("--watch", is_flag=True, help="Go on until stopped, mailbox by mailbox as they fall due.")
@click.option("--dry-run", is_flag=True, help="Only say how many could sync at most; nothing is opened or stored.")
@click.option(
    "--mbox",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --dry-run: this file in place of a mailbox at Gmail.",
)
@with_appcontext
def sync(mailbox: str | None, mbox: Path | None, *, watch: bool, dry_run: bool) -> None:
    """Catch up with Gmail: every opted-in mailbox once, or what is due until stopped."""
    services = services_here()
    if (watch and (dry_run or mailbox)) or (mbox and not dry_run):
        raise click.UsageError("--watch goes without --dry-run and --mailbox, and --mbox only with --dry-run.")
    if dry_run:
        owner = _member(mailbox, services) if mailbox else None
        sys.exit(dry_runs.in_mbox(mbox, owner, services) if mbox else dry_runs.in_mailboxes(owner, services))
    if watch:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
        _watch(services)
        return
    subs = [_member(mailbox, services).sub] if mailbox else list(opted_in(services))
    if not subs:
        click.echo("No mailbox is opted in.")
    unwell = False
    for sub in subs:
        outcome = _run_to_the_end(sub, services)
        unwell = unwell or outcome is not syncing.Outcome.COMPLETE
        click.echo(f"{_address(sub, services)}: {_SENTENCES[outcome]}")
    sys.exit(1 if unwell else 0)


_SENTENCES = {
    syncing.Outcome.COMPLETE: "up to date.",
    syncing.Outcome.MORE: "time was up; run again for the rest.",
    syncing.Outcome.LATER: "something did not go through and is tried again later.",
    syncing.Outcome.BEHIND: "Gmail told of something it does not show yet; run again in a moment.",
    syncing.Outcome.BUSY: "another process is at it.",
    syncing.Outcome.OFF: "Email is off.",
    syncing.Outcome.RESTING: "not read: Gmail asked for a slower pace, or its owner must act (see the panel).",
    syncing.Outcome.FAILED: "failed; the log says where.",
}


def _run_to_the_end(sub: str, services: Services) -> syncing.Outcome:
    bell = services.store.bell(sub)
    if bell is None:
        return syncing.Outcome.OFF
    return syncing.take_turn(bell, services, until=services.clock.now() + _ONE_RUN)


def _watch(services: Services) -> None:
    """Sweep until told to stop; a stop waits for the thread in hand, so that the lease is given back."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo("Watching. Ctrl-C stops.")
    tidied = services.clock.now()
    while not stop.is_set():
        tidied = watch_once(services, tidied=tidied, stopped=stop.is_set)
        stop.wait(_PAUSE_S)


def watch_once(services: Services, *, tidied: datetime, stopped: Callable[[], bool]) -> datetime:
    """Sweep and, where `tidied` is a minute ago, do what time makes due; when that was done last.

    Each has its whole time, whatever the one before took, and none that fails keeps the others from theirs.
    """
    _go_on(partial(syncing.sweep, stopped=stopped), services)
    if services.clock.now() - tidied < _TIDIES_EVERY:
        return tidied
    for tidy in (renewing.renew, purging.purge_due):
        if not stopped():
            _go_on(tidy, services)
    return services.clock.now()


def _go_on(work: Callable[..., object], services: Services) -> None:
    """A failure ends neither the process nor what comes after it; its text may hold content and is not told."""
    try:
        work(services, until=services.clock.now() + _SWEEP)
    except StoreError as error:
        click.echo(f"The store did not answer: {error}", err=True)
    except Exception as error:  # noqa: BLE001 (the next round tries again)
        _log.error("watching goes on: %s", describe(error))


def _address(sub: str, services: Services) -> str:
    mailbox, member = services.store.mailbox(sub), services.store.member(sub)
    return mailbox.address if mailbox else member.email if member else sub


def _member(email: str, services: Services) -> Member:
    try:
        return colleagues.find(email, services)
    except colleagues.MemberError as error:
        raise click.ClickException(str(error)) from None
