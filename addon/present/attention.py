"""A mailbox that cannot be read, and what its owner calls the label."""

from __future__ import annotations

from cards.status import NeedsAttention, Trouble
from cards.widgets import Site
from storage.records import Attention, Mailbox

_TROUBLES = {
    Attention.ACCESS_ENDED: Trouble.ACCESS_ENDED,
    Attention.SCOPES_MISSING: Trouble.SCOPES_MISSING,
    Attention.LABEL_GONE: Trouble.LABEL_GONE,
    Attention.GMAIL_OFF: Trouble.GMAIL_OFF,
}


def needs_attention(mailbox: Mailbox, site: Site) -> NeedsAttention | None:
    if mailbox.attention is None:
        return None
    return NeedsAttention(trouble=_TROUBLES[mailbox.attention], label=label_of(mailbox, site))


def label_of(mailbox: Mailbox | None, site: Site) -> str:
    """What its owner or else the company calls the label."""
    return (mailbox.label_name if mailbox else "") or site.label
