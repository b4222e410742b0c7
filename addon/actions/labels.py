"""Our label on the open thread, set or taken off with the panel's own token: the one thing we change in Gmail."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from addon.actions.outcome import NeedsScopes
from addon.caller import Caller
from addon.gateways.gmail import MODIFY, Label, LabelId, PanelGmail
from addon.services import Services
from storage.records import Mailbox, Thread

ASKED_AGAIN_AFTER = timedelta(minutes=1)
"""Google repeats a press after it asked: a refusal must not make us ask for ever."""
_LEASE = timedelta(seconds=10)


def may_change_labels(caller: Caller) -> bool:
    return MODIFY in caller.event.scopes and bool(caller.event.panel_token)


def ask() -> NeedsScopes:
    return NeedsScopes(scopes=(MODIFY,))


def was_just_asked(thread: Thread | None, *, now: datetime) -> bool:
    return bool(thread and thread.label_asked_at and now - thread.label_asked_at < ASKED_AGAIN_AFTER)


def panel(caller: Caller, services: Services) -> PanelGmail:
    return services.gmail.panel(caller.event.panel_token, sub=caller.member.sub)


def put_on(caller: Caller, thread: str, mailbox: Mailbox, services: Services, *, secret: bool) -> str:
    """Put our label on a thread, made first where there is none; its id."""
    config, gmail = services.config, panel(caller, services)
    name = config.secret_label_name if secret else config.label_name
    bound = mailbox.secret_label if secret else mailbox.label
    labels = gmail.labels()
    label = next((each for each in labels if each.id == bound), None) or next(
        (each for each in labels if each.name == name), None
    )
    if label is None:
        label = gmail.create_label(name)
        _bind(label, mailbox, services, secret=secret)
    gmail.label_thread(thread, add=[LabelId(label.id)])
    return label.id


def take_off(caller: Caller, thread: str, mailbox: Mailbox, services: Services) -> None:
    ours = [LabelId(label) for label in (mailbox.label, mailbox.secret_label) if label]
    if ours:
        panel(caller, services).label_thread(thread, take_off=ours)


def _bind(label: Label, mailbox: Mailbox, services: Services, *, secret: bool) -> None:
    """A label just made carries no threads: binding it here spares the job looking for it.

    While the job holds the mailbox it is left to find the label by itself.
    """
    now = services.clock.now()
    held = services.store.claim(mailbox.sub, owner=secrets.token_hex(8), now=now, until=now + _LEASE)
    if held is None:
        return
    bound = replace(held, secret_label=label.id) if secret else replace(held, label=label.id, attention=None)
    services.store.release(replace(bound, seen_labels=held.seen_labels | {label.id}))
