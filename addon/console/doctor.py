"""`doctor`: what is wrong, or will be, one line each; the exit code is 1 where something is.

What somebody chose is told without failing: whoever has it run by night would hear of it every night.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
from flask.cli import with_appcontext

from addon.batches import every
from addon.config import Config, ConsentBy
from addon.console.session import services_here
from addon.lookups.backlog import backlog
from addon.policy import upkeep
from addon.services import Services
from storage.port import StoreError
from storage.records import Role

_LOOKED_AT = 100


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say what is wrong: shut doors, mailboxes that are not read, work not done, a key that opens too much."""
    services = services_here()
    to_know = list(_chosen(services.config))
    try:
        to_know += _nobody_answers(services)
        wrong = [
            *_doors(services.config),
            *_mailboxes(services),
            *_upkeep(services),
            *_backlog(services),
        ]
    except StoreError as error:
        wrong = [f"The store does not answer: {error}"]
    for line in to_know:
        click.echo(f"- {line}")
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
    late = cooling = ending = 0
    for mailbox in every(lambda cursor: services.store.mailboxes(limit=_LOOKED_AT, cursor=cursor)):
        late += upkeep.is_late(mailbox, now=now)
        cooling += upkeep.is_cooling(mailbox, now=now)
        ending += upkeep.watch_ends_soon(mailbox, now=now)
    if late:
        yield f"{late} mailboxes were not read to their end for half an hour: does the job run?"
    if cooling:
        yield (
            f"{cooling} mailboxes rest: Google asked for a slower pace, or refuses our client, or access ended in"
            " many at once. The job's log tells of the last two."
        )
    if ending and services.config.topic:
        yield f"{ending} mailboxes are not told of by Gmail, or not for long: may Gmail publish to PUBSUB_TOPIC?"


_TOO_LONG = {
    "revocations": "tokens wait to be revoked, one for more than a day: does Google answer, and does renew run?",
    "purges": "conversations are to be destroyed, one for more than two days: does purge run?",
    "audit_rows": (
        "rows of the audit log wait for their seal, one for more than two hours: does renew run? If it does, the"
        " row was changed: flask --app app audit verify."
    ),
}


def _backlog(services: Services) -> Iterator[str]:
    for waiting in backlog(services):
        if waiting.too_long:
            yield f"{waiting.count} {_TOO_LONG[waiting.kind]}"


def _nobody_answers(services: Services) -> Iterator[str]:
    if not services.store.members(roles=[Role.SUPER_ADMIN], limit=1).items:
        yield (
            "Nobody is Super Admin: who is named in SUPER_ADMINS becomes one on first opening the panel; or:"
            " flask --app app members set-role ADDRESS super_admin"
        )


def _chosen(config: Config) -> Iterator[str]:
    if not config.jobs_service_account:
        yield "/jobs is shut: set JOBS_SERVICE_ACCOUNT, or keep `flask --app app sync --watch` running."
    if config.consent is ConsentBy.DELEGATED:
        yield "CONSENT=delegated: whoever holds the service account's key can open every mailbox of the domain."
