"""`doctor`: what is wrong, or will be, one line each; the exit code is 1 where something is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta

import click
from flask.cli import with_appcontext

from addon.config import Config, ConsentBy
from addon.console.session import services_here
from addon.policy import upkeep
from addon.services import Services
from storage.port import StoreError

_LOOKED_AT = 100
_WAITS_LONG = timedelta(days=1)
"""A token that could not be revoked for so long is worth a look at what Google says."""


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say what is wrong: shut doors, mailboxes that are not read, tokens that wait, a key that opens too much."""
    services = services_here()
    try:
        wrong = [
            *_doors(services.config),
            *_mailboxes(services),
            *_upkeep(services),
            *_revocations(services),
            *_keys(services.config),
        ]
    except StoreError as error:
        wrong = [f"The store does not answer: {error}"]
    for line in wrong:
        click.echo(f"! {line}")
    if not wrong:
        click.echo("Nothing is wrong that can be seen from here.")
    sys.exit(1 if wrong else 0)


def _doors(config: Config) -> Iterator[str]:
    if not config.addon_service_account or not config.addon_client_id:
        yield "The side panel is shut: set ADDON_SERVICE_ACCOUNT and ADDON_CLIENT_ID."
    if config.topic and not config.push_service_account:
        yield "/push is shut and PUBSUB_TOPIC is set: set PUSH_SERVICE_ACCOUNT, or Pub/Sub pushes in vain."
    if not config.jobs_service_account:
        yield "/jobs is shut: set JOBS_SERVICE_ACCOUNT, or keep `flask --app app sync --watch` running."


def _mailboxes(services: Services) -> Iterator[str]:
    unwell = services.store.unwell(limit=_LOOKED_AT)
    owners = services.store.members_named([mailbox.sub for mailbox in unwell])
    for mailbox in unwell:
        owner = owners.get(mailbox.sub)
        gone = " (left)" if owner is None or owner.left_at else ""
        since = (mailbox.last_ok_at or mailbox.since).date().isoformat()
        why = mailbox.attention.value if mailbox.attention else ""
        alone = services.store.holdings(mailbox.sub).alone
        yield f"{mailbox.address}{gone} not read since {since}: {why}. Only there: {alone} conversations."


def _upkeep(services: Services) -> Iterator[str]:
    """Of mailboxes that could be read; those that cannot have their own lines."""
    now = services.clock.now()
    late = ending = 0
    cursor: str | None = None
    while True:
        page = services.store.mailboxes(limit=_LOOKED_AT, cursor=cursor)
        well = [mailbox for mailbox in page.items if mailbox.attention is None]
        late += sum(upkeep.is_late(mailbox, now=now) for mailbox in well)
        ending += sum(upkeep.watch_ends_soon(mailbox, now=now) for mailbox in well)
        cursor = page.next
        if cursor is None:
            break
    if late:
        yield f"{late} mailboxes were not read to their end for half an hour: does the job run?"
    if ending and services.config.topic:
        yield f"{ending} mailboxes are not told of by Gmail, or not for long: may Gmail publish to PUBSUB_TOPIC?"


def _revocations(services: Services) -> Iterator[str]:
    now = services.clock.now()
    waiting = services.store.revocations(now=now + timedelta(days=365), limit=_LOOKED_AT)
    old = [each for each in waiting if now - each.since > _WAITS_LONG]
    if old:
        yield f"{len(old)} tokens wait for more than a day to be revoked: does Google answer?"


def _keys(config: Config) -> Iterator[str]:
    if config.consent is ConsentBy.DELEGATED:
        yield "CONSENT=delegated: whoever holds the service account's key can open every mailbox of the domain."
