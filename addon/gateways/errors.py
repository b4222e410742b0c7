"""What can go wrong outside, in our words: what each is decides whether trying again can help.

Texts are constants: nothing a service said, no URL, no id.
"""

from __future__ import annotations

from datetime import datetime

from storage.records import Attention


class OutsideError(Exception):
    """A service did not do what was asked of it."""


class UnavailableError(OutsideError):
    """No answer, or an answer that asks to come again."""

    def __init__(self) -> None:
        super().__init__("Google did not answer")


class NotYetError(UnavailableError):
    """Gmail tells of mail and does not have it yet, or any more: asked a second time it is believed."""


class ThrottledError(OutsideError):
    """Too fast for one mailbox: it cools down as a whole. `until` where Google said when."""

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__("Gmail asked for a slower pace")
        self.until = until


class ProjectStoppedError(OutsideError):
    """The whole project has used up its day."""

    def __init__(self) -> None:
        super().__init__("the project's daily quota at Gmail is used up")


class ClientRefusedError(OutsideError):
    """Google refuses our own client, so every mailbox alike; no token is dead by that."""

    def __init__(self) -> None:
        super().__init__("Google refuses our OAuth client")


class StormError(OutsideError):
    """Access ended in many mailboxes at once: none is asked for until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("access ended in many mailboxes at once")
        self.until = until


class AttentionError(OutsideError):
    """The mailbox cannot be read until its owner or an admin does something."""

    def __init__(self, attention: Attention) -> None:
        super().__init__(f"the mailbox needs attention: {attention.value}")
        self.attention = attention


class TokenExpiredError(OutsideError):
    """The access token is no longer good; a fresh one may be."""

    def __init__(self) -> None:
        super().__init__("the access token has ended")


class GoneError(OutsideError):
    """Gmail has no such message, thread, or history any more."""

    def __init__(self) -> None:
        super().__init__("Gmail no longer has it")


class WatchedElsewhereError(OutsideError):
    """Gmail tells another topic of this mailbox's changes, and tells one only."""

    def __init__(self) -> None:
        super().__init__("Gmail tells another topic of this mailbox's changes")


class RefusedError(OutsideError):
    """Gmail will not do this, now or later."""

    def __init__(self) -> None:
        super().__init__("Gmail refused the call")


class NotProvenError(Exception):
    """A caller's token does not prove what it must; why is nobody's business outside."""

    def __init__(self) -> None:
        super().__init__("the token does not prove the caller")
