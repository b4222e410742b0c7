"""Access tokens of opted-in mailboxes: kept in memory, renewed early, under one lock a mailbox.

A mailbox whose access has ended is not asked for again, and where many end at once nobody is: a storm of refused
tokens is the company's or Google's trouble, and hammering would not mend it.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from addon.clock import Clock
from addon.config import Google
from addon.gateways.deadline import taken
from addon.gateways.errors import AttentionError, ClientRefusedError, StormError, UnavailableError
from addon.gateways.google.identity import TIMEOUT_S
from addon.gateways.google.minting import Mint, Minted
from addon.gateways.http import NO_ANSWER, http_for
from storage.records import Attention, Consent

EARLY = timedelta(minutes=5)
"""An access token is renewed this long before it ends."""
_WINDOW = timedelta(minutes=5)
_REST = timedelta(minutes=10)
_FEWEST = 5
"""Mailboxes that must have lost access within the window before it is called a storm."""

REFUSED_FOR = timedelta(hours=6)
"""So long must Gmail refuse every new token before that is taken for the end of access."""
_STILL = timedelta(minutes=15)
"""A refusal that comes later than this after the one before is a new one."""

_log = logging.getLogger("addon.google")


@dataclass(frozen=True, kw_only=True)
class _Refusals:
    """Of new tokens of one consent, by Gmail, with none that it took between them."""

    epoch: int
    first: datetime
    last: datetime


class Tokens:
    """One process's tokens; `mint` makes new ones."""

    def __init__(self, google: Google, mint: Mint, *, clock: Clock) -> None:
        self._google = google
        self._mint = mint
        self._clock = clock
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._minted: dict[str, tuple[int, Minted]] = {}
        self._ended: dict[str, int] = {}
        self._refused: dict[str, _Refusals] = {}
        self._storm = Storm(clock)

    def access(self, consent: Consent, *, address: str, fresh: bool = False) -> str:
        """An access token for the mailbox; `fresh` after Gmail refused the last one.

        Raises `AttentionError` where access has ended, `StormError` where it ends everywhere, `UnavailableError`.
        """
        with taken(self._of(consent.sub)):
            epoch, minted = self._minted.get(consent.sub, (None, None))
            if minted is None or fresh or epoch != consent.epoch or self._clock.now() >= minted.until - EARLY:
                minted = self._renewed(consent, address)
                self._minted[consent.sub] = consent.epoch, minted
            return minted.access_token

    def _of(self, sub: str) -> threading.Lock:
        """The mailbox's lock: whoever asks Google for a token of it keeps it until the token is here."""
        with self._lock:
            return self._locks.setdefault(sub, threading.Lock())

    def _renewed(self, consent: Consent, address: str) -> Minted:
        if self._ended.get(consent.sub) == consent.epoch:
            raise AttentionError(Attention.ACCESS_ENDED)
        self._storm.check()
        try:
            minted = self._mint.mint(consent, address=address)
        except AttentionError:
            self._ended[consent.sub] = consent.epoch
            self._minted.pop(consent.sub, None)
            self._storm.lost(consent.sub)
            raise
        except ClientRefusedError:
            _log.error("Google refuses our client: check OAUTH_CLIENT_ID and its secret, or what was delegated.")
            self._storm.rest()
            raise
        self._storm.kept()
        return minted

    def refused(self, consent: Consent) -> AttentionError | UnavailableError:
        """What it is that Gmail refuses a token that Google has just made.

        It would not have been made for access that has ended, and Gmail was seen to refuse good ones for a while:
        https://github.com/googleapis/google-api-nodejs-client/issues/2665. Where it does so every time, for hours,
        its owner is to look.
        """
        now = self._clock.now()
        with self._of(consent.sub):
            before = self._refused.get(consent.sub)
            goes_on = before is not None and before.epoch == consent.epoch and now - before.last <= _STILL
            first = before.first if before is not None and goes_on else now
            self._refused[consent.sub] = _Refusals(epoch=consent.epoch, first=first, last=now)
        return AttentionError(Attention.ACCESS_ENDED) if now - first >= REFUSED_FOR else UnavailableError()

    def accepted(self, sub: str) -> None:
        """Gmail takes the mailbox's token."""
        self._refused.pop(sub, None)

    def keep(self, consent: Consent, minted: Minted) -> None:
        """Take in a token that consent has just brought, so that none is minted beside it."""
        with self._of(consent.sub):
            self._minted[consent.sub] = consent.epoch, minted

    def forget(self, sub: str) -> None:
        """Nothing of a mailbox stays in the memory of this process once its box is unticked."""
        with self._of(sub):
            self._minted.pop(sub, None)
            self._ended.pop(sub, None)
            self._refused.pop(sub, None)

    def revoke(self, refresh_token: str) -> None:
        """End a grant at Google, with every other of that user in our Cloud project.

        A token Google does not know (any more) is revoked. Raises `UnavailableError` where that is not sure.
        """
        try:
            answer, _ = http_for(TIMEOUT_S).request(
                self._google.revoke,
                "POST",
                body=urlencode({"token": refresh_token}),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
        except NO_ANSWER:
            raise UnavailableError from None
        if answer.status not in {HTTPStatus.OK, HTTPStatus.BAD_REQUEST}:
            raise UnavailableError


class Storm:
    """Whether access ends in so many mailboxes at once that no more are asked for.

    Five mailboxes within five minutes, and more of them than kept theirs: then ten minutes of rest.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: deque[tuple[datetime, str | None]] = deque()
        self._rests_until: datetime | None = None

    def check(self) -> None:
        """Raise `StormError` while it rests."""
        with self._lock:
            if self._rests_until and self._clock.now() < self._rests_until:
                raise StormError(self._rests_until)

    def lost(self, sub: str) -> None:
        with self._lock:
            self._note(sub)
            lost = [each for _, each in self._seen if each is not None]
            if len(set(lost)) >= _FEWEST and len(lost) * 2 > len(self._seen):
                self._rests_until = self._clock.now() + _REST
                self._seen.clear()
                _log.error("Access ended in %d mailboxes within five minutes; none is asked for now.", len(lost))

    def kept(self) -> None:
        with self._lock:
            self._note(None)

    def rest(self) -> None:
        with self._lock:
            self._rests_until = self._clock.now() + _REST

    def _note(self, sub: str | None) -> None:
        now = self._clock.now()
        self._seen.append((now, sub))
        while self._seen[0][0] < now - _WINDOW:
            self._seen.popleft()
