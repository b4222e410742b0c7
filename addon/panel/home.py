"""The card without an open message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from google.apps.card_v1 import Card

from addon.caller import Caller
from addon.lookups.conversations import readable
from addon.lookups.imports import shown_imports
from addon.lookups.people import admins
from addon.policy import acting, visibility
from addon.policy.acting import Act
from addon.present.formats import Formats, formats_of
from addon.present.home import WEEK, home_view
from addon.present.importing import import_line
from addon.present.people import candidate_line
from addon.services import Services
from addon.threads import case_of
from cards.candidate_line import CandidateLine
from cards.home import home_card
from cards.importing import ImportLine
from cards.plain import no_role_card
from storage.records import ConversationState, Mailbox, Member, Page, Role, Thread, ThreadState

WAITING_SHOWN = 100
"""Waiting threads, and those set aside, that are looked at; more are one number and ten rows all the same."""
UNREAD_SHOWN = 5
"""Mailboxes that cannot be read; of more it is said that `doctor` has them all."""
STOPPED_LOOKED_AT = 200
"""Threads that are not followed any more, among which a label that came off is looked for."""
LABEL_OFF_SHOWN = 10
IMPORTS_SHOWN = 5
RECENT_SHOWN = 5
RECENT_LOOKED_AT = 10
"""The newest conversations of one's own mailbox, whose candidates are shown."""


def home(caller: Caller, services: Services) -> Card:
    member = caller.member
    if member.role is Role.INTERVIEWER:
        return no_role_card(admins(services), site=services.site)
    now = services.clock.now()
    mailbox = services.store.mailbox(member.sub)
    # Today and the six days before it.
    since = ((now - WEEK).date() + timedelta(days=1)).isoformat()
    formats = formats_of(caller.event)
    label_off = _label_off(member, services) if mailbox else []
    unwell = services.store.unwell(limit=UNREAD_SHOWN + 1) if member.role in visibility.ADMINS else ()
    view = home_view(
        mailbox,
        request=None if mailbox else services.store.consent_request(member.sub),
        unread=_unread(unwell[:UNREAD_SHOWN], member, services),
        tallies=services.store.tallies(member.sub, since=since) if mailbox else {},
        waiting=services.store.threads_in(member.sub, ThreadState.WAITING, limit=WAITING_SHOWN)
        if mailbox
        else Page(items=()),
        unreadable=services.store.set_aside(member.sub, limit=WAITING_SHOWN) if mailbox else Page(items=()),
        label_off=label_off[:LABEL_OFF_SHOWN],
        formats=formats,
        site=services.site,
        now=now,
    )
    lines = _imports(mailbox, member, formats, services) if mailbox else ()
    recent = _recent(member, services) if mailbox else ()
    return home_card(
        replace(
            view,
            to_do=replace(view.to_do, imports=lines, more_label_off=len(label_off) > LABEL_OFF_SHOWN),
            recent=recent,
            more_unread=len(unwell) > UNREAD_SHOWN,
        ),
        site=services.site,
    )


def _label_off(member: Member, services: Services) -> list[tuple[Thread, Act, str]]:
    """R26: threads whose label came off this week, how what is stored of each can go, and what it is called.

    One more than is shown, where there are more.
    """
    stopped = services.store.threads_in(member.sub, ThreadState.STOPPED, limit=STOPPED_LOOKED_AT).items
    since = services.clock.now() - WEEK
    recent = [thread for thread in stopped if thread.label_off_at and thread.label_off_at > since]
    recent.sort(key=lambda thread: (thread.label_off_at or since, thread.id), reverse=True)
    shown = [(thread, _how_it_goes(thread, member, services)) for thread in recent[: LABEL_OFF_SHOWN + 1]]
    return [(thread, *how) for thread, how in shown if how is not None]


def _recent(member: Member, services: Services) -> tuple[CandidateLine, ...]:
    """Whom the newest conversations from one's own mailbox are about, as far as one sees these in Lever."""
    held = services.store.newest_held(member.sub, limit=RECENT_LOOKED_AT).items
    seen = [found for each in held if (found := readable(member, each, services))]
    ids = dict.fromkeys(id for found in seen for id in sorted(found.summary.candidates))
    shown = [id for id in ids if acting.sees_candidate(member, id, has_conversations=True)][:RECENT_SHOWN]
    about = services.directory.candidates(shown) if shown else {}
    return tuple(candidate_line(about[id], member=member, in_lever=True) for id in shown if id in about)


def _imports(mailbox: Mailbox, member: Member, formats: Formats, services: Services) -> tuple[ImportLine, ...]:
    """Those that run or are fresh; of candidates who are in the directory still."""
    shown = shown_imports(member, services, limit=IMPORTS_SHOWN)
    about = services.directory.candidates([each.candidate for each in shown]) if shown else {}
    now = services.clock.now()
    return tuple(
        import_line(each, mailbox, about=about[each.candidate], formats=formats, now=now)
        for each in shown
        if each.candidate in about
    )


def _how_it_goes(thread: Thread, member: Member, services: Services) -> tuple[Act, str] | None:
    """How what is stored of a thread can go, and its subject, where its owner sees it."""
    there = services.store.conversation(thread.conversation or "")
    found = visibility.known_to(member, there, services.config.secret_policy)
    if found is None or found.conversation.state is not ConversationState.LIVE:
        return None
    case = case_of(member, found, services, thread=thread)
    sees = visibility.may_see(member, found, services.config.secret_policy)
    subject = found.summary.subject if sees else ""
    return next(((act, subject) for act in (Act.REMOVE, Act.WITHDRAW) if acting.may(act, case)), None)


def _unread(
    unwell: Sequence[Mailbox], member: Member, services: Services
) -> list[tuple[Mailbox, Member | None, int | None]]:
    """R6: mailboxes that cannot be read, whose they are, and how many conversations nobody else follows.

    None for whom a secret may be hidden from; what is about the reader is no number either (R13).
    """
    owners = services.store.members_named([mailbox.sub for mailbox in unwell])
    counted = visibility.sees_every_one(member, services.config.secret_policy)
    return [(box, owners.get(box.sub), _alone(box, member, services) if counted else None) for box in unwell]


def _alone(mailbox: Mailbox, member: Member, services: Services) -> int:
    return services.store.holdings(mailbox.sub, but_about=member.self_candidates).alone
