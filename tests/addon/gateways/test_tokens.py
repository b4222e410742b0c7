"""Access tokens in memory: minted once, renewed early, under one lock a mailbox, and gone when told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from addon.config import Google
from addon.gateways.errors import AttentionError, ClientRefusedError, OutsideError, StormError, UnavailableError
from addon.gateways.google import Minted, Tokens
from addon.gateways.google.tokens import EARLY, REFUSED_FOR
from storage.records import Attention, Consent
from tests.fakes.clock import MovedClock

ADDRESS = "anna@acme.example"


class Till:
    """Stands where Google does: makes tokens that last an hour, counts them, and fails as it is told."""

    def __init__(self, clock: MovedClock) -> None:
        self._clock = clock
        self.minted = 0
        self.fails: Callable[[], OutsideError] | None = None

    def mint(self, consent: Consent, *, address: str) -> Minted:
        del address
        self.minted += 1
        if self.fails:
            raise self.fails()
        return Minted(access_token=f"{consent.sub}-{self.minted}", until=self._clock.now() + timedelta(hours=1))


class Desk:
    def __init__(self) -> None:
        self.clock = MovedClock()
        self.till = Till(self.clock)
        self.tokens = Tokens(Google(root="http://127.0.0.1:9"), self.till, clock=self.clock)

    def consent(self, sub: str = "anna", epoch: int = 1) -> Consent:
        return Consent(sub=sub, epoch=epoch, scopes=frozenset(), since=self.clock.now(), refresh_token="1//x")

    def access(self, sub: str = "anna", epoch: int = 1, *, fresh: bool = False) -> str:
        return self.tokens.access(self.consent(sub, epoch), address=ADDRESS, fresh=fresh)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def ended() -> OutsideError:
    return AttentionError(Attention.ACCESS_ENDED)


def test_a_token_is_minted_once_and_used_until_it_is_about_to_end(desk: Desk) -> None:
    first = desk.access()
    desk.clock.pass_time(seconds=3600 - EARLY.total_seconds() - 1)

    assert desk.access() == first
    desk.clock.pass_time(seconds=1)
    assert desk.access() != first
    assert desk.till.minted == 2


def test_many_callers_of_one_mailbox_mint_one_token(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        given = set(pool.map(lambda _: desk.access(), range(40)))

    assert len(given) == 1
    assert desk.till.minted == 1


def test_a_token_gmail_refused_is_minted_anew(desk: Desk) -> None:
    assert desk.access() != desk.access(fresh=True)


def test_consent_given_anew_has_a_token_of_its_own(desk: Desk) -> None:
    assert desk.access(epoch=1) != desk.access(epoch=2)


def test_what_consent_brought_is_used_and_none_minted_beside_it(desk: Desk) -> None:
    brought = Minted(access_token="brought", until=desk.clock.now() + timedelta(hours=1))
    desk.tokens.keep(desk.consent(), brought)

    assert desk.access() == "brought"
    assert desk.till.minted == 0


def test_nothing_of_a_mailbox_stays_in_memory_when_it_is_turned_off(desk: Desk) -> None:
    first = desk.access()

    desk.tokens.forget("anna")

    assert desk.access() != first


@pytest.mark.parametrize("by", ["forget", "keep"])
def test_a_token_that_is_being_made_meanwhile_does_not_come_back_after_it_was_forgotten_or_a_new_one_kept(
    desk: Desk, by: str
) -> None:
    brought = Minted(access_token="brought", until=desk.clock.now() + timedelta(hours=1))
    asked, done = threading.Event(), threading.Event()
    made = desk.till.mint

    def slow(consent: Consent, *, address: str) -> Minted:
        asked.set()
        done.wait(0.2)
        return made(consent, address=address)

    def change() -> None:
        asked.wait()
        if by == "forget":
            desk.tokens.forget("anna")
        else:
            desk.tokens.keep(desk.consent(), brought)
        done.set()

    desk.till.mint = slow  # type: ignore[method-assign]
    with ThreadPoolExecutor(2) as pool:
        changed, first = pool.submit(change), pool.submit(desk.access)
        changed.result()
        taken = first.result()
    desk.till.mint = made  # type: ignore[method-assign]

    assert taken == "anna-1"
    assert desk.access() == ("anna-2" if by == "forget" else "brought")


def refused(desk: Desk, minutes: float, *, times: int, epoch: int = 1) -> list[type[OutsideError]]:
    """What each refusal of a new token came to."""
    kinds: list[type[OutsideError]] = []
    for _ in range(times):
        desk.clock.pass_time(minutes=minutes)
        kinds.append(type(desk.tokens.refused(desk.consent(epoch=epoch))))
    return kinds


def test_a_new_token_that_gmail_refuses_is_the_end_of_access_after_hours_without_one_it_took(desk: Desk) -> None:
    often = int(REFUSED_FOR.total_seconds() / 60) // 10

    assert refused(desk, 10, times=often) == [UnavailableError] * often
    assert refused(desk, 10, times=1) == [AttentionError]
    desk.tokens.accepted("anna")
    assert refused(desk, 1, times=1) == [UnavailableError]


def test_refusals_far_apart_or_of_an_earlier_consent_are_not_one_row(desk: Desk) -> None:
    assert refused(desk, 16, times=40) == [UnavailableError] * 40
    assert AttentionError in refused(desk, 10, times=40)
    assert refused(desk, 1, times=1, epoch=2) == [UnavailableError]


def test_a_mailbox_whose_access_ended_is_asked_for_once(desk: Desk) -> None:
    desk.till.fails = ended

    for _ in range(5):
        with pytest.raises(AttentionError):
            desk.access()

    assert desk.till.minted == 1
    desk.till.fails = None
    assert desk.access(epoch=2)


@pytest.mark.parametrize("error", [UnavailableError, ClientRefusedError])
def test_what_is_no_word_on_the_mailbox_ends_nothing(desk: Desk, error: type[OutsideError]) -> None:
    desk.till.fails = error
    with pytest.raises(error):
        desk.access()
    desk.till.fails = None
    desk.clock.pass_time(minutes=11)

    assert desk.access()


# --- a storm ----------------------------------------------------------------------------------------------


def lose(desk: Desk, count: int, *, first: int = 0) -> None:
    desk.till.fails = ended
    for n in range(first, first + count):
        with pytest.raises(AttentionError):
            desk.access(f"lost{n}")
    desk.till.fails = None


def test_five_at_once_are_a_storm_and_nobody_is_asked_for_ten_minutes(desk: Desk) -> None:
    lose(desk, 5)
    asked = desk.till.minted

    with pytest.raises(StormError) as storm:
        desk.access()

    assert desk.till.minted == asked
    assert storm.value.until == desk.clock.now() + timedelta(minutes=10)
    desk.clock.pass_time(minutes=10)
    assert desk.access()


def test_four_are_none_nor_five_over_an_hour(desk: Desk) -> None:
    lose(desk, 4)
    assert desk.access()
    desk.clock.pass_time(minutes=6)
    for n in range(5):
        lose(desk, 1, first=10 + n)
        desk.clock.pass_time(minutes=6)

    assert desk.access("ben")


def test_five_among_many_that_keep_theirs_are_none(desk: Desk) -> None:
    for n in range(10):
        desk.access(f"kept{n}")

    lose(desk, 5)

    assert desk.access("ben")


def test_a_token_that_is_still_good_is_used_through_a_storm(desk: Desk) -> None:
    good = desk.access()
    lose(desk, 6 - 1)

    assert desk.access() == good


def test_our_own_client_refused_is_a_rest_for_all(desk: Desk) -> None:
    desk.till.fails = ClientRefusedError
    with pytest.raises(ClientRefusedError):
        desk.access()
    desk.till.fails = None

    with pytest.raises(StormError):
        desk.access("ben")
