"""Workers that die or lose their lease in the middle: what they left is taken up, once, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from addon.gateways.errors import ThrottledError
from addon.gateways.gmail import HistoryPage, StoredGmail
from addon.sync import Outcome
from tests.cards.grammar import texts
from tests.office import ANNA, JANE, Office, mail

NOISE = 520
"""More changes than one page of history holds."""


class Killed(BaseException):
    """Stands for a process that is gone: nothing of ours catches it."""


def labelled(anna: Office, subject: str) -> None:
    at = anna.deliver(mail(JANE, ANNA, subject=subject), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])


@pytest.fixture
def two_pages(anna: Office) -> Office:
    """One labelled thread on the first page of history, one on the second."""
    labelled(anna, "First page")
    noise(anna)
    labelled(anna, "Second page")
    return anna


def noise(anna: Office) -> None:
    """Mail of no interest, more than one page of history shows."""
    mbox = b"".join(
        b"From MAILER-DAEMON Mon Nov 23 12:28:29 2026\n"
        b"From: nobody%d@else.example\nTo: anna@acme.example\nSubject: %d\nMessage-ID: <%d@else.example>\n"
        b"Date: Mon, 23 Nov 2026 12:00:00 +0000\n\nx\n\n" % (n, n, n)
        for n in range(NOISE)
    )
    anna.simulator.control.load(ANNA, mbox)


def counts(anna: Office) -> dict[str, int]:
    return {found.summary.subject: found.summary.count for found in anna.stored(anna.jane(), ANNA)}


def on_second_page(act: Callable[[], None]) -> Callable[..., HistoryPage]:
    """Gmail's history as it is, but before the second page is asked for `act` happens, once."""
    asked, acted = StoredGmail.history, list[str]()

    def history(gmail: StoredGmail, start: int, *, page: str | None = None) -> HistoryPage:
        if page is not None and not acted:
            acted.append(page)
            act()
        return asked(gmail, start, page=page)

    return history


def dies() -> None:
    raise Killed


def test_a_crash_between_two_pages_of_history_loses_nothing(
    two_pages: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoredGmail, "history", on_second_page(dies))
    with pytest.raises(Killed):
        two_pages.sync(ANNA)

    assert two_pages.sync(ANNA) == [Outcome.COMPLETE]
    assert counts(two_pages) == {"First page": 1, "Second page": 1}
    assert len(two_pages.calls("threads.get")) == 2


def test_a_crash_between_the_commit_and_the_reading_loses_nothing(
    anna: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    labelled(anna, "Application")

    def deadly(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(StoredGmail, "thread", deadly)
        with pytest.raises(Killed):
            anna.sync(ANNA)

    assert anna.sync(ANNA) == [Outcome.COMPLETE]
    assert counts(anna) == {"Application": 1}


def test_a_worker_whose_lease_was_taken_over_in_the_middle_commits_nothing_more(
    two_pages: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[Outcome] = []

    def overtakes() -> None:
        two_pages.clock.pass_time(minutes=3)
        others.extend(two_pages.sync_now(ANNA))

    monkeypatch.setattr(StoredGmail, "history", on_second_page(overtakes))
    first = two_pages.sync(ANNA)

    assert (first, others) == ([Outcome.LATER], [Outcome.COMPLETE])
    assert counts(two_pages) == {"First page": 1, "Second page": 1}
    assert len(two_pages.calls("threads.get")) == 2
    assert two_pages.sync(ANNA) == [Outcome.COMPLETE]
    assert len(two_pages.calls("threads.get")) == 2


def test_a_run_ends_between_two_pages_when_its_time_is_up_and_the_next_goes_on_there(
    two_pages: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoredGmail, "history", _slow())
    two_pages.clock.pass_time(minutes=10)

    turns = two_pages.sweep()

    assert turns >= 2
    assert counts(two_pages) == {"First page": 1, "Second page": 1}
    starts = [int(call["query"]["startHistoryId"]) for call in two_pages.calls("history.list")[-2:]]
    assert starts[0] < starts[1]


@pytest.mark.parametrize("how", ["dies", "is throttled", "has no more time"])
def test_what_was_labelled_together_is_one_batch_also_where_the_run_broke_off(
    anna: Office, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    anna.synced(subject="The day before")
    for number in range(20):
        labelled(anna, f"First page {number}")
    noise(anna)
    for number in range(6):
        labelled(anna, f"Second page {number}")

    with monkeypatch.context() as patched:
        if how == "has no more time":
            patched.setattr(StoredGmail, "history", _slow())
            anna.clock.pass_time(minutes=10)
            anna.sweep()
        else:
            patched.setattr(StoredGmail, "history", on_second_page(dies if how == "dies" else throttled))
            with suppress(Killed):
                anna.sync(ANNA)
    anna.clock.pass_time(minutes=20)
    anna.sync(ANNA)
    labelled(anna, "Another day")
    anna.sync(ANNA)

    home = anna.answer(ANNA, "home")
    anna.press(ANNA, home, "Undo")

    assert "you labelled 26 conversations at once" in " ".join(texts(home))
    assert counts(anna) == {"The day before": 1, "Another day": 1}


def throttled() -> None:
    raise ThrottledError


def _slow() -> Callable[..., HistoryPage]:
    """Each page takes as long as a turn."""
    asked = StoredGmail.history

    def history(gmail: StoredGmail, start: int, *, page: str | None = None) -> HistoryPage:
        gmail._wire._clock.sleep(5)
        return asked(gmail, start, page=page)

    return history
