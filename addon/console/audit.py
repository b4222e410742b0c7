"""`audit`: the log of what people did, and the proof that nobody changed it."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from addon import auditing
from addon.auditing import Broken, How, Verified
from addon.batches import every
from addon.console.session import services_here
from storage.records import Entry

_PAGE = 200
_NOTED = re.compile(r"([1-9]\d{0,15}):([0-9a-f]{32})")

audit = AppGroup("audit", help="The log of human and admin acts.")


@audit.command("list")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day on, in UTC.")
@click.option("--actor", metavar="ID", help="What this member (by sub, see members list) or operator did.")
def list_acts(since: datetime | None, actor: str | None) -> None:
    """Every row, oldest first: number, time, actor, verb, conversation, subject, between tabs. Ids only."""
    store = services_here().store
    start = since.replace(tzinfo=UTC) if since else None
    for entry in every(lambda cursor: store.acts_since(start, actor=actor, limit=_PAGE, cursor=cursor)):
        click.echo(_row(entry))


@audit.command("seal")
def seal() -> None:
    """Seal what waits, without waiting for the minute in which the job would."""
    services = services_here()
    sealed = auditing.seal(services.store, now=services.clock.now(), at_once=True)
    last = services.store.last_link()
    click.echo(f"{sealed} rows sealed." + (f" Last link: {last.n}:{last.hash}" if last else ""))


@audit.command("verify")
@click.option("--noted", metavar="N:HASH", help="A last link that was noted elsewhere, and must still be there.")
def verify(noted: str | None) -> None:
    """Walk the whole chain; name the first row that is broken, and count those that no link holds yet.

    The exit code is 1 where anything is broken. Note the last link outside the store now and then: without one
    nobody can tell a whole chain from one that was cut at its end.
    """
    verified = auditing.verify(services_here().store, noted=_noted(noted))
    last = f", the last {verified.last.n}:{verified.last.hash}" if verified.last else ""
    click.echo(f"{verified.links} links{last}; {verified.sealed} rows sealed.")
    if verified.broken is not None:
        click.echo(f"Broken: {_told(verified.broken, verified)}", err=True)
        sys.exit(1)
    click.echo(f"Whole. {verified.unsealed} rows wait for the next link.")


def _noted(noted: str | None) -> tuple[int, str] | None:
    if noted is None:
        return None
    parts = _NOTED.fullmatch(noted.strip())
    if parts is None:
        raise click.ClickException(
            "--noted takes a link as `audit verify` prints it: its number, a colon, its hash."
        )
    return int(parts[1]), parts[2]


def _told(broken: Broken, verified: Verified) -> str:
    number = broken.number
    match broken.how:
        case How.CHANGED:
            return f"row {number} was changed (link {verified.links + 1})."
        case How.MISSING:
            return f"row {number} is missing."
        case How.INSERTED:
            return f"row {number} was not written by the add-on, or was changed before it was sealed."
        case How.UNMARKED:
            return f"row {number} is in no link and was kept from coming into one."
        case How.LINK_CHANGED:
            return f"link {number} was changed, or is not the one that was noted."
        case How.LINK_MISSING:
            return f"link {number} is missing."


def _row(entry: Entry) -> str:
    act = entry.act
    columns = [str(entry.number), act.at.isoformat(timespec="seconds"), act.actor, act.verb]
    return "\t".join([*columns, act.conversation or "-", act.subject or "-"])
