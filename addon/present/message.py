"""The open message: its one status (R29), what the caller may do with it (R33), who it is about."""

from __future__ import annotations

from addon.policy import acting, membership, retention, returning, visibility
from addon.policy.acting import Act
from addon.policy.admission import Denied, never_stored
from addon.policy.explain import Answer
from addon.present.attention import label_of, needs_attention
from addon.present.email import off
from addon.present.formats import Formats
from addon.present.people import candidate_line, nameable_holders, names
from addon.present.scene import Scene
from addon.present.taken_out import may_delete_now
from addon.present.whom import whom
from cards.language import say
from cards.message import (
    Because,
    CannotCome,
    Continues,
    CopyOut,
    Gone,
    LeftOut,
    MessageView,
    NeedsAttention,
    NoSight,
    NotIn,
    NotSynced,
    Off,
    Removed,
    SecretLine,
    SharedAddress,
    Status,
    Stopped,
    Synced,
    Syncing,
    Trouble,
    Unreadable,
    Waiting,
)
from cards.widgets import Site, Verb
from storage.audience import person
from storage.records import (
    ConversationState,
    Found,
    Reason,
    Thread,
    ThreadState,
)

_CANNOT_COME = {
    Denied.SPAM: NotIn.SPAM,
    Denied.TRASH: NotIn.TRASH,
    Denied.DRAFT: NotIn.DRAFT,
    Denied.CHAT: NotIn.REFUSED,
}
_LEFT_OUT = {
    Denied.NO_CANDIDATE.value: Because.NO_CANDIDATE,
    Denied.SHARED_ADDRESS.value: Because.SHARED,
    Denied.NOT_POINTED_AT.value: Because.NOT_ASKED_FOR,
}
_BEGUN = frozenset({ThreadState.FOLLOWING, ThreadState.WAITING})
_LOOKED_AT = frozenset({Answer.DENIED, Answer.WAITING})


def message_view(scene: Scene, *, formats: Formats, site: Site) -> MessageView:
    status = _status(scene, formats, site)
    seen = scene.seen
    in_lever = seen is not None and seen.conversation.state is ConversationState.LIVE
    comes_secret = _comes_secret(scene)
    waits, why = off(scene.request, now=scene.now)
    return MessageView(
        status=status,
        secret=_secret_line(scene) if in_lever else SecretLine(names=()) if comes_secret else None,
        candidates=tuple(
            candidate_line(candidate, member=scene.member, in_lever=in_lever)
            for candidate in sorted(scene.candidates.values(), key=lambda c: (c.name, c.id))
            if candidate.id in scene.about and acting.sees_match_by_name(scene.member, candidate.id)
        ),
        verbs=frozenset(_verbs(scene, status)),
        message=scene.message_id,
        thread=scene.thread_id,
        # Also of what is not seen: its holder takes their copy out by it, and brings it back.
        conversation=scene.found.conversation.id if scene.found else None,
        label_on=_label_outlasts(scene),
        label=label_of(scene.mailbox, site),
        label_missing=scene.label_missing,
        comes_secret=comes_secret,
        delete_now=may_delete_now(scene.case),
        waiting=waits,
        refused=why,
        whom=whom(scene, status),
        left_out=_left_out(scene, status, formats),
        gmail_link=site.gmail_link(scene.member.email, scene.thread_id) if in_lever else "",
    )


def _label_outlasts(scene: Scene) -> bool:
    """Our label is on the thread in Gmail though nothing follows from it any more (R31)."""
    thread, found = scene.thread, scene.found
    if thread is None or not (thread.labelled or thread.labelled_secret):
        return False
    out = found is not None and returning.is_out(found.conversation, scene.member.sub)
    return thread.state is ThreadState.STOPPED or out


# --- status (R29: the first that is true) -----------------------------------------------------------------


def _status(scene: Scene, formats: Formats, site: Site) -> Status:
    if scene.holds_without_sight:
        return NoSight()
    mailbox, seen = scene.mailbox, scene.seen
    if scene.took_out and scene.found and scene.found.conversation.removal is None:
        can_undo = retention.can_undo(scene.took_out, now=scene.now)
        return CopyOut(undo_until=formats.date(scene.took_out.purge_at) if can_undo else "")
    if mailbox and (attention := needs_attention(mailbox, site)):
        return attention
    gone = seen or _removed_and_took_out(scene)
    if gone and gone.conversation.removal:
        return _removed(scene, gone, formats)
    if seen and scene.message:
        return _stored(scene, seen, formats)
    return _not_stored(scene, seen)


def _removed_and_took_out(scene: Scene) -> Found | None:
    """What the caller removed, and then took their own copies out of: perhaps nobody sees it, and it is theirs."""
    found, removal = scene.found, scene.case.removal
    mine = removal is not None and removal.by == scene.member.sub
    return found if scene.took_out and mine else None


def _removed(scene: Scene, seen: Found, formats: Formats) -> Status:
    removal = seen.conversation.removal
    assert removal is not None  # noqa: S101 (asked just before)
    hidden = seen.conversation.state is ConversationState.REMOVED
    if not hidden or not retention.can_undo(removal, now=scene.now):
        return Gone(on=formats.date(removal.at))
    by = scene.members.get(removal.by)
    return Removed(
        undo_until=formats.date(removal.purge_at),
        mine=removal.by == scene.member.sub,
        by=by.display_name if by else say("a colleague"),
        on=formats.date(removal.at),
    )


def _stored(scene: Scene, seen: Found, formats: Formats) -> Status:
    thread, mailbox = scene.thread_in, scene.mailbox
    if scene.elsewhere:
        checked = scene.elsewhere.checked_at
        if not scene.elsewhere.followed:
            return Stopped(count=seen.summary.count, holder=_holder(scene, seen))
        return Synced(at=formats.moment(checked, now=scene.now) if checked else None, holder=_holder(scene, seen))
    if thread and thread.has_work:
        return Syncing(done=seen.summary.count)
    if thread and thread.is_aside:
        return _unreadable(thread)
    if thread is None or thread.state is ThreadState.STOPPED:
        return Stopped(count=seen.summary.count, email_off=mailbox is None)
    checked = mailbox.last_ok_at if mailbox else None
    return Synced(
        at=formats.moment(checked, now=scene.now) if checked else None,
        label_off=thread.label_off_at is not None and Reason.IMPORT in thread.reasons,
    )


def _not_stored(scene: Scene, seen: Found | None) -> Status:
    if refusal := _refusal(scene):
        return refusal
    if scene.mailbox is None:
        return Off(others=seen.summary.count if seen else 0, holder=_holder(scene, seen) if seen else "")
    thread = scene.thread_in
    if thread and thread.is_aside and not thread.has_work:
        return _unreadable(thread)
    if thread and thread.state is ThreadState.FOLLOWING:
        return Syncing(done=seen.summary.count if seen else 0)
    if thread and thread.state is ThreadState.WAITING:
        return Syncing(done=0) if thread.has_work else Waiting(shared=_shared(scene))
    if seen:
        return NotSynced(others=seen.summary.count, holder=_holder(scene, seen))
    return Continues(subject=scene.continues.summary.subject) if scene.continues else NotSynced()


def _left_out(scene: Scene, status: Status, formats: Formats) -> LeftOut | None:
    """What came of it when it was last looked at, where the status says nothing of that."""
    told = scene.explained
    if told is None or told.at is None or told.answer not in _LOOKED_AT:
        return None
    if not isinstance(status, NotSynced | Continues | Off):
        return None
    return LeftOut(on=formats.date(told.at), because=_LEFT_OUT.get(told.denied, Because.NOT_ALLOWED))


def _unreadable(thread: Thread) -> Unreadable:
    return Unreadable(messages=None if thread.aside_all else len(thread.aside))


def _refusal(scene: Scene) -> CannotCome | None:
    """Why this message cannot come in, as far as its own headers tell."""
    if scene.match and scene.match.blocked:
        return CannotCome(why=NotIn.BLOCKED, address=scene.match.blocked)
    if scene.out_of_sight:
        return CannotCome(why=NotIn.REFUSED)
    if scene.match and (scene.match.candidates | scene.match.internal) & scene.member.self_candidates:
        return CannotCome(why=NotIn.REFUSED)
    why = never_stored(scene.mail) if scene.mail else None
    return CannotCome(why=_CANNOT_COME[why]) if why else None


def _shared(scene: Scene) -> tuple[SharedAddress, ...]:
    if scene.match is None:
        return ()
    return tuple(
        SharedAddress(
            address=address,
            names=tuple(sorted(scene.candidates[id].name for id in ids if id in scene.candidates)),
        )
        for address, ids in sorted(scene.match.shared.items())
        if not ids & scene.member.self_candidates
    )


def _holder(scene: Scene, seen: Found) -> str:
    holders = seen.summary.holders - {scene.member.sub}
    if not holders:
        return ""
    named = names(nameable_holders(seen, but=scene.member), scene.members)
    return named[0] if named else say("a colleague")


def _secret_line(scene: Scene) -> SecretLine | None:
    """Its own people by name; those who see it by role are a number."""
    found = scene.found
    if found is None or not found.conversation.secret:
        return None
    seeing = visibility.seen_by(found, scene.members.values(), scene.policy)
    personally = frozenset(
        sub
        for sub in seeing
        if person(sub) in found.conversation.audience
        and (sub in found.summary.named or sub in {found.conversation.secret_by, scene.member.sub})
    )
    by_role = frozenset(
        sub for sub in seeing - personally if visibility.sees_by_role(scene.members[sub], scene.policy)
    )
    return SecretLine(names=names(personally, scene.members), more=len(by_role))


def _comes_secret(scene: Scene) -> bool:
    """Its owner wants it secret, and nothing of it is read yet since."""
    thread = scene.thread_in
    begun = thread is not None and thread.secret and thread.state in _BEGUN
    return begun and not scene.holds_without_sight


# --- verbs (R33) ------------------------------------------------------------------------------------------


def _verbs(scene: Scene, status: Status) -> set[Verb]:
    """What may be done now, and nothing that would be refused."""
    verbs: set[Verb] = set()
    seen = scene.seen
    if _is_off(status) and membership.may_turn_on(scene.member):
        verbs.add(Verb.SET_EMAIL)
    allowed = scene.allowed
    if isinstance(status, CopyOut):
        return {Verb.RESTORE} if Act.RESTORE in allowed and status.undo_until else set()
    if Act.STOP in allowed and scene.thread_in and scene.thread_in.state in _BEGUN:
        verbs.add(Verb.STOP_SYNC)
    if Act.RETRY in allowed and isinstance(status, Unreadable):
        verbs.add(Verb.RETRY)
    if Act.SYNC in allowed and _can_be_synced(scene, status):
        verbs.add(Verb.SYNC_THREAD)
    if Act.WITHDRAW in allowed and Act.REMOVE not in allowed:
        verbs.add(Verb.WITHDRAW)
    seen = seen or _removed_and_took_out(scene)
    if seen is None:
        return verbs
    if seen.conversation.state is not ConversationState.LIVE:
        if Act.RESTORE in allowed and _can_be_undone(scene, seen, status):
            return {Verb.RESTORE}
        return verbs & {Verb.SYNC_THREAD}
    secret = seen.conversation.secret
    offered = {
        Act.SEE: Verb.CONVERSATION,
        Act.REMOVE: Verb.REMOVE,
        (Act.MAKE_VISIBLE if secret else Act.MAKE_SECRET): Verb.MAKE_VISIBLE if secret else Verb.MAKE_SECRET,
    }
    return verbs | {verb for act, verb in offered.items() if act in allowed}


def _can_be_undone(scene: Scene, seen: Found, status: Status) -> bool:
    """Also where something else is to be told first: the time for it goes by."""
    removal, gone = seen.conversation.removal, seen.conversation.state not in retention.CAN_COME_BACK
    if isinstance(status, NeedsAttention) and removal is not None:
        return not gone and retention.can_undo(removal, now=scene.now)
    return isinstance(status, Removed)


def _is_off(status: Status) -> bool:
    return isinstance(status, Off) or (isinstance(status, Stopped) and status.email_off)


def _can_be_synced(scene: Scene, status: Status) -> bool:
    if isinstance(status, NeedsAttention) and status.trouble is not Trouble.LABEL_GONE:
        return False
    if isinstance(status, CannotCome | Off):
        return False
    if scene.found and returning.is_out(scene.found.conversation, scene.member.sub):
        wish = returning.Wish(pressed=True)
        return returning.brings_back(scene.member, scene.found, wish, scene.policy)
    followed = scene.thread is not None and scene.thread.state in _BEGUN
    return not followed or (
        # Waiting and labelled: pressing it as well changes nothing; syncing already: neither.
        isinstance(status, NotSynced) and scene.thread is not None and Reason.ASKED not in scene.thread.reasons
    )
