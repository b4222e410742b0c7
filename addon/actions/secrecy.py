"""*Make secret*, *Make visible to the team*, and who is let in: each names the people first (R19 to R21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from addon.actions.outcome import Done, NothingHere, Outcome, Question
from addon.caller import Caller
from addon.lookups.conversations import appearances, note_opening, readable
from addon.lookups.ids import Ids
from addon.lookups.people import people_of, with_roles
from addon.policy import acting, visibility
from addon.policy.acting import Act
from addon.present.who_sees import on_messages
from addon.services import Services
from addon.threads import case_of
from cards.language import say
from cards.make_secret import AUDIENCE, MakeSecretView, Tick, make_secret_card
from cards.make_visible import MakeVisibleView, make_visible_card
from cards.widgets import CHOICES
from storage import records
from storage.audience import person
from storage.records import Found, Member

NAMED_AT_MOST = 10
"""Names on the make-visible card; the others are a number."""


def make_secret(caller: Caller, ids: Ids, services: Services, *, conversation: str, digest: str) -> Outcome:
    """Ask with the names of who will still see it; with the digest of those names, do it."""
    member, now = caller.member, services.clock.now()
    found = _allowed(Act.MAKE_SECRET, caller, conversation, services)
    if found is None:
        return NothingHere()
    if found.conversation.secret:
        return Done(notice=say("It is secret already."))
    listed = _listed(found, member, services)
    if digest != acting.digest(Act.MAKE_SECRET, found.conversation, listed):
        return _boxes(caller, ids, found, listed, services, again=bool(digest))
    audience = visibility.made_secret(found, by=member.sub, listed=listed, ticked=_ticked(caller))
    services.store.change(
        replace(found.conversation, secret=True, secret_by=member.sub, secret_at=now, audience=audience),
        act=records.Act(actor=member.sub, verb="make-secret", at=now, conversation=found.conversation.id),
    )
    return Done(notice=say("Secret from now on."))


def let_in(caller: Caller, ids: Ids, services: Services, *, conversation: str, digest: str) -> Outcome:
    """Let members on a secret conversation in or out, by the same boxes."""
    member, now = caller.member, services.clock.now()
    found = _allowed(Act.MAKE_VISIBLE, caller, conversation, services)
    if found is None or not found.conversation.secret:
        return NothingHere()
    listed = _listed(found, member, services)
    if digest != acting.digest(Act.MAKE_SECRET, found.conversation, listed):
        return _boxes(caller, ids, found, listed, services, again=bool(digest))
    audience = visibility.let_in(found, listed=listed, ticked=_ticked(caller))
    services.store.change(
        replace(found.conversation, audience=audience),
        act=records.Act(actor=member.sub, verb="let-in", at=now, conversation=found.conversation.id),
    )
    return Done(notice=say("Saved."))


def make_visible(caller: Caller, ids: Ids, services: Services, *, conversation: str, digest: str) -> Outcome:
    """Ask with the names of who gains sight; with the digest of those names, do it."""
    member, now = caller.member, services.clock.now()
    found = _allowed(Act.MAKE_VISIBLE, caller, conversation, services)
    if found is None:
        return NothingHere()
    if not found.conversation.secret:
        return Done(notice=say("The team sees it already."))
    known = dict(people_of(found, services)) | {m.sub: m for m in with_roles(visibility.TEAM_ROLES, services)}
    visible = Found(visibility.as_visible(found.conversation), found.summary)
    policy = services.config.secret_policy
    # Neither the number nor what is sent back with the press tells of anybody in Bcc (R18).
    named = {
        sub
        for sub in visibility.gains(found, list(known.values()), policy)
        if visibility.may_be_named(known[sub], visible, reader=member, policy=policy)
    }
    expected = acting.digest(Act.MAKE_VISIBLE, found.conversation, named)
    if digest != expected:
        names = sorted(known[sub].display_name for sub in named)
        view = MakeVisibleView(
            conversation=found.conversation.id,
            message=ids.message,
            thread=ids.thread,
            digest=expected,
            subject=found.summary.subject,
            count=found.summary.count,
            names=tuple(names[:NAMED_AT_MOST]),
            more=len(names) - len(names[:NAMED_AT_MOST]),
        )
        return Question(card=make_visible_card(view, site=services.site), again=bool(digest))
    services.store.change(
        visibility.as_visible(found.conversation),
        act=records.Act(actor=member.sub, verb="make-visible", at=now, conversation=found.conversation.id),
    )
    return Done(notice=say("The team sees it now."))


def _allowed(act: Act, caller: Caller, conversation: str, services: Services) -> Found | None:
    """The conversation, where the caller may do `act` with it; acting without being on it is written down."""
    found = readable(caller.member, services.store.conversation(conversation), services)
    if found is None or not acting.may(act, case_of(caller.member, found, services)):
        return None
    note_opening(caller.member, found, services)
    return found


def _ticked(caller: Caller) -> tuple[str, ...]:
    """Google leaves the key out where no box is ticked."""
    return caller.event.inputs.get(AUDIENCE, ())


def _listed(found: Found, member: Member, services: Services) -> dict[str, Member]:
    """Its people with a box, by `sub`: those who may be named, by name, as many as Gmail shows."""
    others = (found.summary.relations & found.summary.named) - {member.sub, found.conversation.secret_by}
    policy = services.config.secret_policy
    people = {
        sub: other
        for sub, other in services.store.members_named(others).items()
        if visibility.can_be_let_in(other, policy)
    }
    return dict(sorted(people.items(), key=lambda row: row[1].display_name)[:CHOICES])


def _boxes(
    caller: Caller, ids: Ids, found: Found, listed: Mapping[str, Member], services: Services, *, again: bool
) -> Question:
    """Who will see it: by role without a box, by being on it with one."""
    policy, made = services.config.secret_policy, found.conversation.secret
    counts = appearances(found, services)
    by_role = [
        m
        for m in with_roles(visibility.privileged_roles(policy), services)
        if visibility.sees_by_role(m, policy) and m.sub != caller.member.sub
    ]
    view = MakeSecretView(
        conversation=found.conversation.id,
        message=ids.message,
        thread=ids.thread,
        digest=acting.digest(Act.MAKE_SECRET, found.conversation, listed),
        subject=found.summary.subject,
        names=tuple(
            Tick(
                sub=m.sub,
                name=m.display_name,
                on=on_messages(m.sub, counts, found.summary.count),
                fixed=m.sub not in listed,
                ticked=not made or person(m.sub) in found.conversation.audience,
            )
            for m in sorted([*listed.values(), *by_role], key=lambda m: m.display_name)
        ),
        made=made,
    )
    return Question(card=make_secret_card(view, site=services.site), again=again)
