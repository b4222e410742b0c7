"""What people do between two steps of a run, or of a press: it counts as if it had come before or after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from addon import members
from addon.gateways.gmail import StoredGmail
from addon.sync import Outcome
from storage.records import ConversationState, Role, ThreadState
from storage.transfer import Collection
from tests.backends import Place
from tests.cards.grammar import texts
from tests.office import ANNA, BEN, CARA, JANE, MODIFY, Office, mail

ZOE = "zoe@people.example"
Before = Callable[..., None]


@pytest.fixture
def before(anna: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Before]:
    """`before(verb, act)`: `act` happens once, right before the store's next `verb`, of what `of` says yes to."""

    to_come: list[Callable[[], object]] = []

    def at(verb: str, act: Callable[[], object], of: Callable[[Any], bool] = lambda _: True) -> None:
        store = type(anna.services.store)
        does = getattr(store, verb)
        to_come.append(act)

        def after_the_act(*args: Any, **kwargs: Any) -> Any:
            while to_come and of(args[1]):
                to_come.pop()()
            return does(*args, **kwargs)

        monkeypatch.setattr(store, verb, after_the_act)

    yield at
    assert not to_come


def in_both(anna: Office, colleague: str, first: EmailMessage) -> dict[str, dict[str, str]]:
    """A mail that Anna and a colleague have, and both labelled; where each has it."""
    anna.member(colleague, connected=True)
    at = anna.deliver(first, ANNA, colleague)
    for email in (ANNA, colleague):
        anna.label(email, at[email]["threadId"])
        anna.sync(email)
    return at


def test_email_turned_off_between_deciding_and_storing_leaves_no_thread_of_an_import(
    anna: Office, before: Before, place: Place
) -> None:
    at = anna.deliver(mail(JANE, ANNA, subject="Older"), ANNA)[ANNA]
    jane = {"candidate": anna.jane().id, "address": JANE}
    anna.answer(ANNA, "actions/import-address", parameters=jane, inputs={"since": ["all"]})
    before("admit", lambda: anna.answer(ANNA, "actions/set-email", parameters={"want": "off"}))

    anna.sync(ANNA)

    assert anna.services.store.threads(f"sub-{ANNA}", [at["threadId"]]) == {}
    assert at["threadId"] not in place.raw().decode("latin-1")
    assert anna.rows(Collection.CONVERSATIONS) == []


def off(anna: Office, _: dict[str, str]) -> None:
    anna.answer(ANNA, "actions/set-email", parameters={"want": "off"})


def off_and_on(anna: Office, at: dict[str, str]) -> None:
    off(anna, at)
    anna.connect(ANNA)


def stopped(anna: Office, at: dict[str, str]) -> None:
    anna.answer(ANNA, "actions/stop-sync", opened=at)


@pytest.mark.parametrize("label", ["Lever", "Lever/Secret"])
@pytest.mark.parametrize("ends", [off, off_and_on, stopped])
def test_what_ends_before_the_first_mail_is_stored_leaves_neither_thread_nor_conversation(
    anna: Office, before: Before, place: Place, label: str, ends: Callable[[Office, dict[str, str]], None]
) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"], label)
    before("store", lambda: ends(anna, at))

    for _ in range(3):
        anna.sync(ANNA)

    assert anna.services.store.threads(f"sub-{ANNA}", [at["threadId"]]) == {}
    assert at["threadId"] not in place.raw().decode("latin-1")
    assert anna.rows(Collection.CONVERSATIONS) == []


class DiedError(BaseException):
    """The process ends; nothing catches it."""


def after_the_lease(anna: Office) -> None:
    anna.clock.pass_time(minutes=5)
    assert Outcome.BUSY not in anna.sync(ANNA)


def unlabelled(anna: Office, at: dict[str, str]) -> None:
    anna.unlabel(ANNA, at["threadId"])
    after_the_lease(anna)


def unlabelled_in_lost_time(anna: Office, at: dict[str, str]) -> None:
    anna.simulator.control.fault("GET .*/history", status=404, reason="notFound")
    unlabelled(anna, at)


def label_deleted(anna: Office, _: dict[str, str]) -> None:
    anna.simulator.control.delete_label(ANNA, "Lever")
    anna.clock.pass_time(days=1)
    after_the_lease(anna)


def deleted_in_gmail(anna: Office, at: dict[str, str]) -> None:
    anna.simulator.control.delete_message(ANNA, at["id"])
    after_the_lease(anna)


def label_taken_off_in_the_panel(anna: Office, at: dict[str, str]) -> None:
    anna.scopes[ANNA] = (MODIFY,)
    anna.answer(ANNA, "actions/stop-sync", opened=at, parameters={"want": "label"})


@pytest.mark.parametrize(
    "ends",
    [
        off,
        stopped,
        unlabelled,
        unlabelled_in_lost_time,
        label_deleted,
        deleted_in_gmail,
        label_taken_off_in_the_panel,
    ],
)
def test_what_ends_after_its_reader_died_before_the_first_mail_leaves_neither_thread_nor_conversation(
    anna: Office, before: Before, place: Place, ends: Callable[[Office, dict[str, str]], None]
) -> None:
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])

    def dies() -> None:
        raise DiedError

    before("store", dies)
    with pytest.raises(DiedError):
        anna.sync(ANNA)

    ends(anna, at)

    assert at["threadId"] not in place.raw().decode("latin-1")
    assert anna.rows(Collection.CONVERSATIONS) == []


@pytest.mark.parametrize("verb", ["members_at", "admit", "store"])
def test_consent_given_anew_while_a_thread_is_read_loses_nothing_of_it(
    anna: Office, before: Before, verb: str
) -> None:
    first = mail(JANE, ANNA)
    at = anna.synced_mail(first)
    new = anna.deliver(mail(JANE, ANNA, subject="Another"), ANNA)[ANNA]
    anna.label(ANNA, new["threadId"])
    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    before(verb, lambda: anna.connect(ANNA))

    for _ in range(3):
        anna.sync(ANNA)

    assert sorted(found.summary.count for found in anna.stored(anna.jane(), ANNA)) == [1, 2]
    assert "SYNCED" in " ".join(texts(anna.open(ANNA, at)))


def test_who_leaves_while_google_is_asked_for_their_consent_has_email_off_and_no_token(
    anna: Office, before: Before
) -> None:
    anna.member(BEN)
    before("opt_in", lambda: members.offboard(BEN, anna.services, actor="operator:test"))

    page = anna.consent(BEN)

    assert "Email is on" not in page.get_data(as_text=True)
    assert anna.services.store.mailbox(f"sub-{BEN}") is None
    assert anna.services.store.consent(f"sub-{BEN}") is None


@pytest.mark.parametrize("how", ["leaves", "becomes an interviewer"])
def test_email_turned_on_again_while_its_owner_loses_the_role_is_off_in_the_end(
    anna: Office, before: Before, how: str
) -> None:
    anna.member(BEN, connected=True)
    before("save_member", lambda: anna.connect(BEN), of=lambda each: each.role is Role.INTERVIEWER)

    if how == "leaves":
        members.offboard(BEN, anna.services, actor="operator:test")
    else:
        members.set_role(BEN, Role.INTERVIEWER, anna.services, actor="operator:test")

    assert anna.services.store.mailbox(f"sub-{BEN}") is None
    assert anna.services.store.consent(f"sub-{BEN}") is None


def test_who_is_let_out_of_a_secret_while_a_mail_of_theirs_is_stored_stays_out(
    anna: Office, before: Before
) -> None:
    first = mail(JANE, ANNA, CARA)
    at = in_both(anna, CARA, first)
    anna.confirm(
        ANNA,
        anna.open(ANNA, at[ANNA]),
        "Make secret",
        "Make secret",
        opened=at[ANNA],
        inputs={"audience": [f"sub-{CARA}"]},
    )
    anna.clock.pass_time(minutes=5)
    anna.deliver(mail(CARA, JANE, ANNA, reply_to=first), ANNA, CARA)
    [found] = anna.stored(anna.jane(), ANNA)

    def let_out() -> None:
        who = anna.answer(
            ANNA, "actions/conversation", parameters={"conversation": found.conversation.id, "want": "who"}
        )
        asked = anna.press(ANNA, who, "Let in or out")
        anna.press(ANNA, asked, "Save", inputs={"audience": []})

    before("store", let_out)
    anna.sync(CARA)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.summary.count == 2
    assert f"m:sub-{CARA}" not in found.conversation.audience


def test_a_press_made_while_a_removal_asks_the_mailboxes_does_not_bring_it_back_later(
    anna: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = mail(JANE, ANNA, BEN)
    at = in_both(anna, BEN, first)
    tells, presses = StoredGmail.history_id, [lambda: anna.answer(BEN, "actions/sync-thread", opened=at[BEN])]

    def slowly(gmail: StoredGmail) -> int:
        anna.clock.pass_time(seconds=2)
        while presses:
            presses.pop()()
        return tells(gmail)

    monkeypatch.setattr(StoredGmail, "history_id", slowly)
    anna.confirm(ANNA, anna.open(ANNA, at[ANNA]), *["Remove from Lever"] * 2, opened=at[ANNA])
    monkeypatch.undo()
    assert not presses
    anna.clock.pass_time(days=3)
    anna.deliver(mail(JANE, BEN, reply_to=first), BEN)
    for email in (ANNA, BEN):
        anna.sync(email)

    assert anna.stored(anna.jane(), BEN) == []
    thread = anna.services.store.threads(f"sub-{BEN}", [at[BEN]["threadId"]])[at[BEN]["threadId"]]
    found = anna.services.store.conversation(thread.conversation or "")
    assert found is not None
    assert found.conversation.state is ConversationState.REMOVED


def test_a_candidate_who_is_added_while_a_thread_is_found_to_be_nobodys_brings_it_in(
    anna: Office, before: Before
) -> None:
    at = anna.deliver(mail(ZOE, ANNA), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"])
    before(
        "save_thread",
        lambda: anna.import_candidates(f"name,addresses\nZoe Fox,{ZOE}\n"),
        of=lambda thread: thread.state is ThreadState.WAITING,
    )

    for _ in range(2):
        anna.sync(ANNA)

    thread = anna.services.store.threads(f"sub-{ANNA}", [at["threadId"]])[at["threadId"]]
    assert thread.state is ThreadState.FOLLOWING
    assert not thread.who_keys
