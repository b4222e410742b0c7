"""Who finds a conversation in a list: the one rule that turns sight into data.

Pure. Both backends write what it answers beside each listed conversation, and the policy asks it before a
conversation is shown, so that lists and cards can never disagree. It knows nothing of roles: which tokens a
caller holds is `addon.policy.visibility`.
"""

from __future__ import annotations

from storage.records import Conversation, ConversationState, Summary


def person(sub: str) -> str:
    """The token only this member holds."""
    return f"m:{sub}"


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
