"""Who finds a conversation in a list: the one rule that turns sight into data.

Pure. Both backends write what it answers beside each listed conversation, and the policy asks it before a
conversation is shown, so that lists and cards can never disagree. It knows nothing of roles: which tokens a
caller holds is `addon.policy.visibility`.
"""

from __future__ import annotations

from collections.abc import Collection

from storage.records import Conversation, ConversationState, Summary


def person(sub: str) -> str:
    """The token only this member holds."""
    return f"m:{sub}"


def with_entitled(
    conversation: Conversation, entitled: Collection[str], *, decided_on: Conversation
) -> frozenset[str]:
    """The audience of a secret conversation with those whom a new mail lets in.

    They were chosen on the conversation as it was then. Who was let out since, or whom a secret made anew left
    out, stays out: what people decide is later than the mail.
    """
    if conversation.secret_at != decided_on.secret_at:
        return conversation.audience
    let_out = decided_on.audience - conversation.audience
    return conversation.audience | (frozenset(entitled) - let_out)


def link_audience(conversation: Conversation, summary: Summary) -> frozenset[str]:
    """The tokens of which a caller needs one.

    While it is visible its people see it too. A secret one keeps to the audience written down for it, for
    joining never widens sight. Of what holders took out to the last mail nothing is left to see.
    """
    if conversation.withdrawn and not summary.count and conversation.state is ConversationState.LIVE:
        return frozenset()
    if conversation.secret:
        return conversation.audience
    return conversation.audience | {person(sub) for sub in summary.relations}
