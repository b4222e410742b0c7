"""`explain`: why a message is or is not in Lever."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from addon import members as colleagues
from addon.console.session import operator, services_here
from addon.lookups.explain import explain_to_others
from addon.present.explained import sentences
from storage.records import Act


@click.command("explain")
@click.argument("mailbox")
@click.argument("message_id", metavar="MESSAGE-ID")
@click.option("--include-secret", is_flag=True, help="Also of secret conversations, as the audit log will say.")
@with_appcontext
def explain(mailbox: str, message_id: str, *, include_secret: bool) -> None:
    """Say from the store whether and why a message of MAILBOX is in Lever. Nothing is asked of Gmail.

    What was looked at and not stored is for its owner alone: here it reads like what was never seen.
    """
    services = services_here()
    try:
        member = colleagues.find(mailbox, services)
    except colleagues.MemberError as error:
        raise click.ClickException(str(error)) from None
    explanation = explain_to_others(
        member.sub, message_id, services, may_know=lambda copy: include_secret or not copy.conversation.secret
    )
    services.store.record(
        Act(
            actor=operator(),
            verb="explain",
            at=services.clock.now(),
            conversation=explanation.conversation,
            subject=member.sub,
        )
    )
    click.echo(sentences(explanation, word=services.site.word))
