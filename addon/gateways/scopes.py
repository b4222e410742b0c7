"""Google's permissions we know of; what each call needs is in Google's own discovery document."""

from __future__ import annotations

IDENTITY = ("openid", "https://www.googleapis.com/auth/userinfo.email")
"""What proves whose mailbox it is."""
READONLY = "https://www.googleapis.com/auth/gmail.readonly"
CURRENT_MESSAGE = "https://www.googleapis.com/auth/gmail.addons.current.message.metadata"
COMPOSE = "https://www.googleapis.com/auth/gmail.addons.current.action.compose"
"""Drafts, beside an open message only: the event's own token goes with it."""
MODIFY = "https://www.googleapis.com/auth/gmail.modify"

BACKGROUND = (*IDENTITY, READONLY)
"""R2: all that is ever asked for the background, and it cannot write."""
