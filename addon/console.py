"""What an operator does at the console: `flask --app app …`. Acts are logged as `operator:<os user>`.

Prints counts, addresses of members and ids; never mail, never a token.
"""

from __future__ import annotations

import getpass
import json
import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TextIO, cast

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from addon import members as colleagues
from addon import sync as syncing
from addon.candidates import FileError, import_csv
from addon.gateways.errors import OutsideError
from addon.gateways.gmail import MODIFY
from addon.services import Services
from storage import open_store, open_transfer, transfer
from storage.port import StoreError
from storage.records import Act, Member, Role
from storage.sealing import Sealer

_EXAMPLE_URL = "https://lever.example.com"
"""The address in appsscript.json, which Google needs whole."""
_ONE_RUN = timedelta(minutes=10)
_SWEEP = timedelta(seconds=25)
_PAUSE_S = 1.0
_PAGE = 100

candidates = AppGroup("candidates", help="The add-on's own directory of candidates.")
members = AppGroup("members", help="Colleagues and their roles.")
store = AppGroup("store", help="The store as a whole.")


def _services() -> Services:
    return cast("Services", current_app.extensions["services"])


def _operator() -> str:
    return f"operator:{getpass.getuser()}"


@click.command("sync")
@click.option("--mailbox", metavar="ADDRESS", help="Only this member's mailbox.")
@click.option("--watch", is_flag=True, help="Go on until stopped, mailbox by mailbox as they fall due.")
@with_appcontext
def sync(mailbox: str | None, *, watch: bool) -> None:
    """Catch up with Gmail: every opted-in mailbox once, or what is due until stopped."""
    services = _services()
    if watch:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
        _watch(services)
        return
    subs = [_member(mailbox, services).sub] if mailbox else list(_opted_in(services))
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
    syncing.Outcome.BUSY: "another process is at it.",
    syncing.Outcome.OFF: "Email is off.",
    syncing.Outcome.RESTING: "not read: Gmail asked for a slower pace, or its owner must act (see the panel).",
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
    while not stop.is_set():
        now = services.clock.now()
        try:
            syncing.sweep(services, until=now + _SWEEP, stopped=stop.is_set)
        except StoreError as error:
            click.echo(f"The store did not answer: {error}", err=True)
        stop.wait(_PAUSE_S)


def _opted_in(services: Services) -> Iterator[str]:
    cursor: str | None = None
    while True:
        page = services.store.bells(limit=_PAGE, cursor=cursor)
        yield from (bell.sub for bell in page.items)
        cursor = page.next
        if cursor is None:
            return


def _address(sub: str, services: Services) -> str:
    mailbox = services.store.mailbox(sub)
    return mailbox.address if mailbox else sub


def _member(email: str, services: Services) -> Member:
    try:
        return colleagues.find(email, services)
    except colleagues.MemberError as error:
        raise click.ClickException(str(error)) from None


@candidates.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="strict"))
def import_candidates(file: TextIO) -> None:
    """Add and update candidates from a CSV file: name, addresses, headline, stage, owner, url, external_id."""
    try:
        done = import_csv(file, _services())
    except FileError as error:
        raise click.ClickException(str(error)) from None
    for row in done.bad:
        click.echo(f"line {row.line}: {row.wrong}", err=True)
    click.echo(f"{done.new} new, {done.changed} changed, {done.unchanged} as before, {len(done.bad)} left out.")
    if done.admitted or done.offered:
        click.echo(
            f"{done.admitted} waiting conversations come in now; "
            f"{done.offered} older ones are offered to their owners."
        )
    sys.exit(1 if done.bad else 0)


@candidates.command("list")
def list_candidates() -> None:
    """Every candidate: id, name, addresses, between tabs."""
    store = _services().store
    cursor: str | None = None
    while True:
        page = store.all_candidates(limit=_PAGE, cursor=cursor)
        for candidate in page.items:
            # A name's own tabs and line breaks would make two of one.
            name = " ".join(candidate.name.split())
            click.echo("\t".join([candidate.id, name, " ".join(candidate.addresses)]))
        cursor = page.next
        if cursor is None:
            return


@members.command("list")
def list_members() -> None:
    """Every member: address, role, rights, whether Email is on."""
    services = _services()
    cursor: str | None = None
    while True:
        page = services.store.members(limit=_PAGE, cursor=cursor)
        for member in page.items:
            rights = " ".join(sorted(p.value for p in member.permissions))
            on = "Email on" if services.store.mailbox(member.sub) else "Email off"
            click.echo(f"{member.email}\t{member.role.value}\t{on}\t{rights}".rstrip())
        cursor = page.next
        if cursor is None:
            return


@members.command("set-role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--view-secret/--no-view-secret", default=None, help="The right to see secret conversations (sip).")
@click.option("--self-candidate", metavar="ADDRESS", help="The member is the candidate with this address.")
def set_role(email: str, role: str, *, view_secret: bool | None, self_candidate: str | None) -> None:
    """Give a member a role."""
    try:
        member = colleagues.set_role(
            email,
            Role(role),
            _services(),
            actor=_operator(),
            view_secret=view_secret,
            self_candidate=self_candidate,
        )
    except colleagues.MemberError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{member.email} is {member.role.value} now.")


@members.command("connect")
@click.argument("email")
def connect(email: str) -> None:
    """Give a mailbox its token without the consent page; the refresh token comes on standard input."""
    services = _services()
    if services.config.google.root is None:
        raise click.ClickException(
            "members connect works only where GOOGLE_API_URL points at this machine. "
            "In real use the member turns Email on in Gmail's panel."
        )
    token = sys.stdin.readline().strip()
    if not token:
        raise click.ClickException("Give the refresh token on standard input.")
    try:
        member = colleagues.connect(email, token, services, actor=_operator())
    except colleagues.MemberError as error:
        raise click.ClickException(str(error)) from None
    except OutsideError as error:
        raise click.ClickException(f"{error}. Nothing was stored; try again.") from None
    click.echo(f"Email is on for {member.email}.")


@store.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--resume", is_flag=True, help="Go on with a copy that was cut short.")
def copy_store(source: str, target: str, *, resume: bool) -> None:
    """Copy a whole store into an empty one: FROM and TO are what STORE_URL may be.

    Stop everything that uses either first. Both are sealed with SEAL_KEYS. At the end both are read again and
    compared; printed is each collection with its number of rows and its digest.
    """
    services = _services()
    sealer, emulator = Sealer(services.config.seal_keys), services.config.firestore_emulator
    try:
        with (
            closing(open_transfer(source, sealer, make=False, firestore_emulator=emulator)) as ours,
            closing(open_transfer(target, sealer, make=True, firestore_emulator=emulator)) as theirs,
        ):
            _copy(ours, theirs, resume=resume)
        with closing(open_store(target, sealer, firestore_emulator=emulator)) as copied:
            copied.record(Act(actor=_operator(), verb="store-copy", at=services.clock.now()))
    except StoreError as error:
        raise click.ClickException(str(error)) from None
    click.echo("Copied and compared: both hold the same.")


def _copy(ours: transfer.Transfer, theirs: transfer.Transfer, *, resume: bool) -> None:
    note = transfer.begin(ours, theirs, resume=resume)
    reads = 3 * sum(map(ours.count, transfer.Collection))  # to copy, and to compare both sides
    with click.progressbar(length=reads, label="Copying", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        transfer.copy(ours, theirs, note, seen=bar.update)
        compared = transfer.compare(ours, theirs, seen=bar.update)
    for collection, (here, there) in compared.items():
        same = here.sum if here == there else f"{here.sum} is not {there.sum} of {there.rows}"
        click.echo(f"{collection.value}\t{here.rows}\t{same}")
    transfer.finish(theirs, compared)


@click.command("manifest")
@click.option("--no-labels", is_flag=True, help="Leave out the permission to set our label in Gmail.")
@with_appcontext
def manifest(*, no_labels: bool) -> None:
    """Print the deployment for Google: appsscript.json with this company's own address."""
    written = (Path(current_app.root_path) / "appsscript.json").read_text(encoding="utf-8")
    deployment = json.loads(written.replace(_EXAMPLE_URL, _services().config.base_url))
    if no_labels:
        deployment["oauthScopes"].remove(MODIFY)
    click.echo(json.dumps(deployment, indent=2))


COMMANDS = (sync, candidates, members, store, manifest)
