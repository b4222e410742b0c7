"""R13, R18 to R23 and R33: who sees a conversation, who gains sight, and who may do what.

Sight is data: a conversation has an audience of tokens, a caller holds tokens, and sees it where they meet.
A role or policy change therefore rewrites nothing. What the tables below do not allow is not allowed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from enum import Enum

from addon.policy.mail import Mail
from storage.audience import link_audience, person
from storage.records import (
    Conversation,
    ConversationState,
    Found,
    Import,
    Member,
    Opened,
    Permission,
    Removal,
    Role,
    SecretPolicy,
    Thread,
    Withdrawal,
)

TEAM = "v"
"""Held by the roles that see every visible conversation."""
PRIVILEGED = "s"
"""Held by those whose role or permission sees every secret conversation."""


class Relation(Enum):
    """How a member stands to a conversation."""

    HOLDER = "holder"
    HOLDER_WITHOUT_SIGHT = "holder_without_sight"
    PARTICIPANT = "participant"
    NONE = "none"
    TOOK_OUT = "took_out"
    """They took their own copies out, beside whatever else they are to it."""


ADMINS = frozenset({Role.ADMIN, Role.SUPER_ADMIN})
TEAM_ROLES = frozenset({Role.TEAM_MEMBER, *ADMINS})


# --- sight ------------------------------------------------------------------------------------------------


def tokens(member: Member, policy: SecretPolicy) -> frozenset[str]:
    """What a caller holds. An interviewer and an unknown role hold nothing."""
    if member.role is Role.INTERVIEWER:
        return frozenset()
    held = {person(member.sub)}
    if member.role in TEAM_ROLES:
        held.add(TEAM)
    if _is_privileged(member, policy):
        held.add(PRIVILEGED)
    return frozenset(held)


def _is_privileged(member: Member, policy: SecretPolicy) -> bool:
    if member.role is Role.SUPER_ADMIN:
        return True
    if policy is SecretPolicy.CLASSIC:
        return member.role is Role.ADMIN
    return member.role in TEAM_ROLES and Permission.VIEW_SECRET in member.permissions


def audience(found: Found) -> frozenset[str]:
    """The tokens that see a conversation, as the lists have them."""
    return link_audience(found.conversation, found.summary)


def visible_audience() -> frozenset[str]:
    return frozenset({TEAM})


def persons(audience: Iterable[str]) -> frozenset[str]:
    """`sub` of everybody an audience names."""
    mark = person("")
    return frozenset(token.removeprefix(mark) for token in audience if token.startswith(mark))


def secret_audience(by: str, people: Iterable[str]) -> frozenset[str]:
    """R20: who made it secret and its people; roles come by their own token."""
    return frozenset({PRIVILEGED, person(by), *(person(sub) for sub in people)})


def may_see(member: Member, found: Found, policy: SecretPolicy) -> bool:
    """Whether a member sees a conversation at all; about oneself never, before every other rule (R13)."""
    if is_about(member, found):
        return False
    return bool(tokens(member, policy) & audience(found))


def is_about(member: Member, found: Found) -> bool:
    return bool(found.summary.candidates & member.self_candidates)


def known_to(member: Member, found: Found | None, policy: SecretPolicy) -> Found | None:
    """What a member may know to exist: what they see, and as a holder also what they do not see (R20).

    Who took their copies out is told that. For anyone else there is nothing, and whatever is answered must come
    from here on only.
    """
    if found is None or is_about(member, found):
        return None
    if may_see(member, found, policy) or member.sub in found.summary.holders or took_out(member, found):
        return found
    return None


def as_known_to(member: Member, opened: Opened) -> Opened:
    """R13: what is about themselves is not there for a member, and their own thread of it neither."""
    if opened.found is None or not is_about(member, opened.found):
        return opened
    return replace(opened, thread=None, message=None, found=None)


def took_out(member: Member, found: Found) -> Withdrawal | None:
    """This member's own withdrawal, as long as there is content to bring back or to delete."""
    own = found.conversation.withdrawn.get(member.sub)
    return own if own and own.by == member.sub and own.state is ConversationState.REMOVED else None


def privileged_roles(policy: SecretPolicy) -> frozenset[Role]:
    """The roles among which are all who see secret conversations without being on them."""
    return ADMINS if policy is SecretPolicy.CLASSIC else TEAM_ROLES


def entitled(
    mail: Mail, *, owner: Member, people: Collection[str], found: Found, policy: SecretPolicy
) -> frozenset[str]:
    """R20: whom a later message lets into a secret conversation.

    Only a message sent since it became secret, by a member with sight, read from that member's own mailbox
    with the label SENT. (The store lets nobody in by a message it had already.)
    """
    secret_at = found.conversation.secret_at
    later = secret_at is not None and mail.accepted_at > secret_at
    if later and "SENT" in mail.labels and may_see(owner, found, policy):
        return frozenset(person(sub) for sub in people)
    return frozenset()


def relation(member: Member, found: Found, policy: SecretPolicy) -> Relation:
    sees = may_see(member, found, policy)
    if _holds(member, found):
        return Relation.HOLDER if sees else Relation.HOLDER_WITHOUT_SIGHT
    personally = person(member.sub) in audience(found)
    return Relation.PARTICIPANT if sees and personally else Relation.NONE


def _holds(member: Member, found: Found) -> bool:
    """Of what is destroyed nobody holds anything: who held it then stands to it as before, and is told so."""
    removal = found.conversation.removal
    emptied = found.conversation.state in {ConversationState.PURGING, ConversationState.PURGED}
    return member.sub in found.summary.holders or (
        emptied and removal is not None and member.sub in removal.barriers
    )


# --- acting (R33) -----------------------------------------------------------------------------------------


class Act(Enum):
    """What may be done with a conversation; the rows of R33."""

    SEE = "conversation"
    MAKE_SECRET = "make-secret"  # noqa: S105 (a verb, not a password)
    MAKE_VISIBLE = "make-visible"
    SYNC = "sync-thread"
    STOP = "stop-sync"
    RETRY = "retry"
    REMOVE = "remove"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    DELETE_NOW = "delete-now"
    LINK = "link-candidate"


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that a question "may this member do that with this conversation?" rests on."""

    member: Member
    found: Found | None
    """None: nothing of it is in Lever, as far as the member may know."""
    policy: SecretPolicy
    thread: Thread | None = None
    """The thread in the member's own mailbox, where its owner pointed at it."""
    own_copy: bool = False
    """The member has the mail open in their own mailbox, with Email on."""

    @property
    def secret(self) -> bool:
        return self.found is not None and self.found.conversation.secret

    @property
    def made_it_secret(self) -> bool:
        return self.found is not None and self.found.conversation.secret_by == self.member.sub

    @property
    def removal(self) -> Removal | None:
        return self.found.conversation.removal if self.found else None

    @property
    def hold(self) -> bool:
        return self.found is not None and self.found.conversation.hold

    @property
    def views_secret(self) -> bool:
        return Permission.VIEW_SECRET in self.member.permissions

    @property
    def sip(self) -> bool:
        return self.policy is SecretPolicy.SIP

    @property
    def sole_holder(self) -> bool:
        return self.found is not None and self.found.summary.holders == {self.member.sub}


Rule = Callable[[Case], bool]


def _yes(_: Case) -> bool:
    return True


def _no(_: Case) -> bool:
    return False


def _made_it(case: Case) -> bool:
    return case.made_it_secret


def _own(case: Case) -> bool:
    return case.thread is not None


def _own_copy(case: Case) -> bool:
    return case.own_copy


def _team_sees(case: Case) -> bool:
    return not case.secret or (case.sip and case.views_secret)


def _admin_sees(case: Case) -> bool:
    return not case.secret or not case.sip or case.views_secret


def _with_view_secret(case: Case) -> bool:
    return case.sip and case.views_secret


def _admin_or_view_secret(case: Case) -> bool:
    return not case.sip or case.views_secret


def _made_it_under_sip(case: Case) -> bool:
    return case.sip and case.made_it_secret


def _admin_or_made_it(case: Case) -> bool:
    return not case.sip or case.made_it_secret


def _holder_removes(case: Case) -> bool:
    return case.member.role is not Role.LIMITED_TEAM_MEMBER or case.sole_holder


def _removed_it(case: Case) -> bool:
    removal = case.removal
    return removal is not None and removal.role not in ADMINS and removal.by == case.member.sub


def _removed_it_or_admin_did(case: Case) -> bool:
    removal = case.removal
    # A removed secret stays one: who does not see it has nothing to restore (R20).
    sees = case.found is not None and may_see(case.member, case.found, case.policy)
    return sees and removal is not None and (removal.role in ADMINS or removal.by == case.member.sub)


def _live(case: Case) -> bool:
    return case.found is not None and case.found.conversation.state is ConversationState.LIVE


def _copies_are_out(case: Case) -> bool:
    return case.removal is None


def _deletes_copies(case: Case) -> bool:
    return case.removal is None and not case.hold


def _deletes_what_was_theirs_alone(case: Case) -> bool:
    removal = case.removal
    return removal is not None and removal.by == case.member.sub and case.sole_holder and not case.hold


def _deletes_what_is_removed(case: Case) -> bool:
    return case.removal is not None and not case.hold


Column = Relation | Role

_TABLE: dict[Act, dict[Column, Rule]] = {
    Act.SEE: {
        Relation.HOLDER: _yes,
        Relation.PARTICIPANT: _yes,
        Role.TEAM_MEMBER: _team_sees,
        Role.ADMIN: _admin_sees,
        Role.SUPER_ADMIN: _yes,
    },
    Act.MAKE_SECRET: {
        Relation.HOLDER: _yes,
        Relation.PARTICIPANT: _yes,
        Role.TEAM_MEMBER: _with_view_secret,
        Role.ADMIN: _admin_or_view_secret,
        Role.SUPER_ADMIN: _yes,
    },
    Act.MAKE_VISIBLE: {
        Relation.HOLDER: _made_it,
        Relation.PARTICIPANT: _made_it,
        Role.TEAM_MEMBER: _made_it_under_sip,
        Role.ADMIN: _admin_or_made_it,
        Role.SUPER_ADMIN: _yes,
    },
    Act.SYNC: {
        Relation.HOLDER: _own_copy,
        Relation.HOLDER_WITHOUT_SIGHT: _own_copy,
        Relation.PARTICIPANT: _own_copy,
        Role.TEAM_MEMBER: _own_copy,
        Role.LIMITED_TEAM_MEMBER: _own_copy,
        Role.ADMIN: _own_copy,
        Role.SUPER_ADMIN: _own_copy,
    },
    Act.STOP: {
        Relation.HOLDER: _own,
        Relation.HOLDER_WITHOUT_SIGHT: _own,
        Relation.PARTICIPANT: _own,
        Role.TEAM_MEMBER: _own,
        Role.LIMITED_TEAM_MEMBER: _own,
        Role.ADMIN: _own,
        Role.SUPER_ADMIN: _own,
    },
    Act.RETRY: {
        Relation.HOLDER: _own,
        Relation.HOLDER_WITHOUT_SIGHT: _own,
        Relation.PARTICIPANT: _own,
        Role.TEAM_MEMBER: _own,
        Role.LIMITED_TEAM_MEMBER: _own,
        Role.ADMIN: _own,
        Role.SUPER_ADMIN: _own,
    },
    Act.REMOVE: {
        Relation.HOLDER: _holder_removes,
        Role.ADMIN: _admin_sees,
        Role.SUPER_ADMIN: _yes,
    },
    Act.RESTORE: {
        Relation.HOLDER: _removed_it,
        Role.ADMIN: _removed_it_or_admin_did,
        Role.SUPER_ADMIN: _removed_it_or_admin_did,
        Relation.TOOK_OUT: _copies_are_out,
    },
    Act.WITHDRAW: {
        Relation.HOLDER: _live,
        Relation.HOLDER_WITHOUT_SIGHT: _live,
    },
    Act.LINK: {
        Relation.HOLDER: _yes,
        Relation.PARTICIPANT: _yes,
        Role.TEAM_MEMBER: _team_sees,
        Role.ADMIN: _admin_sees,
        Role.SUPER_ADMIN: _yes,
    },
    Act.DELETE_NOW: {
        Relation.HOLDER: _deletes_what_was_theirs_alone,
        Role.SUPER_ADMIN: _deletes_what_is_removed,
        Relation.TOOK_OUT: _deletes_copies,
    },
}


_ON_OWN_THREAD = frozenset({Act.SYNC, Act.STOP, Act.RETRY})
"""What the owner of a mailbox may do with a thread of which Lever knows nothing."""


def may(act: Act, case: Case) -> bool:
    """R33, of one act."""
    return act in all_that_may([act], case)


def all_that_may(acts: Iterable[Act], case: Case) -> frozenset[Act]:
    """R33: those of `acts` that are open to the member."""
    columns = _columns(case)
    return frozenset(
        act
        for act in acts
        if (case.found or act in _ON_OWN_THREAD) and any(_TABLE[act].get(column, _no)(case) for column in columns)
    )


def _columns(case: Case) -> set[Column]:
    """A relation's column comes first; an admin who is on a conversation has the union of both."""
    if case.member.role is Role.INTERVIEWER:
        return set()
    if case.found is None:
        return {case.member.role}
    if is_about(case.member, case.found):
        return set()
    related = relation(case.member, case.found, case.policy)
    columns: set[Column] = {related}
    if related is Relation.NONE or (case.member.role in ADMINS and related is not Relation.HOLDER_WITHOUT_SIGHT):
        columns.add(case.member.role)
    if took_out(case.member, case.found):
        columns.add(Relation.TOOK_OUT)
    return columns


def is_one_line(member: Member, found: Found) -> bool:
    """R23: an interviewer on a visible conversation is told that, and nothing of it."""
    return (
        member.role is Role.INTERVIEWER
        and not is_about(member, found)
        and person(member.sub) in audience(found)
        and found.conversation.state is ConversationState.LIVE
    )


def reads_unnoticed(member: Member, found: Found, policy: SecretPolicy) -> bool:
    """R21: whoever reads a secret conversation by their role alone, without being on it, is written down."""
    return not found.conversation.secret or relation(member, found, policy) is not Relation.NONE


def knows_who_opened(member: Member, found: Found) -> bool:
    """R21: who read a secret conversation without being on it is told to who made it secret, and to no other."""
    return found.conversation.secret and found.conversation.secret_by == member.sub


def may_take_all_out(member: Member) -> bool:
    """R33, row `withdraw`: everybody but interviewers, of their own copies."""
    return member.role is not Role.INTERVIEWER


def sees_candidate(member: Member, candidate: str, *, has_conversations: bool) -> bool:
    """R33, row `candidate`: the team all, a limited member those of their own conversations, never oneself."""
    if candidate in member.self_candidates:
        return False
    if member.role is Role.LIMITED_TEAM_MEMBER:
        return has_conversations
    return member.role in TEAM_ROLES


def may_import(member: Member, candidate: str, *, has_conversations: bool) -> bool:
    """R33, row `import-*`: a candidate one sees. Whose mailbox it is is not asked: always one's own."""
    return sees_candidate(member, candidate, has_conversations=has_conversations)


def may_end_import(member: Member, record: Import) -> bool:
    """R33: to cancel, retry and undo an import, its owner's alone, whatever they see of its candidate by now."""
    return member.role is not Role.INTERVIEWER and record.sub == member.sub


def may_search(member: Member) -> bool:
    """R33, row `search-candidates`: whom of what is found one sees is `sees_candidate`, asked of each."""
    return member.role is not Role.INTERVIEWER


def may_link_addresses(member: Member) -> bool:
    """R33, row `link address`: the team, and no limited member."""
    return member.role in TEAM_ROLES


def may_link_address(member: Member, candidate: str) -> bool:
    """Likewise, to this candidate: one they see."""
    return may_link_addresses(member) and sees_candidate(member, candidate, has_conversations=False)


def sees_match_by_name(member: Member, candidate: str) -> bool:
    """R23: on a message in their own mailbox even a limited member sees which candidate it matches, by name."""
    return member.role is not Role.INTERVIEWER and candidate not in member.self_candidates


# --- changes of sight (R21) -------------------------------------------------------------------------------


def made_secret(found: Found, *, by: str, listed: Collection[str], ticked: Collection[str]) -> frozenset[str]:
    """The audience after making secret: its participants, of those `listed` with a box only the `ticked`.

    A participant who was not listed, as one in Bcc only, could not be unticked and keeps sight (R18). A holder who
    stands on no message is no participant and has none (R20).
    """
    unticked = frozenset(listed) - frozenset(ticked)
    return secret_audience(by, found.summary.participants - unticked)


def let_in(found: Found, *, listed: Collection[str], ticked: Collection[str]) -> frozenset[str]:
    """The audience after letting those `listed` in or out; nobody else's sight changes."""
    boxes = frozenset(listed)
    out = {person(sub) for sub in boxes - frozenset(ticked)} - {person(found.conversation.secret_by or "")}
    return (found.conversation.audience - out) | {person(sub) for sub in boxes & frozenset(ticked)}


def seen_by(found: Found, members: Iterable[Member], policy: SecretPolicy) -> frozenset[str]:
    """`sub` of those `members` that see a conversation."""
    return frozenset(member.sub for member in members if may_see(member, found, policy))


def gains(found: Found, members: Collection[Member], policy: SecretPolicy) -> frozenset[str]:
    """`sub` of those who do not see a secret conversation now and will when it is visible."""
    visible = Found(as_visible(found.conversation), found.summary)
    return seen_by(visible, members, policy) - seen_by(found, members, policy)


def as_visible(conversation: Conversation) -> Conversation:
    return replace(conversation, secret=False, secret_by=None, secret_at=None, audience=visible_audience())


def digest(act: Act, conversation: Conversation, subs: Iterable[str]) -> str:
    """What a confirmation carries: it holds for this act, these people and the conversation as it stands."""
    return digest_of(act.value, [conversation.id, conversation.version, *sorted(subs)])


def digest_of(act: str, parts: Iterable[str]) -> str:
    """Likewise, for what is not about one conversation."""
    said = [act, *parts]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def may_be_named(member: Member, found: Found, *, reader: Member, policy: SecretPolicy) -> bool:
    """Whether naming a member to `reader` as seeing a conversation would not give a Bcc away (R18).

    By role everybody knows; else From, To or Cc of a stored message must have named them already.
    """
    by_role = PRIVILEGED if found.conversation.secret else TEAM
    return (
        by_role in tokens(member, policy)
        or member.sub in found.summary.named
        or member.sub in {reader.sub, found.conversation.secret_by}
    )
