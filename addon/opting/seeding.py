"""A mailbox at its beginning: a cursor from before the first look, its labels, and what carries them already."""

from __future__ import annotations

from dataclasses import replace

from addon.gateways.errors import GoneError
from addon.gateways.gmail import StoredGmail
from addon.policy import labels
from addon.policy.labels import Binding
from addon.services import Services
from storage.records import Mailbox


def seeded(mailbox: Mailbox, gmail: StoredGmail, services: Services) -> Mailbox:
    """The cursor comes from before anything is looked at, so that nothing falls between the two."""
    cursor = gmail.history_id()
    bound = look_up_labels(mailbox, gmail, services).mailbox
    return replace(labels.asked_about(bound, labelled(bound, gmail)), cursor=cursor)


def look_up_labels(mailbox: Mailbox, gmail: StoredGmail, services: Services) -> Binding:
    """Which of the mailbox's labels are ours, by the name its owner or else the company chose."""
    name = mailbox.label_name or services.config.label_name
    return labels.bind(
        mailbox,
        {label.id: label.name for label in gmail.labels()},
        name=name,
        secret_name=labels.secret_under(name),
        now=services.clock.now(),
    )


def labelled(mailbox: Mailbox, gmail: StoredGmail) -> int:
    """How many threads carry one of our labels; one that carries both counts twice."""
    return sum(_under(label, gmail) for label in (mailbox.label, mailbox.secret_label) if label is not None)


def _under(label: str, gmail: StoredGmail) -> int:
    try:
        return gmail.threads_under(label)
    except GoneError:
        return 0
