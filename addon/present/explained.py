"""An explanation in a few sentences."""

from __future__ import annotations

from datetime import datetime

from addon.policy.admission import Denied
from addon.policy.explain import Answer, Explanation
from storage.records import Kept, Reason

_REASONS = {
    Reason.LABEL: "by the label",
    Reason.ASKED: "because its owner pressed Sync this conversation",
    Reason.ORIGIN: "because it was begun from the candidate's card",
    Reason.IMPORT: "because its owner imported the candidate's email",
}
_DENIALS = {
    Denied.OFF.value: "Email was turned off meanwhile",
    Denied.ROLE.value: "an interviewer's mailbox is not synced",
    Denied.NOT_POINTED_AT.value: "nobody points at it",
    Denied.BLOCKED.value: "somebody on it is on the company's blocklist",
    Denied.SELF.value: "it is about the owner of the mailbox",
    Denied.SHARED_ADDRESS.value: "several candidates share an address on it",
    Denied.NO_CANDIDATE.value: "no candidate takes part in it",
    Denied.DRAFT.value: "it is a draft",
    Denied.CHAT.value: "it is a chat",
    Denied.SPAM.value: "it is in spam",
    Denied.TRASH.value: "it is in the trash",
    Kept.TOMBSTONE.value: "its conversation was removed",
    Kept.OUT.value: "it was removed with another conversation",
    Kept.STOPPED.value: "its thread is not followed any more",
}


def sentences(explanation: Explanation, *, word: str) -> str:
    """`word` is what the product goes by in the company."""
    match explanation.answer:
        case Answer.STORED:
            return _stored(explanation, word)
        case Answer.ELSEWHERE:
            said = f"In {word} from {_mailboxes(explanation.mailboxes)}, not from this one."
            return f"{said}{_secret(explanation)}"
        case Answer.REMOVED:
            return f"{_removed(explanation, word)}{_secret(explanation)}"
        case Answer.NO_SIGHT:
            return f"Secret in {word}. You are not among those who see it there."
        case Answer.WAITING:
            return (
                f"Not in {word}: opened on {_date(explanation.at)}, and {_DENIALS[explanation.denied]}."
                " It comes in when that changes, as long as you point at it."
            )
        case Answer.DENIED:
            why = _DENIALS.get(explanation.denied, "it may not be stored")
            return f"Not in {word}: opened on {_date(explanation.at)}, and {why}."
        case Answer.GONE:
            return f"It was in {word}, and is not any more."
        case Answer.NOTHING:
            return f"Nothing of this message is in {word}."


def _stored(explanation: Explanation, word: str) -> str:
    since = f" since {_date(explanation.since)}" if explanation.since else ""
    why = f", {_REASONS[explanation.reason]}" if explanation.reason else ""
    ends = "" if explanation.followed else " Its conversation is not followed any more."
    kept = f" Kept from {_mailboxes(explanation.mailboxes)}."
    return f"In {word}{since}{why}.{kept}{ends}{_secret(explanation)}"


def _removed(explanation: Explanation, word: str) -> str:
    removal = explanation.removal
    if removal is None:
        return f"Removed from {word}."
    return f"Removed from {word} on {_date(removal.at)}. This can be undone until {_date(removal.purge_at)}."


def _secret(explanation: Explanation) -> str:
    return " Secret." if explanation.secret else ""


def _mailboxes(count: int) -> str:
    return "one mailbox" if count == 1 else f"{count} mailboxes"


def _date(at: datetime | None) -> str:
    return at.date().isoformat() if at else "an unknown day"
