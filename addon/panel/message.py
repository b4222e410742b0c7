"""The open message: what is known of it, one call to Gmail where nothing is, and the card."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from google.apps.card_v1 import Card

from addon.caller import Caller
from addon.lookups.conversations import answered_by
from addon.lookups.explain import explain_to_owner
from addon.lookups.ids import Ids, keep_aliases, read_head
from addon.lookups.linking import matched_on, offers
from addon.lookups.people import admins, people_of
from addon.policy import copies, membership, visibility
from addon.policy.linking import Offers
from addon.policy.mail import Mail
from addon.policy.matching import Match
from addon.present.formats import formats_of
from addon.present.message import message_view
from addon.present.scene import Elsewhere, Scene
from addon.services import Services
from cards.message import message_card
from cards.plain import no_role_card
from storage.records import MOST_IN_A_SLICE, ConversationState, Found, Member, Message, Opened, Role, ThreadState


def message(caller: Caller, ids: Ids, services: Services, *, label_missing: bool = False) -> Card:
    """The card for the open message; raises `OutsideError` where Gmail was needed and did not answer."""
    if caller.member.role is Role.INTERVIEWER:
        return no_role_card(admins(services), site=services.site)
    scene = scene_of(caller, ids, services, label_missing=label_missing)
    return message_card(
        message_view(scene, formats=formats_of(caller.event), site=services.site), site=services.site
    )


def scene_of(caller: Caller, ids: Ids, services: Services, *, label_missing: bool = False) -> Scene:
    """Read what the card needs and no more: a message that is stored costs no call."""
    member, store = caller.member, services.store
    stored = caller.opened or store.opened(member.sub, thread=ids.thread, message=ids.message)
    opened = visibility.as_known_to(member, stored)
    if opened.thread is not None:
        keep_aliases(caller, ids, services)
    known = _Known(message=_with_content(opened.message), found=opened.found)
    if _needs_headers(opened, sub=member.sub) and (ids.mail or caller.event.open):
        known = _with_headers(ids.mail or read_head(caller, services), known, services, member=member)
    # From here on, what the caller may not know of is as good as not there: the same reads, the same answer.
    found = visibility.known_to(member, known.found, services.config.secret_policy)
    scene = Scene(
        member=member,
        policy=services.config.secret_policy,
        now=services.clock.now(),
        message_id=ids.message,
        thread_id=ids.thread,
        mailbox=opened.mailbox,
        thread=opened.thread,
        message=known.message if found else None,
        found=found,
        mail=known.mail,
        match=known.match,
        candidates={},
        members=people_of(found, services) if _names_somebody(found, known.message, member) else {},
        out_of_sight=stored.found is not None and found is None,
        elsewhere=_followed_elsewhere(found, known.message, member, services) if found else None,
        label_missing=label_missing,
        request=None if opened.mailbox else store.consent_request(member.sub),
        explained=explain_to_owner(member, known.mail.message_id, services)
        if known.mail and known.mail.message_id
        else None,
        continues=answered_by(known.mail, member, services) if known.mail and known.found is None else None,
        offers=known.offers,
    )
    shared = frozenset[str]().union(*known.match.shared.values()) if known.match else frozenset[str]()
    near = frozenset(each.near.candidate for each in scene.offers.near)
    return replace(scene, candidates=services.directory.candidates(scene.about | shared | near))


def _with_content(message: Message | None) -> Message | None:
    """What is out of Lever, or was deleted, is kept as a blank: it is not there to anybody."""
    return message if message and message.head else None


def _names_somebody(found: Found | None, message: Message | None, member: Member) -> bool:
    """Of a visible conversation that is in one's own mailbox the card speaks of no colleague."""
    if found is None:
        return False
    own = message is not None and member.sub in message.gmail_ids
    return found.conversation.secret or found.conversation.removal is not None or not own


def _followed_elsewhere(
    found: Found, message: Message | None, member: Member, services: Services
) -> Elsewhere | None:
    """A colleague's copy is as fresh as the last complete check of a mailbox in which it is still followed."""
    if message is None or member.sub in message.gmail_ids:
        return None
    page = services.store.threads_of(found.conversation.id, limit=MOST_IN_A_SLICE)
    following = {
        thread.sub
        for thread in page.items
        if thread.state is ThreadState.FOLLOWING and thread.sub in message.gmail_ids
    }
    mailboxes = [services.store.mailbox(sub) for sub in sorted(following)]
    read = [mailbox for mailbox in mailboxes if mailbox and membership.is_read(mailbox)]
    checked = [mailbox.last_ok_at for mailbox in read if mailbox.last_ok_at]
    return Elsewhere(followed=bool(read), checked_at=max(checked, default=None))


@dataclass(frozen=True, kw_only=True)
class _Known:
    message: Message | None
    found: Found | None
    mail: Mail | None = None
    match: Match | None = None
    offers: Offers = field(default_factory=Offers)


def _needs_headers(opened: Opened, *, sub: str) -> bool:
    """Nothing of it is stored, or this message of a followed thread is not in and its labels may say why.

    What is on its way needs no look: the job reads it within seconds. What is set aside is not looked at either.
    """
    thread = opened.thread
    if _with_content(opened.message) is not None or (thread is not None and (thread.has_work or thread.is_aside)):
        return False
    own = opened.found.conversation.withdrawn.get(sub) if opened.found else None
    if own is not None and own.by == sub and own.state is not ConversationState.PURGED:
        # Its owner took it out, and is told that.
        return False
    return opened.found is None or thread is not None or own is not None


def _with_headers(mail: Mail, known: _Known, services: Services, *, member: Member) -> _Known:
    """Match the people of the open message; and a colleague's copy of the same mail is found by its key."""
    matched, people = matched_on(mail, services)
    offered = offers(member, mail, matched, people, mail.thread, services)
    copy = services.store.copy(copies.copy_key(mail, sub=member.sub, key=services.store.key))
    if copy is not None and (known.found is None or known.found.conversation.id == copy.conversation.id):
        return _Known(
            message=_with_content(copy.message),
            found=Found(copy.conversation, copy.summary),
            mail=mail,
            match=matched,
            offers=offered,
        )
    return _Known(message=known.message, found=known.found, mail=mail, match=matched, offers=offered)
