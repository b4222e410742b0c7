"""R22: the nested label admits, makes secret from the first second, and never makes visible."""

from __future__ import annotations

from storage.records import ThreadState
from tests.office import ANNA, BEN, CARA, JANE, Office, mail


def test_the_secret_label_alone_brings_it_in_secret_from_the_first_second(anna: Office) -> None:
    anna.member(BEN)
    at = anna.deliver(mail(JANE, ANNA, subject="Quiet"), ANNA)[ANNA]

    anna.label(ANNA, at["threadId"], "Lever/Secret")
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), ANNA)
    assert found.conversation.secret
    assert anna.stored(anna.jane(), BEN) == []


def test_the_secret_label_makes_secret_what_is_in_lever_already(anna: Office) -> None:
    anna.member(BEN)
    at = anna.synced()
    assert len(anna.stored(anna.jane(), BEN)) == 1

    anna.label(ANNA, at["threadId"], "Lever/Secret")
    anna.sync(ANNA)

    assert anna.stored(anna.jane(), BEN) == []


def test_taking_the_secret_label_off_never_makes_visible(anna: Office) -> None:
    anna.member(BEN)
    at = anna.deliver(mail(JANE, ANNA), ANNA)[ANNA]
    anna.label(ANNA, at["threadId"], "Lever/Secret")
    anna.sync(ANNA)

    anna.unlabel(ANNA, at["threadId"], "Lever/Secret")
    anna.sync(ANNA)

    assert anna.stored(anna.jane(), BEN) == []
    thread = anna.thread(ANNA, at)
    assert thread is not None
    assert thread.state is ThreadState.STOPPED


def test_made_visible_again_it_stays_visible_though_the_secret_label_is_still_on(anna: Office) -> None:
    anna.member(BEN)
    first = mail(JANE, ANNA)
    at = anna.deliver(first, ANNA)[ANNA]
    anna.label(ANNA, at["threadId"], "Lever/Secret")
    anna.sync(ANNA)
    anna.confirm(ANNA, anna.open(ANNA, at), "Make visible to the team", "Make visible to the team", opened=at)

    anna.deliver(mail(JANE, ANNA, reply_to=first), ANNA)
    anna.sync(ANNA)

    [found] = anna.stored(anna.jane(), BEN)
    assert found.summary.count == 2


def test_the_secret_label_of_a_second_holder_makes_a_colleagues_conversation_secret(anna: Office) -> None:
    anna.member(BEN, connected=True)
    anna.member(CARA)
    first = mail(JANE, ANNA, BEN, subject="Shared")
    copies = anna.deliver(first, ANNA, BEN)
    anna.label(ANNA, copies[ANNA]["threadId"])
    anna.sync(ANNA)
    before = anna.stored(anna.jane(), CARA)

    anna.label(BEN, copies[BEN]["threadId"], "Lever/Secret")
    anna.sync(BEN)

    assert len(before) == 1
    assert anna.stored(anna.jane(), CARA) == []
    assert len(anna.stored(anna.jane(), ANNA)) == 1
