"""What a member allowed at Google, on its way there and back, and what is to be revoked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Refusal(Enum):
    """Why a member who asked to turn Email on came back without; each has a sentence and a next step."""

    DECLINED = "declined"
    OTHER_ACCOUNT = "other_account"
    SCOPES_MISSING = "scopes_missing"
    NOT_PERMITTED = "not_permitted"
    """Not, or no longer, somebody whose mail may be read."""
    GMAIL_OFF = "gmail_off"
    NO_ANSWER = "no_answer"


class Errand(Enum):
    """What a member is sent to Google's page for."""

    CONSENT = "consent"
    """To turn Email on."""
    EXPORT = "export"
    """To say who they are, for the file of what is stored from their mailbox."""


@dataclass(frozen=True, kw_only=True)
class ConsentRequest:
    """A member asked for an errand: the link they were given, good once. There is one a member, the newest."""

    sub: str
    errand: Errand = Errand.CONSENT
    nonce: str
    """SHA-256 of what the link carries, in hex: the link itself is kept nowhere."""
    expires_at: datetime
    taken: bool = False
    """The link was used up; what came of it is in `refusal`, or Email is on and the request gone."""
    refusal: Refusal | None = None


@dataclass(frozen=True, kw_only=True)
class ConsentAttempt:
    """One browser on its way to Google with a link. Several may be: link scanners open what they find."""

    state: str
    """SHA-256 of the `state` Google hands back, in hex."""
    nonce: str
    """The request's."""
    sub: str
    browser: str
    """SHA-256 of the browser's cookie, in hex."""
    verifier: str = field(repr=False)
    """PKCE's code verifier."""
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Consent:
    """The gate of one mailbox: there is one while the box "Email" is ticked.

    `epoch` is another with every opting in, so that work begun under an earlier consent is void.
    """

    sub: str
    epoch: int
    scopes: frozenset[str]
    since: datetime
    refresh_token: str = field(repr=False)
    """Empty where the company's own key opens mailboxes (domain-wide delegation)."""
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Revocation:
    """A token of a mailbox that is off, waiting to be revoked at Google. It is used for nothing else."""

    id: str
    sub: str
    refresh_token: str = field(repr=False)
    since: datetime
    not_before: datetime
    attempts: int = 0
