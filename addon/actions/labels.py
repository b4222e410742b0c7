"""Our label on the open thread, set or taken off with the panel's own token: the one thing we change in Gmail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from addon import permission
from addon.actions.outcome import NeedsScopes
from addon.caller import Caller
from addon.gateways.gmail import Label, LabelId, PanelGmail
from addon.gateways.scopes import MODIFY
from addon.mailboxes import change_mailbox
from addon.policy import labels
from addon.services import Services
from storage.records import Attention, Mailbox


def may_change_labels(caller: Caller) -> bool:
    return permission.has(caller, MODIFY)


def ask(caller: Caller, services: Services) -> NeedsScopes | None:
    """Have Google ask for the permission; None where it was just told no, and where labels are set by hand.

    What the manifest does not name Google can give nobody.
    """
    if not services.config.panel_labels:
        return None
    return NeedsScopes(scopes=(MODIFY,)) if permission.may_ask(caller, services) else None


def panel(caller: Caller, services: Services) -> PanelGmail:
    return services.gmail.panel(caller.event.panel_token, sub=caller.member.sub)


def put_on(caller: Caller, thread: str, mailbox: Mailbox, services: Services, *, secret: bool) -> None:
    """Put our label on a thread, made first where there is none."""
    name = mailbox.label_name or services.config.label_name
    gmail = panel(caller, services)
    label = _make(caller, name, gmail.labels(), mailbox, services, secret=secret)
    gmail.label_thread(thread, add=[LabelId(label)])


def make_both(caller: Caller, name: str, mailbox: Mailbox, services: Services) -> None:
    """Make the label `name` and the secret one below it, where they are missing."""
    there = panel(caller, services).labels()
    for secret in (False, True):
        _make(caller, name, there, mailbox, services, secret=secret)


def _make(
    caller: Caller, name: str, there: Sequence[Label], mailbox: Mailbox, services: Services, *, secret: bool
) -> str:
    """The id of ours among the labels that are `there`, or of a new one."""
    bound = None if mailbox.labels_at is None else mailbox.secret_label if secret else mailbox.label
    name = labels.secret_under(name) if secret else name
    label = next((each for each in there if each.id == bound), None) or next(
        (each for each in there if each.name == name), None
    )
    if label is None:
        label = panel(caller, services).create_label(name)
        _bind(label, mailbox, services, secret=secret)
    return label.id


def take_off(caller: Caller, thread: str, mailbox: Mailbox, services: Services) -> None:
    ours = [LabelId(label) for label in (mailbox.label, mailbox.secret_label) if label]
    if ours:
        panel(caller, services).label_thread(thread, take_off=ours)


def _bind(label: Label, mailbox: Mailbox, services: Services, *, secret: bool) -> None:
    """A label just made carries no threads: binding it here spares the job looking for it.

    Where its owner chose another name the job binds, and ends what followed by the old label.
    """
    if mailbox.labels_at is None:
        return

    def bound(box: Mailbox) -> Mailbox:
        if labels.wants_label(box):
            box = labels.nothing_to_ask(box)
        if secret:
            box = replace(box, secret_label=label.id)
        else:
            gone = box.attention is Attention.LABEL_GONE
            box = replace(box, label=label.id, label_twin="", attention=None if gone else box.attention)
        return replace(box, seen_labels=box.seen_labels | {label.id})

    change_mailbox(mailbox.sub, bound, services)
