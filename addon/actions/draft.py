"""*Write to …*: a draft to a candidate in the caller's own mailbox, followed from the moment it is sent (R9, R22).

The draft is the caller's to write, to send or to throw away. Nothing of it is read before it is sent.
"""

from __future__ import annotations

import secrets
from email.message import EmailMessage
from email.utils import formataddr

from addon import permission
from addon.actions.outcome import DraftMade, NeedsScopes, NothingHere, Outcome, Told
from addon.caller import Caller
from addon.gateways.errors import AttentionError
from addon.gateways.scopes import COMPOSE, MODIFY
from addon.lookups.conversations import conversations_of
from addon.lookups.writing import address_of
from addon.policy import membership, origin, retention, writing
from addon.services import Services
from cards.language import say
from storage.records import Act, Begun, Candidate

_LONGEST_NAME = 100


def draft(caller: Caller, services: Services, *, candidate: str, want: str) -> Outcome:
    """Make a draft and have Gmail open it; `want`: empty or `secret`.

    It is remembered before it is made: should Gmail's answer be lost, the job finds the draft by the name it was
    given, and where there is none a row is left that expires.
    """
    whom = _whom(caller, candidate, services)
    if whom is None:
        return NothingHere()
    if not membership.is_on(services.store.mailbox(caller.member.sub)):
        return Told(notice=say("Turn on Email first. Nothing was written."))
    address = address_of(whom, services)
    if address is None:
        return Told(notice=say("No address stands for this candidate alone. Nothing was written."))
    if not permission.has(caller, MODIFY):
        if not caller.event.open or not caller.event.open.access_token:
            beside = say(
                "Open any message first: Gmail lets {word} write only beside one.", word=services.site.word
            )
            return Told(notice=beside)
        if not permission.has(caller, COMPOSE):
            return _ask(caller, services)
    return _made(caller, whom, address, services, secret=want == "secret")


def _whom(caller: Caller, id: str, services: Services) -> Candidate | None:
    """The candidate, where the caller may write to them."""
    # Both are asked, whatever the other says: one who is not there and one who is not theirs cost the same.
    found = services.directory.candidates([id]).get(id)
    some = conversations_of(caller.member, id, services, limit=1)
    return found if writing.may_write_to(caller.member, id, has_conversations=bool(some.items)) else None


def _ask(caller: Caller, services: Services) -> Outcome:
    """Have Google ask for the permission; where it just did, and was told no, say so."""
    if permission.may_ask(caller, services):
        return NeedsScopes(scopes=(COMPOSE,))
    return Told(notice=say("Google's permission to make drafts was not given. Nothing was written."))


def _made(caller: Caller, whom: Candidate, address: str, services: Services, *, secret: bool) -> Outcome:
    store, now, sub = services.store, services.clock.now(), caller.member.sub
    begun = Begun(
        id=secrets.token_hex(16),
        sub=sub,
        candidate=whom.id,
        secret=secret,
        at=now,
        expires_at=now + retention.KEEPS_DRAFT,
    )
    store.begin(begun, act=Act(actor=sub, verb="draft", at=now, subject=whom.id))
    mail = _mail(whom, address, message_id=origin.message_id(begun, services.config.host))
    try:
        drafted = services.gmail.panel(caller.event.panel_token, sub=sub).create_draft(mail, caller.event.open)
    except AttentionError:
        return _ask(caller, services)
    store.drafted(begun.id, draft=drafted.id, thread=drafted.thread)
    return DraftMade(draft=drafted.id, thread=drafted.thread)


def _mail(whom: Candidate, address: str, *, message_id: str) -> EmailMessage:
    """Empty but for whom it is to; Gmail puts in whom it is from."""
    mail = EmailMessage()
    mail["To"] = formataddr((" ".join(whom.name.split())[:_LONGEST_NAME], address))
    mail["Message-ID"] = f"<{message_id}>"
    mail.set_content("")
    return mail
