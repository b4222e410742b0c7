"""Through Google's page and back, from a press in the panel: to consent, or only to say who one is.

The link from the panel is good once, for ten minutes, and for the member it was made for. Opening it uses nothing
up, since scanners open links too; coming back from Google does, and only in the browser that went there.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from enum import Enum

from addon.gateways.errors import AttentionError, NotProvenError, OutsideError
from addon.gateways.google import CodeRefusedError, Grant, Identity
from addon.gateways.scopes import READONLY
from addon.opting.turning import turn_on
from addon.policy import membership, retention
from addon.services import Services
from storage.records import Attention, ConsentAttempt, ConsentRequest, Errand, Member, Refusal

_BYTES = 32
_DECLINED = "access_denied"
"""What Google's page says where its user pressed Cancel; anything else is trouble, and none of it is shown."""


class DeadLink(Enum):
    """Why a link or a return from Google leads nowhere."""

    NOT_GOOD = "not_good"
    """Expired, made anew, or never ours: nobody is told which."""
    USED = "used"
    NOT_HERE = "not_here"
    """Not begun in this browser, or begun too long ago."""


class LinkError(Exception):
    """The link cannot be used; nothing was asked of Google."""

    def __init__(self, why: DeadLink) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class Departure:
    """Where the browser goes now, and the cookie by which it is known again."""

    url: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of an errand: `refusal` None where Email is on now, or it is known who came."""

    errand: Errand
    member: Member | None
    refusal: Refusal | None
    silent: bool = False
    """Google was asked and did not answer as it should; else it is what the browser brought."""


def ask(member: Member, services: Services, *, errand: Errand = Errand.CONSENT) -> str:
    """The address for this member's errand, and nobody else's. An earlier one is dead now."""
    nonce = secrets.token_urlsafe(_BYTES)
    until = services.clock.now() + retention.LINK_LASTS
    services.store.request_consent(
        ConsentRequest(sub=member.sub, errand=errand, nonce=_kept(nonce), expires_at=until)
    )
    return f"{services.config.base_url}/connect?nonce={nonce}"


def begin(nonce: str, browser: str, services: Services) -> Departure:
    """Send a browser with a link to Google; raises `LinkError`. `browser` is its cookie, or empty."""
    store, now = services.store, services.clock.now()
    request = store.consent_requested(_kept(nonce))
    if request is None or request.expires_at <= now:
        raise LinkError(DeadLink.NOT_GOOD)
    if request.taken:
        raise LinkError(DeadLink.USED)
    member = store.member(request.sub)
    state, browser = secrets.token_urlsafe(_BYTES), browser or secrets.token_urlsafe(_BYTES)
    page = services.consent_page
    leave = page.sign_in if request.errand is Errand.EXPORT else page.journey
    journey = leave(state=state, login_hint=member.email if member else "")
    store.expire_attempts(now=now)
    store.attempt_consent(
        ConsentAttempt(
            state=_kept(state),
            nonce=request.nonce,
            sub=request.sub,
            browser=_kept(browser),
            verifier=journey.verifier,
            expires_at=request.expires_at,
        )
    )
    return Departure(url=journey.url, browser=browser)


def finish(*, state: str, code: str, error: str, browser: str, services: Services) -> Outcome:
    """Take what Google's page sent back. Raises `LinkError` where this browser was not sent there by us."""
    attempt = services.store.take_attempt(_kept(state), browser=_kept(browser), now=services.clock.now())
    if attempt is None or not browser:
        raise LinkError(DeadLink.NOT_HERE)
    request = services.store.consent_requested(attempt.nonce)
    if request is None:
        # A newer link took its place just now.
        raise LinkError(DeadLink.NOT_GOOD)
    outcome = _outcome(attempt, request.errand, code=code, error=error, services=services)
    if outcome.refusal is not None:
        services.store.refuse_consent(attempt.sub, nonce=attempt.nonce, refusal=outcome.refusal)
    return outcome


def _outcome(attempt: ConsentAttempt, errand: Errand, *, code: str, error: str, services: Services) -> Outcome:
    member = services.store.member(attempt.sub)
    if error or not code:
        refusal: Refusal | None = Refusal.DECLINED if error == _DECLINED else Refusal.NO_ANSWER
        return Outcome(errand=errand, member=member, refusal=refusal)
    silent = False
    try:
        if errand is Errand.EXPORT:
            refusal = _recognised(attempt, member, code, services)
        else:
            refusal = _consented(attempt, member, code, services)
    except CodeRefusedError:
        refusal = Refusal.NO_ANSWER
    except (OutsideError, NotProvenError) as error_outside:
        off = isinstance(error_outside, AttentionError) and error_outside.attention is Attention.GMAIL_OFF
        refusal, silent = Refusal.GMAIL_OFF if off else Refusal.NO_ANSWER, not off
    return Outcome(errand=errand, member=member, refusal=refusal, silent=silent)


def _consented(attempt: ConsentAttempt, member: Member | None, code: str, services: Services) -> Refusal | None:
    grant = services.consent_page.redeem(code, verifier=attempt.verifier)
    refusal = _judged(attempt, member, grant, services)
    if refusal is None and member is not None and not turn_on(member, grant, services, actor=member.sub):
        return Refusal.NOT_PERMITTED
    return refusal


def _recognised(attempt: ConsentAttempt, member: Member | None, code: str, services: Services) -> Refusal | None:
    """Whether it is the member who asked; of what Google answers nothing else is even read."""
    token = services.consent_page.identify(code, verifier=attempt.verifier)
    identity: Identity = services.verifier.person(token, audience=services.config.oauth_client_id)
    return membership.not_theirs(
        member,
        asked=attempt.sub,
        sub=identity.sub,
        internal=membership.is_internal(identity.hd, services.config.internal_domains),
    )


def _judged(attempt: ConsentAttempt, member: Member | None, grant: Grant, services: Services) -> Refusal | None:
    """Whose consent it is, before anything is done with it (R3)."""
    identity: Identity = services.verifier.person(grant.id_token, audience=services.config.oauth_client_id)
    return membership.refusal_of(
        member,
        asked=attempt.sub,
        sub=identity.sub,
        internal=membership.is_internal(identity.hd, services.config.internal_domains),
        granted=grant.scopes,
        needed={READONLY},
    )


def _kept(secret: str) -> str:
    """The form in which a random text is kept: who reads the store cannot use it."""
    return hashlib.sha256(secret.encode()).hexdigest()
