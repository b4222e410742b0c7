"""Google waits 30 s for the panel: however slow it is itself, what is asked of it meanwhile ends well before."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import wait
from typing import Any

import httplib2
import pytest

from addon import mailboxes
from addon.gateways.gmail.wire import TIMEOUT_S
from addon.web.sidebar import ASKS_WITHIN_S
from storage.transfer import Collection
from tests.cards.grammar import texts
from tests.office import ANNA, HEADERS_SCOPE, JANE, MODIFY, TOPIC, Office, mail

SILENT = "Gmail did not answer. Nothing was changed."


class Google:
    """How long Google takes for each call, by the office's clock, and how long it was given for it."""

    def __init__(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        self.takes = 0.0
        self.given: list[float] = []
        asks = httplib2.Http.request

        def slowly(http: Any, *args: Any, **kwargs: Any) -> Any:
            self.given.append(http.timeout)
            office.clock.pass_time(seconds=min(self.takes, http.timeout))
            if self.takes >= http.timeout:
                raise TimeoutError
            return asks(http, *args, **kwargs)

        monkeypatch.setattr(httplib2.Http, "request", slowly)


@pytest.fixture
def anna(make_office: Callable[..., Office]) -> Office:
    office = make_office(PUBSUB_TOPIC=TOPIC)
    office.member(ANNA, connected=True)
    office.candidate("Jane Doe", JANE)
    office.sync(ANNA)
    return office


@pytest.fixture
def google(anna: Office, monkeypatch: pytest.MonkeyPatch) -> Google:
    return Google(anna, monkeypatch)


def test_the_calls_of_one_press_share_the_time_and_what_was_wished_stands(anna: Office, google: Google) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.scopes[ANNA] = (MODIFY,)
    google.takes = 9

    answer = anna.answer(ANNA, "actions/sync-thread", opened=at)

    assert google.given == [20, 11, 2]  # the labels; ours made; on the thread
    assert answer["renderActions"]["action"]["notification"]["text"].startswith("Syncing. Gmail did not answer")
    anna.sync(ANNA)
    assert len(anna.stored(anna.jane(), ANNA)) == 1


@pytest.mark.parametrize(("before", "given"), [(0, [20]), (15, [5]), (20, []), (25, [])])
def test_what_the_store_takes_is_gone_for_gmail_and_the_user_is_told(
    anna: Office, google: Google, monkeypatch: pytest.MonkeyPatch, before: float, given: list[float]
) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    opens = anna.services.store.opened

    def slowly(*args: Any, **kwargs: Any) -> Any:
        anna.clock.pass_time(seconds=before)
        return opens(*args, **kwargs)

    monkeypatch.setattr(anna.services.store, "opened", slowly)
    google.takes = 60

    assert SILENT in texts(anna.open(ANNA, at))
    assert google.given == given


def test_email_is_off_in_time_and_what_google_did_not_hear_is_told_it_later(anna: Office, google: Google) -> None:
    google.takes = 15

    answer = anna.answer(ANNA, "actions/set-email", parameters={"want": "off"})

    assert google.given == [20, 5]  # to tell of nothing any more; the token, revoked
    assert "Email is off" in str(answer)
    assert len(anna.rows(Collection.REVOCATIONS)) == 1


@pytest.mark.parametrize("scope", [HEADERS_SCOPE, ""])
def test_a_press_whose_message_gmail_does_not_give_afterwards_is_never_said_to_have_changed_nothing(
    anna: Office, google: Google, scope: str
) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    google.takes = 60
    pressed = anna.event(ANNA, opened=at, parameters={"want": "off"})
    pressed["authorizationEventObject"]["authorizedScopes"] = [scope]

    answer = anna.post("actions/set-email", pressed)

    assert "Email is off." in answer["renderActions"]["action"]["notification"]["text"]
    assert any(text.startswith("Done. Gmail did not give us the message") for text in texts(answer))


def test_searches_for_many_addresses_share_the_time(anna: Office, google: Google) -> None:
    many = anna.candidate("Many", *(f"many{n}@people.example" for n in range(45)))
    google.takes = 9

    answer = anna.answer(ANNA, "actions/import-preview", parameters={"candidate": many.id})

    assert google.given == [20, 11, 2]
    assert SILENT in texts(answer)


def test_googles_own_library_asks_for_a_token_again_within_the_time_there_is(
    anna: Office, google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("google.auth._exponential_backoff.time", anna.clock)
    anna.clock.pass_time(days=2000)
    anna.simulator.control.fault("POST /token", status=503, reason="internal", times=9)
    google.takes = 9

    answer = anna.answer(ANNA, "actions/import-preview", parameters={"candidate": anna.jane().id})

    assert google.given[0] == 10
    assert sum(min(google.takes, given) for given in google.given) <= ASKS_WITHIN_S
    assert SILENT in texts(answer)


def test_a_removal_needs_no_answer_of_gmails(
    anna: Office, google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = anna.synced()
    question = anna.press(ANNA, anna.open(ANNA, at), "Remove from Lever", opened=at)
    finds = anna.services.store.conversation

    def slowly(*args: Any, **kwargs: Any) -> Any:
        anna.clock.pass_time(seconds=25)
        return finds(*args, **kwargs)

    def waiting(asked: Any, *, timeout: float) -> Any:
        waited.append(timeout)
        return wait(asked, timeout=timeout)

    waited: list[float] = []
    monkeypatch.setattr(anna.services.store, "conversation", slowly)
    monkeypatch.setattr(mailboxes, "wait", waiting)
    google.takes = 60

    assert "Removed." in str(anna.press(ANNA, question, "Remove from Lever", opened=at))
    assert waited == [0]


def test_the_next_request_and_the_job_have_time_of_their_own(anna: Office, google: Google) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    google.takes = 60
    anna.open(ANNA, at)
    anna.open(ANNA, at)
    assert google.given == [ASKS_WITHIN_S] * 2

    anna.label(ANNA, at["threadId"])
    google.given.clear()
    google.takes = 15
    anna.sync_now(ANNA)

    assert set(google.given) == {TIMEOUT_S}
    assert len(google.given) > 2
    assert len(anna.stored(anna.jane(), ANNA)) == 1
