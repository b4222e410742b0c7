"""Which message is open: Gmail's forms of one id, and the call that some of them cost (R32)."""

from __future__ import annotations

from dataclasses import dataclass, field

from addon.caller import Caller
from addon.event import Event
from addon.gateways.errors import AttentionError, GoneError, OutsideError, RefusedError, TokenExpiredError
from addon.gateways.scopes import CURRENT_MESSAGE, MODIFY
from addon.permission import NeedsPermissionError, has
from addon.policy.mail import Mail
from addon.services import Services
from storage.records import Attention


class OpenAgainError(OutsideError):
    """Gmail's permission for the open message ran out: only opening it again renews it."""

    def __init__(self) -> None:
        super().__init__("the permission for the open message ran out")


class OtherMailboxError(OutsideError):
    """The open message is not in the caller's own mailbox (R5): Gmail does not tell from one that is deleted."""

    def __init__(self) -> None:
        super().__init__("the open message is in another mailbox")


@dataclass(frozen=True, kw_only=True)
class Ids:
    """The open message, as Gmail's API names it in the caller's mailbox."""

    message: str = field(repr=False)
    thread: str = field(repr=False)
    mail: Mail | None = field(default=None, repr=False)
    """Its headers, where finding out took a call."""


def ids_in(event: Event) -> Ids | None:
    """The open message, where the event's own ids say which: no store and no Gmail is asked."""
    opened = event.open
    if opened is None or not opened.message_hex or not opened.thread_hex:
        return None
    return Ids(message=opened.message_hex, thread=opened.thread_hex)


def open_ids(caller: Caller, services: Services) -> Ids | None:
    """The message an event speaks of; None where no message is open.

    Buttons carry the ids too, because Gmail may leave its own out of an event.
    """
    opened, parameters = caller.event.open, caller.event.parameters
    if opened is None:
        message, thread = parameters.get("message", ""), parameters.get("thread", "")
        return Ids(message=message, thread=thread) if thread else None
    told = ids_in(caller.event)
    if told is not None:
        return told
    known_message = opened.message_hex or services.store.alias(caller.member.sub, opened.message)
    known_thread = opened.thread_hex or services.store.alias(caller.member.sub, opened.thread)
    if known_message and known_thread:
        return Ids(message=known_message, thread=known_thread)
    mail = read_head(caller, services)
    return Ids(message=mail.id, thread=mail.thread, mail=mail)


def keep_aliases(caller: Caller, ids: Ids, services: Services) -> None:
    """Remember what a call found out, for threads that are ours to know of; of others nothing is kept."""
    opened = caller.event.open
    if opened is None or ids.mail is None:
        return
    for event_id, real, arithmetic in (
        (opened.message, ids.message, opened.message_hex),
        (opened.thread, ids.thread, opened.thread_hex),
    ):
        if event_id and arithmetic is None:
            services.store.keep_alias(caller.member.sub, event_id, real)


def read_head(caller: Caller, services: Services) -> Mail:
    """The open message's headers, through the panel's token: one call."""
    opened, event = caller.event.open, caller.event
    if opened is None or not event.panel_token:
        raise OpenAgainError
    if not has(caller, CURRENT_MESSAGE, MODIFY):
        raise NeedsPermissionError(CURRENT_MESSAGE)
    try:
        return services.gmail.panel(event.panel_token, sub=caller.member.sub).head(opened)
    except TokenExpiredError:
        raise OpenAgainError from None
    except AttentionError as error:
        if error.attention is Attention.SCOPES_MISSING:
            raise NeedsPermissionError(CURRENT_MESSAGE) from None
        raise
    except (GoneError, RefusedError):
        raise OtherMailboxError from None
