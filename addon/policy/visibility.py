"""R13, R18 to R23: who sees a conversation, and who gains sight. Pure.

Sight is data: a conversation has an audience of tokens, a caller holds tokens, and sees it where they meet.
A role or policy change therefore rewrites nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from enum import Enum

from addon.policy.mail import Mail
from storage.audience import link_audience, person
from storage.records import (
    Conversation,
    ConversationState,
    Found,
    Member,
    Opened,
    Permission,
    Role,
    SecretPolicy,
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


def sees_by_role(member: Member, policy: SecretPolicy) -> bool:
    """R20: whether a member sees every secret conversation, whoever takes part in it."""
    return PRIVILEGED in tokens(member, policy)


def can_be_let_in(member: Member, policy: SecretPolicy) -> bool:
    """R20: whether naming a member changes what they see of a secret: not by role already, and at all by role."""
    held = tokens(member, policy)
    return bool(held) and PRIVILEGED not in held


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


def sees_every_one(member: Member, policy: SecretPolicy) -> bool:
    """Whether a number over conversations nobody looked at one by one may be told: a secret is no number (R20)."""
    return {TEAM, PRIVILEGED} <= tokens(member, policy)


def would_see(member: Member, found: Found, policy: SecretPolicy) -> bool:
    """Whether a member sees it, or would with the copies in it again that they took out.

    What nobody else held is not to be seen by anybody meanwhile; its holder's own list may say whom it was about.
    """
    if may_see(member, found, policy):
        return True
    if is_about(member, found) or took_out(member, found) is None:
        return False
    held = tokens(member, policy)
    return bool(held & found.conversation.audience) if found.conversation.secret else bool(held)


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


def holders(found: Found) -> frozenset[str]:
    """`sub` of everybody of whom a copy is stored that is in Lever or can come back there."""
    withdrawn = found.conversation.withdrawn.items()
    return found.summary.holders | {sub for sub, each in withdrawn if each.state is ConversationState.REMOVED}


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
