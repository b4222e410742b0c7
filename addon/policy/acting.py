"""R33: who may do what. Pure; what the tables below do not allow is not allowed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from addon.policy.visibility import (
    ADMINS,
    TEAM_ROLES,
    Relation,
    holders,
    is_about,
    may_see,
    relation,
    took_out,
)
from storage.records import (
    Conversation,
    ConversationState,
    Found,
    Import,
    Member,
    Permission,
    Removal,
    Role,
    SecretPolicy,
    Thread,
)


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
        """Nobody else's copy is stored, also none that is out and that its holder may still bring back."""
        return self.found is not None and holders(self.found) == {self.member.sub}


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


def _brings_back_copies(case: Case) -> bool:
    # Who removed it and took their own copies out afterwards undoes one after the other.
    return case.removal is None or _removed_it(case)


def _deletes_copies(case: Case) -> bool:
    return (case.removal is None and not case.hold) or _deletes_what_was_theirs_alone(case)


def _deletes_what_was_theirs_alone(case: Case) -> bool:
    removal = case.removal
    return removal is not None and removal.by == case.member.sub and case.sole_holder and not case.hold


def _deletes_what_is_removed(case: Case) -> bool:
    return case.removal is not None and not case.hold


Column = Relation | Role

_WHOSE_THREAD_IT_IS: dict[Column, Rule] = {
    Relation.HOLDER: _own,
    Relation.HOLDER_WITHOUT_SIGHT: _own,
    Relation.PARTICIPANT: _own,
    Role.TEAM_MEMBER: _own,
    Role.LIMITED_TEAM_MEMBER: _own,
    Role.ADMIN: _own,
    Role.SUPER_ADMIN: _own,
}
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
    Act.STOP: _WHOSE_THREAD_IT_IS,
    Act.RETRY: _WHOSE_THREAD_IT_IS,
    Act.REMOVE: {
        Relation.HOLDER: _holder_removes,
        Role.ADMIN: _admin_sees,
        Role.SUPER_ADMIN: _yes,
    },
    Act.RESTORE: {
        Relation.HOLDER: _removed_it,
        Role.ADMIN: _removed_it_or_admin_did,
        Role.SUPER_ADMIN: _removed_it_or_admin_did,
        Relation.TOOK_OUT: _brings_back_copies,
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
    return act in open_acts([act], case)


def open_acts(acts: Iterable[Act], case: Case) -> frozenset[Act]:
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


# --- candidates, and everything that is one's own ---------------------------------------------------------


def may_take_all_out(member: Member) -> bool:
    """R33, row `withdraw`: everybody but interviewers, of their own copies."""
    return member.role is not Role.INTERVIEWER


def sees_only_own_candidates(member: Member) -> bool:
    """R33, row `candidate`: whether it takes a conversation of the member's with a candidate to see that one."""
    return member.role is Role.LIMITED_TEAM_MEMBER


def sees_candidate(member: Member, candidate: str, *, has_conversations: bool) -> bool:
    """R33, row `candidate`: the team all, a limited member those of their own conversations, never oneself."""
    if candidate in member.self_candidates:
        return False
    if sees_only_own_candidates(member):
        return has_conversations
    return member.role in TEAM_ROLES


def may_choose_beside(member: Member, candidate: str) -> bool:
    """R23: a limited member also chooses whom they do not see, where a message of theirs names several."""
    return sees_only_own_candidates(member) and candidate not in member.self_candidates


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


# --- what was confirmed (R21) -----------------------------------------------------------------------------


def digest(act: Act, conversation: Conversation, subs: Iterable[str]) -> str:
    """What a confirmation carries: it holds for this act, these people and the conversation as it stands."""
    return digest_of(act.value, [conversation.id, conversation.version, *sorted(subs)])


def digest_of(act: str, parts: Iterable[str]) -> str:
    """Likewise, for what is not about one conversation."""
    said = [act, *parts]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
