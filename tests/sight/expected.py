"""What each cell says, from the words of R13, R18, R20, R23, R24 and R33: no rule of the product is used here."""

from __future__ import annotations

from storage.records import Role
from tests.sight.people import Person
from tests.sight.topics import LIVE, PURGED, REMOVED, TOPICS, Topic

CLASSIC, SIP = "classic", "sip"


def by_role(one: Person, policy: str) -> bool:
    """R20: who sees every secret conversation."""
    if one.role is Role.SUPER_ADMIN:
        return True
    if policy == CLASSIC:
        return one.role is Role.ADMIN
    return one.role in {Role.ADMIN, Role.TEAM_MEMBER} and one.view_secret


def sees(one: Person, topic: Topic, policy: str) -> bool:
    """Whatever became of it; R13 comes first, an interviewer sees nothing (R23)."""
    if one.is_themselves or one.is_interviewer:
        return False
    if topic.only and topic.taken_out:
        return False  # nothing of it is left that anybody could see
    if topic.secret:
        return one == topic.secret_by or (topic.on_it(one) and one.is_let_in) or by_role(one, policy)
    return topic.on_it(one) or not one.is_limited


def reads(one: Person, topic: Topic, policy: str) -> bool:
    return topic.state == LIVE and sees(one, topic, policy)


def told_only(one: Person, topic: Topic, policy: str) -> bool:
    """R20: a holder without sight. Of what is destroyed nobody holds anything."""
    return (
        topic.secret
        and topic.has(one)
        and topic.state != PURGED
        and not (one.is_themselves or one.is_interviewer)
        and not sees(one, topic, policy)
    )


def one_line(one: Person, topic: Topic) -> bool:
    """R23: an interviewer on a conversation."""
    on_it = topic.on_it(one) and (one.is_let_in or not topic.secret)
    return one.is_interviewer and not one.is_themselves and topic.state == LIVE and on_it


def makes_secret(one: Person, topic: Topic, policy: str) -> bool:
    if not reads(one, topic, policy):
        return False
    if topic.has(one) or topic.on_it(one) or one == topic.secret_by:
        return True
    if one.role is Role.SUPER_ADMIN:
        return True
    if one.role is Role.ADMIN:
        return policy == CLASSIC or one.view_secret
    return one.role is Role.TEAM_MEMBER and policy == SIP and one.view_secret


def makes_visible(one: Person, topic: Topic, policy: str) -> bool:
    """M, or a role's; in the relation's column M alone, and an admin has the union."""
    if not reads(one, topic, policy):
        return False
    if one.role is Role.SUPER_ADMIN or (one.role is Role.ADMIN and policy == CLASSIC):
        return True
    return one == topic.secret_by


def lets_in(one: Person, topic: Topic, policy: str) -> bool:
    return topic.secret and makes_visible(one, topic, policy)


def removes(one: Person, topic: Topic, policy: str) -> bool:
    if not reads(one, topic, policy):
        return False
    if topic.has(one) and (not one.is_limited or topic.only == one):
        return True
    if one.role is Role.ADMIN:
        return not topic.secret or policy == CLASSIC or one.view_secret
    return one.role is Role.SUPER_ADMIN


def withdraws(one: Person, topic: Topic, policy: str) -> bool:  # noqa: ARG001 (every row is asked alike)
    return topic.has(one) and topic.state == LIVE and not (one.is_themselves or one.is_interviewer)


def links(one: Person, topic: Topic, policy: str) -> bool:
    """To say whom it is about, and to take that back: in every column of R33 whoever reads it."""
    if one.is_limited and not (topic.has(one) or topic.on_it(one) or one == topic.secret_by):
        return False
    return reads(one, topic, policy)


def links_addresses(one: Person, topic: Topic, policy: str) -> bool:  # noqa: ARG001 (likewise)
    """The team, whatever they see of the conversation: every candidate is theirs to see."""
    return not (one.is_limited or one.is_interviewer)


def took_out(one: Person, topic: Topic) -> bool:
    return topic.is_out_for(one) and topic.state == LIVE


def restores(one: Person, topic: Topic, policy: str) -> bool:
    """The remover; what an Admin removed, any of them who sees it; what was taken out, its owner.

    Of what is destroyed the remover is told that it is too late.
    """
    if took_out(one, topic):
        return True
    if topic.removed_by is None or not sees(one, topic, policy):
        return False
    return one == topic.removed_by or (topic.removed_by.is_admin and one.is_admin)


def deletes_now(one: Person, topic: Topic, policy: str) -> bool:
    """Likewise: a super admin is told that it is too late."""
    if took_out(one, topic):
        return True
    if topic.removed_by is None or topic.hold or not sees(one, topic, policy):
        return False
    alone = topic.only == one and topic.state == REMOVED
    return one.role is Role.SUPER_ADMIN or (one == topic.removed_by and alone)


def sees_candidate(one: Person, topic: Topic, policy: str) -> bool:
    """The candidate only this conversation is about."""
    if one.is_interviewer:
        return False
    return reads(one, topic, policy) if one.is_limited else True


# --- the card beside the open message ---------------------------------------------------------------------

NO_ROLE = "Your role does not use Lever in Gmail."
WAITING = "Waiting for a candidate."
NO_SIGHT = "Secret in Lever. You are not among those who see it there."
COPY_OUT = "Your copy is out of Lever."
SYNCED = "Synced at"
STOPPED = "stays in Lever."
OUT = "Removed"
GONE = "This can no longer be undone."
NOTHING = ""
"""The same card as beside a mail of which nothing is in Lever."""
REFUSED = "This can't be synced from your mailbox."


def beside(one: Person, topic: Topic, policy: str) -> str:
    """What is said beside the open message, in everybody's own mailbox."""
    if one.is_interviewer:
        return NO_ROLE
    if took_out(one, topic):
        return COPY_OUT
    if told_only(one, topic, policy):
        return NO_SIGHT
    if not sees(one, topic, policy):
        held_once = topic.state == PURGED and topic.has(one) and not one.is_themselves
        return REFUSED if held_once else NOTHING
    if topic.state == REMOVED:
        return OUT
    if topic.state == PURGED:
        return GONE
    return STOPPED if topic.stopped else SYNCED


def offered(one: Person, topic: Topic, policy: str) -> set[tuple[str, str]]:
    """Buttons about the conversation: verb and `want`. One's own thread's are not among them."""
    if one.is_interviewer:
        return set()
    if told_only(one, topic, policy):
        return {("withdraw", "")} if withdraws(one, topic, policy) else set()
    if took_out(one, topic):
        return {("restore", ""), ("withdraw", "now")}
    if topic.state != LIVE:
        can = {("restore", ""): restores, ("remove", "now"): deletes_now} if topic.state == REMOVED else {}
        return {press for press, may in can.items() if may(one, topic, policy)}
    secret = ("make-visible", "") if topic.secret else ("make-secret", "")
    can = {
        ("conversation", ""): reads,
        secret: makes_visible if topic.secret else makes_secret,
        ("remove", ""): removes,
    }
    there = {press for press, may in can.items() if may(one, topic, policy)}
    if ("conversation", "") in there:
        there.add(("conversation", "who"))
    if withdraws(one, topic, policy) and ("remove", "") not in there:
        there.add(("withdraw", ""))
    return there


# --- one's own data -----------------------------------------------------------------------------------------


def held(one: Person, topic: Topic) -> bool:
    """Stored from their own mailbox, as far as they are told so: what is about them is not (R13)."""
    return topic.has(one) and topic.state != PURGED and not one.is_themselves


def titled(one: Person, topic: Topic, policy: str) -> str:
    """How a row names what they hold: H0 is told only, and so is whose role shows no conversations."""
    if one.is_interviewer:
        return "A conversation from your mailbox"
    return f"Subject {topic.name}" if sees(one, topic, policy) else "Secret in Lever"


# --- Home --------------------------------------------------------------------------------------------------


def candidates_at_home(one: Person, policy: str) -> list[Topic]:
    """Whose candidates Home may lead to: of the newest ten from one's own mailbox those one reads."""
    newest = [topic for topic in reversed(TOPICS) if held(one, topic)][:10]
    return [topic for topic in newest if reads(one, topic, policy)]


def label_is_off_at_home(one: Person, topic: Topic) -> bool:
    """Home says that what is stored of it stays, to who took the label off and holds it still."""
    return topic.stopped and withdraws(one, topic, SIP)


def has_taken_out(one: Person, topic: Topic) -> bool:
    """By themselves, what is not being destroyed yet: their copies, or by a removal all of it."""
    removed = topic.removed_by == one and topic.state == REMOVED
    return (took_out(one, topic) or removed) and not one.is_themselves


def titled_as_out(one: Person, topic: Topic, policy: str) -> str:
    """Of what nobody else held no subject is left."""
    return titled(one, topic, policy) if not topic.only or topic.state == REMOVED else _NO_SUBJECT


_NO_SUBJECT = "A conversation from your mailbox"


# --- one's own thread -------------------------------------------------------------------------------------


def has_own_thread(one: Person, topic: Topic) -> bool:
    """Pointed at it once, in their own mailbox; an interviewer may nothing, and nobody with what is about them."""
    pointed = one == topic.only if topic.only else one.holds
    return pointed and not (one.is_themselves or one.is_interviewer)
